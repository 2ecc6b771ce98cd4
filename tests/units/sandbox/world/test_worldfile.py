"""The world's memory across restarts."""

import pytest

from sandbox.bill import Bill
from sandbox.world.world import World
from sandbox.world.worldfile import WorldFile, WorldFileError


def open_world(path):
    world = World(path)
    bill = Bill(world, 100)
    world.open()
    return world, bill


def test_a_world_opened_again_is_the_same_world(tmp_path):
    world, bill = open_world(tmp_path / "w")
    ana = world.crowd.named("ana")
    question = world.post(ana, "@BrightTel #data <3 main.py")
    answer = world.post(world.brand, "Here it is", parent=question)
    world.edit(question, "@BrightTel #help")
    message = world.send_message(ana, world.brand, "hello & hi")
    world.hide_message(message, world.brand)
    world.change_person(ana, username="ana_two")
    world.add_person("erin", "Erin")
    bill.charge_reads("post.read", [question.id])
    world.delete_post(answer)
    world.advance_clock(5_000)
    world.close()

    again, same_bill = open_world(tmp_path / "w")

    assert again.id == world.id
    assert again.secret == world.secret
    assert again.posts.by_id == world.posts.by_id
    assert again.posts.addressing == world.posts.addressing
    assert again.messages.by_id == world.messages.by_id
    assert again.crowd.by_id == world.crowd.by_id
    assert again.clock.offset_ms == 5_000
    assert same_bill.shown() == bill.shown()
    again.close()


def test_the_same_object_is_not_charged_again_after_a_restart(tmp_path):
    world, bill = open_world(tmp_path / "w")
    bill.charge_reads("post.read", [1, 2])
    world.close()

    again, same_bill = open_world(tmp_path / "w")
    same_bill.charge_reads("post.read", [1, 2, 3])

    assert same_bill.total_micro == 3 * 5_000
    again.close()


def test_a_torn_last_line_is_dropped_and_writing_goes_on_after_it(tmp_path):
    world, _ = open_world(tmp_path / "w")
    world.post(world.brand, "one")
    world.close()
    with (tmp_path / "w").open("ab") as file:
        file.write(b'["post",{"id":12')

    again, _ = open_world(tmp_path / "w")
    again.post(again.brand, "two")
    again.close()
    last, _ = open_world(tmp_path / "w")

    assert [post.typed for post in last.posts.by_id.values()] == ["one", "two"]
    last.close()


def test_a_broken_line_in_the_middle_is_refused_with_its_number(tmp_path):
    path = tmp_path / "w"
    path.write_bytes(b'["clock",{"offset_ms":1}]\nwhat?\n["clock",{"offset_ms":2}]\n')

    with pytest.raises(WorldFileError, match="line 2: not a world file"):
        World(path).open()


def test_two_sandboxes_never_share_a_world(tmp_path):
    first = WorldFile(tmp_path / "w")

    with pytest.raises(WorldFileError, match="SANDBOX_WORLD"):
        WorldFile(tmp_path / "w")
    first.close()


def test_ids_go_on_after_the_newest_even_when_the_machine_clock_went_back(tmp_path):
    world, _ = open_world(tmp_path / "w")
    world.advance_clock(86_400_000)
    newest = world.post(world.brand, "tomorrow").id
    world.close()
    lines = (tmp_path / "w").read_bytes().splitlines(keepends=True)
    (tmp_path / "w").write_bytes(b"".join(line for line in lines if not line.startswith(b'["clock"')))

    again, _ = open_world(tmp_path / "w")

    assert again.clock.next_id() > newest
    again.close()
