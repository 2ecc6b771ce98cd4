"""Messages are few: urgent first, then whoever has a person in charge, then everybody in turn."""

from typing import Any

from bot.desk import mention_acts
from storage.states import Channel
from tests.scenarios.scarcity.conftest import refused, written_to

WINDOW = 15


def test_a_flood_of_one_person_delays_nobody_else(
    stage: Any, x: Any, full: Any, mallory: Any, ana: Any
) -> None:
    for _ in range(20):
        mallory.writes("#help")
    others = [ana, *full]
    for person in others:
        person.writes("#data")
    stage.settles()

    stage.waits(minutes=16)

    told = written_to(x)[WINDOW:]
    assert told[: len(others) + 1] == ["mallory", *(person.name for person in others)]
    assert told.count("mallory") == WINDOW - len(others)
    assert refused(x) == []


def test_asking_again_moves_nobody(stage: Any, x: Any, full: Any, ana: Any) -> None:
    first, second = full[:2]
    for person in (first, second, ana, first, first, ana):
        person.writes("#data")
    stage.settles()

    stage.waits(minutes=16)

    told = written_to(x)[WINDOW:]
    assert told == [first.name, second.name, "ana", first.name, "ana", first.name]


def test_urgent_words_go_first_and_then_whoever_asked_for_a_person(
    stage: Any, x: Any, full: Any, ana: Any, mallory: Any
) -> None:
    for person in full:
        person.writes("#data")
    stage.settles()
    ana.writes("#agent")
    stage.settles()
    mallory.writes("somebody stole my sim, this is fraud")
    stage.settles()

    stage.waits(minutes=16)

    assert written_to(x)[WINDOW:][:3] == ["mallory", "ana", full[0].name]


def test_how_to_link_is_told_before_what_can_wait(stage: Any, x: Any, full: Any, ana: Any, ben: Any) -> None:
    for person in full:
        person.writes("#data")
    ana.writes("#agent")
    stage.settles()
    ben.writes("#data")
    stage.settles()

    stage.waits(minutes=16)

    assert written_to(x)[WINDOW:][:3] == ["ana", "ben", full[0].name]


def test_what_stands_before_urgent_words_goes_with_them_so_that_they_need_not_wait(
    stage: Any, x: Any, crowd: Any, full: Any, ana: Any
) -> None:
    for person in crowd[:WINDOW]:
        person.writes("#data")
    ana.writes("#data")
    stage.settles()
    ana.writes("and this is fraud")
    stage.settles()

    stage.waits(minutes=16)

    told = written_to(x)[WINDOW:]
    assert (len(told), told[0], told.count("ana")) == (WINDOW, "ana", 2)
    assert "GB" in ana.got[0]


def test_a_colleague_s_message_goes_before_the_bot_s(stage: Any, x: Any, full: Any, ana: Any) -> None:
    asked = ana.posts("@BrightTel hello")
    for person in full:
        person.writes("#data")
    stage.settles()
    mention_acts.reply_to(stage.desk, asked, "I am on it.", by="cleo", channel=Channel.PRIVATE)

    stage.waits(minutes=16)

    assert written_to(x)[WINDOW:][:2] == ["ana", full[0].name]


def test_nobody_is_asked_how_many_follow_them(stage: Any, x: Any, full: Any) -> None:
    for person in full:
        person.posts("@BrightTel #data")
    stage.settles()
    stage.waits(minutes=16)

    asked = [call["query"] for call in x.call("GET", "requests")["requests"]]
    assert not any("public_metrics" in query for query in asked)


def test_posts_are_given_out_in_turn_as_well(stage: Any, x: Any, ana: Any, mallory: Any) -> None:
    flood = mallory.posts_many([f"@BrightTel #help {n}" for n in range(120)])
    stage.settles()
    assert sum(len(x.replies_to(post)) for post in flood) == 100
    post = ana.posts("@BrightTel #help")
    stage.settles()
    assert x.replies_to(post) == []

    stage.waits(minutes=16)

    ours = [one["in_reply_to"] for one in x.posts() if one["author"] == "BrightTel"]
    assert ours.index(post) <= 101
    assert refused(x) == []
