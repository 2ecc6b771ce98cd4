"""A problem becomes a ticket with a reference and a promise, once."""

import re
from typing import Any

import pytest

REFERENCE = re.compile(r"BT-[0-9A-Z]{4}-[0-9A-Z]")
ALL = ("refund", "complaint", "broken", "faulty", "poorservice")


@pytest.mark.parametrize("command", ALL)
def test_a_problem_gets_one_public_answer_with_reference_next_step_and_time(
    stage: Any, x: Any, mallory: Any, command: str
) -> None:
    post = mallory.posts(f"@BrightTel #{command} my thing")

    stage.settles()

    (ticket,) = stage.tickets()
    reply = x.reply_to(post)
    assert REFERENCE.fullmatch(ticket["reference"])
    assert ticket["reference"] in reply
    assert "direct message" in reply
    assert re.search(r"by .*\d", reply)
    assert (ticket["state"], ticket["command"], ticket["mention_ids"]) == ("open", command, [post])
    assert mallory.got == []
    stage.money_agrees()


def test_a_promise_counts_in_opening_hours(stage_of: Any, x: Any, mallory: Any) -> None:
    stage = stage_of(opening_hours="Thu 09:00-18:00")  # the story begins on a Monday

    post = mallory.posts("@BrightTel #refund")
    stage.settles()

    assert "Thu" in x.reply_to(post)


def test_a_promise_does_not_count_on_a_holiday(stage_of: Any, x: Any, mallory: Any) -> None:
    thursday = x.now().date().toordinal() + 3
    holiday = x.now().date().fromordinal(thursday).isoformat()
    stage = stage_of(opening_hours="Thu 09:00-18:00; Fri 09:00-18:00", holidays=holiday)

    post = mallory.posts("@BrightTel #refund")
    stage.settles()

    assert "Fri" in x.reply_to(post)
    assert "Thu" not in x.reply_to(post)


def test_the_same_command_again_while_the_ticket_is_open_adds_to_it(stage: Any, x: Any, mallory: Any) -> None:
    first = mallory.posts("@BrightTel #refund the charger")
    stage.settles()
    second = mallory.posts("@BrightTel #refund and the cable")

    stage.settles()

    (ticket,) = stage.tickets()
    assert ticket["mention_ids"] == [first, second]
    assert ticket["reference"] in x.reply_to(second)


def test_two_posts_at_once_with_the_same_command_open_one_ticket(stage: Any, x: Any, mallory: Any) -> None:
    posts = [mallory.posts(f"@BrightTel #refund {number}") for number in range(3)]

    stage.settles()

    (ticket,) = stage.tickets()
    assert ticket["mention_ids"] == posts


def test_another_command_opens_another_ticket(stage: Any, mallory: Any) -> None:
    mallory.posts("@BrightTel #refund")
    mallory.posts("@BrightTel #broken")

    stage.settles()

    assert [ticket["command"] for ticket in stage.tickets()] == ["refund", "broken"]


def test_another_persons_ticket_is_their_own(stage: Any, ana: Any, mallory: Any) -> None:
    ana.posts("@BrightTel #refund")
    mallory.posts("@BrightTel #refund")

    stage.settles()

    assert {ticket["person_id"] for ticket in stage.tickets()} == {ana.id, mallory.id}


def test_details_by_message_go_to_the_ticket_and_are_acknowledged_once(
    stage: Any, x: Any, mallory: Any
) -> None:
    post = mallory.posts("@BrightTel #refund")
    stage.settles()

    first = mallory.writes("It was the charger, 20 pounds, last week")
    stage.settles()
    second = mallory.writes("and the cable")
    stage.settles()

    (ticket,) = stage.tickets()
    assert ticket["mention_ids"] == [post, first, second]
    assert ticket["reference"] in mallory.message
    assert [stage.reason(one) for one in (first, second)] == ["follow up"] * 2
    stage.reads_messages()
    stage.money_agrees()


def test_a_reply_under_our_answer_goes_to_the_ticket_and_is_acknowledged_once(
    stage: Any, x: Any, mallory: Any
) -> None:
    post = mallory.posts("@BrightTel #refund")
    stage.settles()
    answer = x.reply_id(post)

    first = mallory.replies(answer, "thanks, it was the charger")
    second = mallory.replies(answer, "and the cable")
    stage.settles()

    (ticket,) = stage.tickets()
    assert ticket["mention_ids"] == [post, first, second]
    assert ticket["reference"] in x.reply_to(first)
    assert x.replies_to(second) == []


def test_a_reply_goes_to_the_ticket_of_its_own_conversation(stage: Any, x: Any, mallory: Any) -> None:
    older = mallory.posts("@BrightTel #refund")
    newer = mallory.posts("@BrightTel #broken")
    stage.settles()

    reply = mallory.replies(x.reply_id(older), "it was the charger")
    stage.settles()

    refund, broken = stage.tickets()
    assert refund["mention_ids"] == [older, reply]
    assert broken["mention_ids"] == [newer]


def test_a_ticket_asked_for_by_message_is_answered_by_message(stage: Any, x: Any, mallory: Any) -> None:
    mallory.writes("#refund for the charger")

    stage.settles()

    (ticket,) = stage.tickets()
    assert ticket["reference"] in mallory.message
    assert [post for post in x.posts() if post["author"] == "BrightTel"] == []


def test_a_message_that_belongs_to_nothing_gets_the_help_line_once_a_day(stage: Any, ana: Any) -> None:
    for _ in range(3):
        ana.writes("hm, what is this?")
        stage.settles()
    assert len(ana.got) == 1

    stage.passes(hours=24, minutes=1)
    ana.writes("hello?")
    stage.settles()
    assert len(ana.got) == 2


def test_a_public_word_without_command_and_ticket_is_left_to_people(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel #help")
    stage.settles()

    reply = mallory.replies(x.reply_id(post), "thanks!")
    stage.settles()

    assert x.replies_to(reply) == []
    assert stage.reason(reply) == "no command"
