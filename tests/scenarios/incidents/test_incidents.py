"""While a problem is known, everybody who asks is told of it, and what they report hangs under it."""

import re
from typing import Any

import pytest

from storage.upkeep import switches
from tests.scenarios.incidents.lead import LEEDS, closes, incident, opens, updates

REFERENCE = re.compile(r"BT-[0-9A-Z]{4}-[0-9A-Z]")


def test_from_the_next_poll_on_its_commands_answer_with_its_text(stage: Any, x: Any, mallory: Any) -> None:
    before = mallory.posts("@BrightTel #data")
    stage.settles()
    opens(stage)
    after = mallory.posts("@BrightTel #data")

    stage.settles()

    assert LEEDS not in x.reply_to(before)
    assert x.reply_to(after).startswith(LEEDS)
    assert incident(stage)["answered"] == 1
    stage.money_agrees()


def test_a_linked_customer_is_told_in_public_and_takes_no_messages_place(
    stage: Any, x: Any, ana: Any
) -> None:
    opens(stage)
    post = ana.posts("@BrightTel #data")

    stage.settles()

    assert LEEDS in x.reply_to(post)
    assert ana.got == []


def test_other_commands_answer_as_always(stage: Any, ana: Any) -> None:
    opens(stage)
    ana.posts("@BrightTel #charges")

    stage.settles()

    assert LEEDS not in ana.message
    assert "£" in ana.message


def test_asked_by_message_it_is_told_by_message(stage: Any, x: Any, ana: Any) -> None:
    opens(stage)
    ana.writes("data")

    stage.settles()

    assert LEEDS in ana.message
    assert x.ours() == [ana.message]


def test_what_stands_around_it_is_in_the_persons_language(stage: Any, x: Any, carys: Any) -> None:
    opens(stage)
    post = carys.posts("@BrightTel #data os gwelwch yn dda")

    stage.settles()

    assert LEEDS in x.reply_to(post)
    assert "anfonwch #tellme" in x.reply_to(post)


def test_two_of_its_commands_in_one_post_are_told_its_text_once(stage: Any, x: Any, ana: Any) -> None:
    opens(stage)
    post = ana.posts("@BrightTel #data #text")

    stage.settles()

    assert x.reply_to(post).count(LEEDS) == 1


def test_what_was_asked_before_it_opened_is_answered_with_it_when_a_message_brings_it(
    stage: Any, x: Any, carys: Any
) -> None:
    carys.posts("@BrightTel #data")
    stage.settles()
    opens(stage)

    carys.writes("ie")
    stage.settles()

    assert LEEDS in carys.message


def test_a_command_that_is_switched_off_still_tells_of_it(stage: Any, x: Any, ana: Any) -> None:
    stage.database.write(
        lambda c: switches.switch_off(c, stage.brand_id, "data", "it failed", stage.clock.now())
    )
    opens(stage)
    post = ana.posts("@BrightTel #data")

    stage.settles()

    assert LEEDS in x.reply_to(post)


def test_a_ticket_opened_meanwhile_hangs_under_it(stage: Any, x: Any, mallory: Any, ben: Any) -> None:
    opens(stage)
    mine = mallory.posts("@BrightTel #broken")
    ben.posts("@BrightTel #broken no 4G")

    stage.settles()

    tickets = stage.tickets()
    assert [ticket["incident_id"] for ticket in tickets] == [incident(stage)["id"]] * 2
    assert incident(stage)["tickets"] == [ticket["reference"] for ticket in tickets]
    for ticket in tickets:
        (post,) = ticket["mention_ids"]
        assert x.reply_to(post).startswith(LEEDS)
        assert x.reply_to(post).endswith(ticket["reference"])
    assert "ticket under incident" in stage.steps(mine)


def test_a_report_on_an_older_ticket_hangs_that_one_under_it(stage: Any, x: Any, mallory: Any) -> None:
    mallory.posts("@BrightTel #broken")
    stage.settles()
    opens(stage)

    post = mallory.posts("@BrightTel #broken still")
    stage.settles()

    (ticket,) = stage.tickets()
    assert ticket["incident_id"] == incident(stage)["id"]
    assert ticket["reference"] in x.reply_to(post)


def test_telling_and_reporting_in_one_post_says_text_and_reference_once(
    stage: Any, x: Any, mallory: Any
) -> None:
    opens(stage)
    post = mallory.posts("@BrightTel #data #broken")

    stage.settles()

    reply = x.reply_to(post)
    assert reply.count(LEEDS) == 1
    assert len(REFERENCE.findall(reply)) == 1
    assert stage.tickets()[0]["incident_id"] is not None


def test_a_ticket_of_another_command_does_not_hang_under_it(stage: Any, mallory: Any) -> None:
    opens(stage)
    mallory.posts("@BrightTel #refund")

    stage.settles()

    assert stage.tickets()[0]["incident_id"] is None
    assert incident(stage)["tickets"] == []


def test_urgent_words_go_to_a_person_all_the_same(stage: Any, x: Any, mallory: Any) -> None:
    opens(stage)
    post = mallory.posts("@BrightTel #broken my mum died and I cannot reach the doctor")

    stage.settles()

    assert LEEDS not in x.reply_to(post)
    assert len(stage.handovers()) == 1


def test_updated_the_new_text_is_told_at_once_and_nobody_else_hears(
    stage: Any, x: Any, ana: Any, mallory: Any
) -> None:
    opens(stage)
    ana.writes("#tellme")
    stage.settles()

    updates(stage, text="4G around Leeds is half back, next news 12:00", commands="data")
    data, broken = mallory.posts("@BrightTel #data"), mallory.posts("@BrightTel #broken")
    stage.settles()

    assert "half back" in x.reply_to(data)
    assert "Leeds" not in x.reply_to(broken)
    assert len(ana.got) == 1


def test_closed_its_commands_answer_by_themselves_again(stage: Any, x: Any, mallory: Any) -> None:
    opens(stage)
    closes(stage)
    post = mallory.posts("@BrightTel #data")

    stage.settles()

    assert LEEDS not in x.reply_to(post)
    assert incident(stage)["state"] == "closed"


def test_at_its_time_it_ends_by_itself(stage: Any, x: Any, mallory: Any) -> None:
    opens(stage, until="18:00")  # the story begins at noon, London's clock
    stage.passes(hours=5, minutes=30)
    during = mallory.posts("@BrightTel #data")
    stage.settles()

    stage.passes(minutes=31)
    after = mallory.posts("@BrightTel #data")
    stage.settles()

    assert LEEDS in x.reply_to(during)
    assert LEEDS not in x.reply_to(after)
    assert incident(stage)["state"] == "closed"


def test_a_kill_forgets_nothing_of_it(stage: Any, x: Any, ana: Any, mallory: Any) -> None:
    opens(stage, until="18:00")
    ana.writes("#tellme")
    stage.settles()

    stage.restart()
    post = mallory.posts("@BrightTel #data")
    stage.settles()
    stage.waits(hours=7)

    assert LEEDS in x.reply_to(post)
    assert len(ana.got) == 2


@pytest.mark.parametrize("command", ["agent", "stop", "start", "tellme"])
def test_the_ways_to_a_person_and_out_cannot_be_taken_by_it(stage: Any, command: str) -> None:
    with pytest.raises(Exception, match="no command that can answer"):
        opens(stage, commands=f"data,{command}")
