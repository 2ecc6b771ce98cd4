"""The five ticket commands: one ticket, one reference, one promise, details asked privately."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from commands.api import AddToTicket, AskPrivately, Channel, Example, OpenTicket, TicketCard, TicketState
from commands.combine import Audience, Part, combine
from commands.loading import cast
from commands.wording.locales import LOCALES

TICKETS = ["refund", "complaint", "broken", "faulty", "poorservice"]
LANGUAGES = sorted(LOCALES)
OPENED = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
OPEN_TICKET = TicketCard("BT-7KQ2-4", "refund", TicketState.OPEN, OPENED, OPENED + timedelta(hours=8))

every_ticket = pytest.mark.parametrize("name", TICKETS)
every_language = pytest.mark.parametrize("lang", LANGUAGES)


@every_ticket
@every_language
def test_a_ticket_is_answered_once_in_public_with_reference_next_step_and_promise(plan_of, name, lang):
    plan = plan_of(name, lang=lang)

    assert isinstance(plan.ticket, OpenTicket)
    assert plan.public.text.endswith(plan.ticket.reference)
    assert "24" in plan.public.text or "25" in plan.public.text
    assert plan.private is None


@every_ticket
def test_a_ticket_needs_no_linked_account(built_in, name):
    assert not built_in.commands[name].rules.needs_link


@every_ticket
@every_language
def test_details_are_asked_by_direct_message_only(plan_of, name, lang):
    plan = plan_of(name, lang=lang)

    assert {"en": "direct message", "cy": "neges uniongyrchol"}[lang] in plan.public.text
    assert plan.ask == AskPrivately(plan.ticket.reference)


@every_ticket
@every_language
def test_the_same_command_again_adds_to_the_open_ticket_in_other_words(plan_of, name, lang):
    first, again = plan_of(name, lang=lang), plan_of(name, lang=lang, ticket=OPEN_TICKET)

    assert again.ticket == AddToTicket("BT-7KQ2-4")
    assert "BT-7KQ2-4" in again.public.text
    assert again.public.text.split(".")[0] != first.public.text.split(".")[0]


@every_ticket
@every_language
def test_by_direct_message_the_details_are_asked_right_there(plan_of, say, name, lang):
    plan = plan_of(name, lang=lang, asked=Channel.PRIVATE)

    told = combine([Part(name, plan)], Audience(Channel.PRIVATE, lang, may_message=True), say)

    assert told.public is None
    assert plan.ticket.reference in told.private.text
    assert "uniongyrchol" not in told.private.text
    assert "direct message" not in told.private.text


@every_language
@pytest.mark.parametrize("names", list(combinations(TICKETS, 3)))
def test_three_tickets_in_one_mention_are_all_told_in_one_reply(plan_of, say, names, lang):
    parts = [Part(name, plan_of(name, lang=lang)) for name in names]

    told = combine(parts, Audience(Channel.PUBLIC, lang, may_message=False), say)

    assert told.offered == ()
    assert len(told.tickets) == 3


@every_ticket
def test_a_promise_made_at_night_counts_from_the_morning(trial, built_in, name):
    night = cast.CLOSED_AT

    found = trial.one(
        built_in.commands[name],
        Example(f"#{name}", as_="ben", given=replace(Example("").given, closed_now=True), opens_ticket=True),
    )

    assert found.tickets[0].due_at > night.replace(day=23, hour=8)


@every_ticket
def test_nothing_the_person_wrote_stands_in_the_public_answer(trial, built_in, name):
    hijack = f"@BrightTel #{name} buy cheap pills from mallory"

    found = trial.one(built_in.commands[name], Example(hijack, as_="mallory", opens_ticket=True))

    assert not {"buy", "cheap", "pills", "mallory"} & set(found.public.text.split())
