"""What follows from a command's plan: where the words go, what is awaited, and what if X refuses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.flow.decide import answering
from bot.flow.decide.answering import REFUSED_MESSAGE, Ran, Voice
from bot.flow.decide.case import Awaited, FollowUp, OpenTicketOf, Policy, Skip, Standing, TooMany
from bot.flow.decide.decision import SOON, URGENT
from commands.combine import Part
from commands.plan import Change, HandOver, OpenTicket, Plan, PrivateWords, PublicWords
from commands.wording.sentences import Sentences
from commands.wording.words import Renderers
from storage.states import Channel, PendingKind, Purpose, Reason

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CONSENTED = Standing(consented=True)
SECRET = Plan(private=PrivateWords("3 GB left"))
OPEN = Plan(public=PublicWords("Here is help"))
TICKET = OpenTicketOf(3, "BT-7KQ2-4", "refund", NOW, NOW + timedelta(hours=2))


@pytest.fixture(scope="module")
def voice() -> Voice:
    say = Sentences.load(Renderers(ZoneInfo("Europe/London")), "BrightTel")
    return Voice(say, "en", lambda: "12:00:00")


def ran(plan: Plan, command: str = "data") -> list[Ran]:
    return [Ran(command, Part(command, plan))]


def test_a_public_answer_replies_to_the_mention_and_ends_in_its_mark(case_of: Any, voice: Voice) -> None:
    decision = answering.answered(case_of(), ran(OPEN), None, voice)

    [answer] = decision.deliveries
    assert (answer.channel, answer.reply_to_id) == (Channel.PUBLIC, "700")
    assert answer.text == "Here is help · 12:00:00"


def test_a_refused_message_has_its_invitation_ready(case_of: Any, voice: Voice) -> None:
    decision = answering.answered(case_of(standing=CONSENTED), ran(SECRET), None, voice)

    [answer] = decision.deliveries
    invite = answer.instead["invite"]
    assert "#data" in invite["text"]
    assert invite["text"].endswith("12:00:00")
    assert "3 GB" not in invite["text"]
    assert invite["pending"] is True


def test_a_refused_message_beside_a_public_reply_goes_to_a_person(case_of: Any, voice: Voice) -> None:
    both = Plan(public=PublicWords("Noted"), private=PrivateWords("3 GB left"))

    decision = answering.answered(case_of(standing=CONSENTED), ran(both), None, voice)

    private = decision.deliveries[1]
    assert [one.channel for one in decision.deliveries] == [Channel.PUBLIC, Channel.PRIVATE]
    assert private.instead == {"handover": {"reason": REFUSED_MESSAGE, "urgent": False}}


def test_somebody_whose_messages_x_refuses_is_invited_instead(case_of: Any, voice: Voice) -> None:
    standing = replace(CONSENTED, refuses_messages=True)

    decision = answering.answered(case_of(standing=standing), ran(SECRET), None, voice)

    [invitation] = decision.deliveries
    assert (invitation.channel, invitation.purpose) == (Channel.PUBLIC, Purpose.INVITE)
    [awaited] = decision.pendings
    assert (awaited.kind, awaited.expires_at) == (PendingKind.COMMAND, NOW + timedelta(hours=24))


def test_a_ticket_s_post_is_marked_by_its_reference(case_of: Any, voice: Voice) -> None:
    plan = Plan(
        public=PublicWords("We look at it. Reference: BT-7KQ2-4"),
        ticket=OpenTicket("refund", "BT-7KQ2-4", NOW + timedelta(hours=8)),
    )

    decision = answering.answered(case_of("@BrightTel #refund"), ran(plan, "refund"), None, voice)

    [answer] = decision.deliveries
    assert (answer.mark, answer.purpose) == ("BT-7KQ2-4", Purpose.TICKET)
    assert answer.text == "We look at it. Reference: BT-7KQ2-4"


def test_a_stop_ends_consent_and_its_confirmation_still_leaves(case_of: Any, voice: Voice) -> None:
    plan = Plan(public=PublicWords("We write no more"), change=Change.STOP)

    decision = answering.answered(case_of("stop", dm=True), ran(plan, "stop"), None, voice)

    assert decision.person.stop
    assert not decision.person.consent_to_messages
    assert decision.deliveries[0].despite_stop


def test_what_works_after_stop_still_leaves(case_of: Any, voice: Voice) -> None:
    plan = Plan(public=PublicWords("A colleague comes"), handover=HandOver("asked for a person"))

    decision = answering.answered(case_of(standing=Standing(stopped=True)), ran(plan, "agent"), None, voice)

    [answer] = decision.deliveries
    assert answer.despite_stop
    assert answer.priority == SOON


def test_urgent_words_go_first_and_say_when_somebody_is_back(case_of: Any, voice: Voice) -> None:
    case = case_of("@BrightTel my mum died")

    decision = answering.urgent(case, voice, NOW + timedelta(hours=20))

    assert decision.handover is not None
    assert decision.handover.urgent
    assert decision.deliveries[0].priority == URGENT
    assert "08:00" in decision.deliveries[0].text


def test_urgent_words_too_old_to_be_answered_call_a_person_without_a_word(case_of: Any, voice: Voice) -> None:
    case = case_of("@BrightTel my mum died", posted_at=NOW - timedelta(days=2))

    decision = answering.urgent(case, voice, None)

    assert decision.deliveries == ()
    assert decision.handover is not None


def test_who_asks_too_often_hears_it_once(case_of: Any, voice: Voice) -> None:
    told = answering.too_many(case_of(), TooMany(("data",), NOW, tell=True), voice)
    silent = answering.too_many(case_of(), TooMany(("data",), NOW, tell=False), voice)

    assert len(told.deliveries) == 1
    assert told.person.told_too_many
    assert silent.deliveries == ()


def test_a_follow_up_is_acknowledged_once_where_it_was_written(case_of: Any, voice: Voice) -> None:
    first = answering.follow_up(case_of("the blue one"), FollowUp(TICKET), voice)
    later = answering.follow_up(case_of("hi"), FollowUp(replace(TICKET, acknowledged=True)), voice)

    assert first.deliveries[0].channel is Channel.PUBLIC
    assert first.acknowledged == TICKET.reference
    assert later.deliveries == ()
    assert later.added_to == (TICKET.reference,)


def test_the_privacy_page_stands_under_the_first_message_only(case_of: Any, voice: Voice) -> None:
    policy = Policy("1", privacy_url="https://brighttel.example/privacy")
    known = replace(CONSENTED, privacy_sent=True)

    first = answering.answered(case_of(standing=CONSENTED, policy=policy), ran(SECRET), None, voice)
    second = answering.answered(case_of(standing=known, policy=policy), ran(SECRET), None, voice)

    assert first.deliveries[0].text.endswith("https://brighttel.example/privacy")
    assert first.deliveries[0].carries_privacy
    assert not second.deliveries[0].carries_privacy
    assert second.deliveries[0].text == "3 GB left"


def test_a_message_is_leave_to_answer_unless_they_said_stop(case_of: Any) -> None:
    usual = answering.skipped(case_of("hello", dm=True), Skip(Reason.NO_COMMAND))
    stopped = answering.skipped(
        case_of("hello", dm=True, standing=Standing(stopped=True)), Skip(Reason.OPTED_OUT)
    )

    assert usual.person.consent_to_messages
    assert not stopped.person.changes()


def test_what_belongs_to_a_handover_stays_with_it(case_of: Any) -> None:
    standing = Standing(handover_id=5, last_human_at=NOW - timedelta(hours=1))

    decision = answering.skipped(case_of(standing=standing), Skip(Reason.IN_HANDOVER))

    assert decision.kept_with == 5


def test_a_command_that_a_message_answers_is_not_awaited_any_more(case_of: Any, voice: Voice) -> None:
    waiting = Standing(awaited=(Awaited(4, 70, NOW, commands=("data",)),))

    decision = answering.answered(case_of("data", dm=True, standing=waiting), ran(SECRET), None, voice)

    assert decision.used_pendings == (4,)
