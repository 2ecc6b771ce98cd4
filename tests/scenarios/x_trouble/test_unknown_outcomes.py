"""X may have taken an answer or not, and does not say: exactly one answer all the same."""

from typing import Any

import pytest

POST, MESSAGE = "POST /2/tweets", "POST /2/dm_conversations/with/:id/messages"
# What may go wrong with a call whose write was done.
DONE: list[dict[str, Any]] = [
    {"kind": "cut_after"},
    {"kind": "broken_json"},
    {"kind": "status", "status": 500, "done": True},
    {"kind": "status", "status": 503, "done": True},
    {"kind": "html", "status": 502, "done": True},
    {"kind": "status", "status": 302, "done": True, "headers": {"location": "https://elsewhere.example/"}},
    {"kind": "status", "status": 200, "body": {}, "done": True},
]
# And with one whose write was not.
UNDONE: list[dict[str, Any]] = [
    {"kind": "cut_before"},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 504},
    {"kind": "html", "status": 503},
    {"kind": "status", "status": 302, "headers": {"location": "https://elsewhere.example/"}},
    {"kind": "status", "status": 201, "body": {"data": {}}},
]


def name(fault: dict[str, Any]) -> str:
    return "-".join(str(part) for part in (fault["kind"], fault.get("status", "")))


@pytest.mark.parametrize("fault", DONE, ids=name)
def test_a_reply_that_was_taken_is_found_and_not_sent_again(
    stage: Any, x: Any, mallory: Any, fault: dict[str, Any]
) -> None:
    x.fault(POST, **fault)
    post = mallory.posts("@BrightTel #help")

    stage.settles()
    for _ in range(4):
        stage.waits(minutes=2)

    assert len(x.replies_to(post)) == 1
    assert stage.delivery(post).state == "sent"
    assert len(x.calls("POST", POST.split()[1])) == 1
    stage.money_agrees()


@pytest.mark.parametrize("fault", UNDONE, ids=name)
def test_a_reply_that_was_not_taken_is_looked_for_twice_and_then_sent_with_the_same_words(
    stage: Any, x: Any, mallory: Any, fault: dict[str, Any]
) -> None:
    x.fault(POST, **fault)
    post = mallory.posts("@BrightTel #help")
    stage.settles()
    text = stage.delivery(post).text

    for _ in range(4):
        stage.waits(minutes=2)

    assert x.reply_to(post) == text
    assert stage.delivery(post).state == "sent"
    stage.money_agrees()


@pytest.mark.parametrize("fault", DONE, ids=name)
def test_a_message_that_was_taken_is_found_and_not_sent_again(
    stage: Any, x: Any, ana: Any, fault: dict[str, Any]
) -> None:
    x.fault(MESSAGE, **fault)
    post = ana.posts("@BrightTel #data")

    stage.settles()
    for _ in range(4):
        stage.waits(minutes=2)

    assert len(ana.got) == 1
    assert x.replies_to(post) == []
    assert stage.delivery(post).state == "sent"
    stage.money_agrees()


@pytest.mark.parametrize("fault", UNDONE, ids=name)
def test_a_message_that_was_not_taken_is_sent_with_the_same_words(
    stage: Any, x: Any, ana: Any, fault: dict[str, Any]
) -> None:
    x.fault(MESSAGE, **fault)
    post = ana.posts("@BrightTel #data")

    stage.settles()
    for _ in range(4):
        stage.waits(minutes=2)

    assert ana.message == stage.delivery(post).text
    stage.money_agrees()


@pytest.mark.parametrize(("route", "text"), [(POST, "@BrightTel #help"), (MESSAGE, "@BrightTel #data")])
def test_a_silent_x_is_given_up_in_time_and_looked_up(
    stage_of: Any, x: Any, ana: Any, route: str, text: str
) -> None:
    stage = stage_of(x_call_timeout=0.2)
    x.fault(route, "hang")
    ana.posts(text)

    stage.settles()
    for _ in range(4):
        stage.waits(minutes=2)

    assert len(x.ours()) == 1
    stage.money_agrees()


def test_nothing_is_sent_again_before_two_looks_a_lag_apart(stage: Any, x: Any, mallory: Any) -> None:
    x.fault(POST, "status", status=500)
    mallory.posts("@BrightTel #help")
    stage.settles()

    stage.waits(seconds=30)
    stage.waits(seconds=30)
    assert len(x.calls("POST", "/2/tweets")) == 1

    for _ in range(3):
        stage.waits(seconds=61)
    assert len(x.ours()) == 1


def test_while_nobody_can_look_it_stays_unsure_with_an_alarm_that_ends_by_itself(
    stage: Any, x: Any, mallory: Any
) -> None:
    x.fault(POST, "cut_after")
    x.fault("GET /2/users/:id/tweets", "status", status=503, times=0)
    post = mallory.posts("@BrightTel #help")

    stage.settles()
    for _ in range(4):
        stage.waits(minutes=3)
    assert stage.delivery(post).state == "unsure"
    assert "send-cannot-look" in stage.alarms()

    x.heal()
    stage.waits(minutes=10)
    assert stage.delivery(post).state == "sent"
    assert stage.alarms() == []
    assert len(x.replies_to(post)) == 1
    stage.money_agrees()


def test_two_answers_of_unknown_fate_to_one_person_are_told_apart(stage: Any, x: Any, ana: Any) -> None:
    first, second = ana.posts("@BrightTel #help"), ana.posts("@BrightTel #handsets")
    x.fault(POST, "cut_after", times=1)
    stage.settles()
    x.fault(POST, "cut_after", times=1)
    for _ in range(6):
        stage.waits(minutes=2)

    assert [len(x.replies_to(post)) for post in (first, second)] == [1, 1]
    stage.money_agrees()


def test_an_answer_of_unknown_fate_does_not_hold_up_other_people(
    stage: Any, x: Any, ana: Any, mallory: Any
) -> None:
    x.fault(POST, "cut_before")
    mallory.posts("@BrightTel #help")
    stage.settles()
    post = ana.posts("@BrightTel #help")

    stage.waits(seconds=10)

    assert len(x.replies_to(post)) == 1
