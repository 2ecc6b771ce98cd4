"""Of several commands in one post those that are not answered are named, so that nobody waits for them."""

from datetime import timedelta
from typing import Any

from storage.upkeep import switches


def test_what_stands_beside_start_is_offered_by_name(stage: Any, x: Any, ana: Any) -> None:
    post = ana.posts("@BrightTel #start #data")

    stage.settles()

    assert "#data: ask again" in x.reply_to(post)


def test_after_a_stop_what_stands_beside_start_is_offered_by_name(stage: Any, x: Any, mallory: Any) -> None:
    mallory.posts("@BrightTel stop")
    stage.settles()
    post = mallory.posts("@BrightTel #start #handsets")

    stage.settles()

    assert "#handsets: ask again" in x.reply_to(post)


def test_a_command_that_is_switched_off_is_named_beside_the_others(stage: Any, x: Any, mallory: Any) -> None:
    now = stage.clock.now()
    stage.database.write(lambda c: switches.switch_off(c, stage.brand_id, "handsets", "cleo", now))
    post = mallory.posts("@BrightTel #handsets #help")

    stage.settles()

    assert "I cannot answer #handsets just now." in x.reply_to(post)


def test_a_command_asked_too_often_is_named_beside_the_others(stage: Any, x: Any, mallory: Any) -> None:
    times = stage.deciding.registry.current.commands["android"].rules.at_most.times
    for _ in range(times):
        mallory.posts("@BrightTel #android")
        stage.settles()
    post = mallory.posts("@BrightTel #android #agent")

    stage.settles()

    assert "I cannot answer #android just now." in x.reply_to(post)


def test_suggestions_count_among_what_one_person_may_have(stage_of: Any, x: Any, mallory: Any) -> None:
    stage = stage_of(suggestions=True, person_limit=2)
    posts = []
    for _ in range(3):
        posts.append(mallory.posts("@BrightTel #handsest"))
        stage.settles()

    assert [len(x.replies_to(post)) for post in posts] == [1, 1, 0]


def test_a_handover_is_kept_open_from_when_the_customer_wrote(stage: Any, mallory: Any) -> None:
    mallory.posts("@BrightTel #agent")
    stage.settles()
    mallory.posts("@BrightTel are you there?")
    written_at = stage.clock.now()
    stage.passes(hours=5)

    stage.settles()

    stage.waits(hours=19, minutes=1)
    assert stage.handovers() == []
    assert stage.clock.now() - written_at > timedelta(hours=24)


def test_a_post_that_x_says_is_gone_is_told_as_deleted(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel #help")
    stage.looks()
    stage.handles()
    x.delete(post)

    stage.works()

    assert stage.reason(post) == "deleted"
