"""Every reason not to answer, in its order; and every way an answer can take."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.flow.decide.case import (
    Awaited,
    FollowUp,
    HelpLine,
    OpenTicketOf,
    Policy,
    Resume,
    Run,
    Skip,
    Standing,
    Suggest,
    TooMany,
    Urgent,
)
from bot.flow.decide.incoming import Around
from bot.flow.route import NEVER, NOT_BY_THE_BOT, route
from commands.api import Limit
from storage.states import Reason

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BRAND_ID = "1"
TICKET = OpenTicketOf(3, "BT-7KQ2-4", "refund", NOW - timedelta(hours=2), NOW + timedelta(hours=2))
HANDED_OVER = Standing(handover_id=5, last_human_at=NOW - timedelta(hours=1))

SKIPPED: list[tuple[Reason, dict[str, Any]]] = [
    (Reason.OWN_POST, {"author_id": BRAND_ID}),
    (Reason.EDITED, {"around": Around(newer_version=True)}),
    (Reason.SEEN_BEFORE, {"around": Around(version_answered=True)}),
    (Reason.REPOST, {"is_repost": True}),
    (Reason.NOT_ADDRESSED, {"addressed": False}),
    (Reason.BLOCKED, {"standing": Standing(blocked=True)}),
    (Reason.NOT_IN_PILOT, {"policy": Policy(BRAND_ID, pilot=frozenset({"ben"}))}),
    (Reason.BEFORE_OUR_TIME, {"policy": Policy(BRAND_ID, our_time_from=NOW)}),
    (Reason.TOO_OLD, {"posted_at": NOW - timedelta(hours=24, seconds=1)}),
    (Reason.ANSWERED_BY_PERSON, {"around": Around(colleague_answered=True)}),
    (Reason.IN_HANDOVER, {"standing": HANDED_OVER}),
    (Reason.OPTED_OUT, {"standing": Standing(stopped=True)}),
]


@pytest.mark.parametrize(("reason", "why"), SKIPPED, ids=[reason.value for reason, _ in SKIPPED])
def test_a_mention_is_skipped_for_this_reason(case_of: Any, reason: Reason, why: dict[str, Any]) -> None:
    assert route(case_of("@BrightTel #data", **why)) == Skip(reason)


def test_the_reasons_are_looked_at_in_the_order_shown_here() -> None:
    assert [reason for reason, _ in (*NEVER, *NOT_BY_THE_BOT)] == [reason for reason, _ in SKIPPED]


def test_of_two_reasons_the_earlier_one_is_given(case_of: Any) -> None:
    case = case_of(standing=Standing(blocked=True), posted_at=NOW - timedelta(days=3), is_repost=True)

    assert route(case) == Skip(Reason.REPOST)


def test_a_mention_with_a_command_runs_it(case_of: Any) -> None:
    way = route(case_of("@BrightTel #data please"))

    assert isinstance(way, Run)
    assert [call.command for call in way.calls] == ["data"]


def test_a_name_filled_in_by_x_counts_when_the_post_replies_to_ours(case_of: Any) -> None:
    case = case_of(addressed=False, around=Around(replies_to_ours=True))

    assert isinstance(route(case), Run)


@pytest.mark.parametrize("reason", [reason for reason, _ in NEVER])
def test_urgent_words_do_not_come_past(case_of: Any, reason: Reason) -> None:
    case = case_of("@BrightTel my mum died", **dict(SKIPPED)[reason])

    assert route(case) == Skip(reason)


@pytest.mark.parametrize("reason", [reason for reason, _ in NOT_BY_THE_BOT])
def test_urgent_words_go_to_a_person_although(case_of: Any, reason: Reason) -> None:
    case = case_of("@BrightTel my mum died", **dict(SKIPPED)[reason])

    assert route(case) == Urgent()


@pytest.mark.parametrize("text", ["@BrightTel #start", "@BrightTel #agent"])
def test_after_stop_start_and_agent_work(case_of: Any, text: str) -> None:
    assert isinstance(route(case_of(text, standing=Standing(stopped=True))), Run)


def test_after_stop_only_what_works_then_is_run(case_of: Any) -> None:
    way = route(case_of("@BrightTel #data #agent", standing=Standing(stopped=True)))

    assert isinstance(way, Run)
    assert [call.command for call in way.calls] == ["agent"]


def test_somebody_who_is_handed_over_can_still_say_stop(case_of: Any) -> None:
    assert isinstance(route(case_of("@BrightTel stop", standing=HANDED_OVER)), Run)


def test_a_handover_ends_a_day_after_the_last_human_message(case_of: Any) -> None:
    over = replace(HANDED_OVER, last_human_at=NOW - timedelta(hours=24))

    assert isinstance(route(case_of(standing=over)), Run)


def test_a_command_that_is_switched_off_is_not_run(case_of: Any) -> None:
    book = replace(case_of().book, off=frozenset({"data"}))

    assert route(case_of("@BrightTel #data", book=book)) == Skip(Reason.SWITCHED_OFF)
    way = route(case_of("@BrightTel #data #help", book=book))
    assert isinstance(way, Run)
    assert [call.command for call in way.calls] == ["help"]


def test_who_asks_too_often_is_told_once_and_when_to_come_back(case_of: Any) -> None:
    asked = tuple(("data", NOW - timedelta(minutes=minutes)) for minutes in (50, 30, 10))
    free_at = NOW + timedelta(minutes=10)

    first = route(case_of(standing=Standing(asked=asked)))
    second = route(case_of(standing=Standing(asked=asked, told_too_many_at=NOW - timedelta(minutes=5))))

    assert first == TooMany(("data",), free_at, tell=True)
    assert second == TooMany(("data",), free_at, tell=False)


def test_one_person_has_a_limit_over_all_commands(case_of: Any) -> None:
    policy = Policy(BRAND_ID, person_limit=Limit(times=2, per=timedelta(hours=1)))
    asked = (("help", NOW - timedelta(minutes=20)), ("charges", NOW - timedelta(minutes=10)))

    way = route(case_of(policy=policy, standing=Standing(asked=asked)))

    assert isinstance(way, TooMany)
    assert way.again == NOW + timedelta(minutes=40)


def test_the_way_to_a_person_is_never_closed_by_a_limit(case_of: Any) -> None:
    asked = tuple(("agent", NOW - timedelta(minutes=minutes)) for minutes in range(9))

    assert isinstance(route(case_of("@BrightTel #agent", standing=Standing(asked=asked))), Run)


def test_limits_can_be_left_aside(case_of: Any) -> None:
    asked = tuple(("data", NOW) for _ in range(9))

    way = route(case_of(policy=Policy(BRAND_ID, limits=False), standing=Standing(asked=asked)))

    assert isinstance(way, Run)


def test_a_post_without_a_command_is_kept_for_people(case_of: Any) -> None:
    assert route(case_of("@BrightTel lovely weather")) == Skip(Reason.NO_COMMAND)


def test_a_reply_under_our_answer_goes_to_the_open_ticket(case_of: Any) -> None:
    standing = Standing(tickets=(TICKET,))

    under_ours = route(case_of("it is the blue one", standing=standing, around=Around(replies_to_ours=True)))
    elsewhere = route(case_of("@BrightTel lovely weather", standing=standing))

    assert under_ours == FollowUp(TICKET)
    assert elsewhere == Skip(Reason.NO_COMMAND)


def test_of_several_open_tickets_the_one_replied_to_gets_the_follow_up(case_of: Any) -> None:
    newer = replace(TICKET, id=4, reference="BT-99GG-3", command="broken")
    around = Around(replies_to_ours=True, ticket_replied_to=TICKET.id)

    way = route(case_of("the blue one", standing=Standing(tickets=(newer, TICKET)), around=around))

    assert way == FollowUp(TICKET)


def test_any_message_resumes_the_newest_command_that_waits_for_one(case_of: Any) -> None:
    older, newer = Awaited(1, 70, NOW - timedelta(hours=5)), Awaited(2, 71, NOW - timedelta(hours=1))

    assert route(case_of("hi", dm=True, standing=Standing(awaited=(newer, older)))) == Resume(newer)


def test_details_of_a_closed_ticket_do_not_hide_an_awaited_command(case_of: Any) -> None:
    command = Awaited(1, 70, NOW - timedelta(hours=5))
    closed = Awaited(2, 71, NOW - timedelta(hours=1), ticket_id=TICKET.id)

    way = route(case_of("hi", dm=True, standing=Standing(awaited=(closed, command))))

    assert way == Resume(command)


def test_a_message_with_its_own_command_wins_over_one_that_waits(case_of: Any) -> None:
    waiting = Standing(awaited=(Awaited(1, 70, NOW - timedelta(hours=5)),))

    assert isinstance(route(case_of("help", dm=True, standing=waiting)), Run)


def test_a_message_with_the_details_of_a_ticket_goes_to_it(case_of: Any) -> None:
    details = Awaited(2, 71, NOW - timedelta(hours=1), ticket_id=TICKET.id)

    way = route(case_of("charged twice", dm=True, standing=Standing(awaited=(details,), tickets=(TICKET,))))

    assert way == FollowUp(TICKET, details)


def test_a_message_nothing_can_be_made_of_gets_the_help_line_once_a_day(case_of: Any) -> None:
    told = Standing(help_line_at=NOW - timedelta(hours=23))
    told_long_ago = Standing(help_line_at=NOW - timedelta(hours=24))

    assert route(case_of("hello", dm=True)) == HelpLine()
    assert route(case_of("hello", dm=True, standing=told)) == Skip(Reason.NO_COMMAND)
    assert route(case_of("hello", dm=True, standing=told_long_ago)) == HelpLine()


def test_a_near_miss_gets_a_suggestion_only_where_the_brand_wants_it(case_of: Any) -> None:
    wanted = Policy(BRAND_ID, suggestions=True)

    assert route(case_of("@BrightTel #chargs", policy=wanted)) == Suggest("charges")
    assert route(case_of("@BrightTel #chargs")) == Skip(Reason.NO_COMMAND)
