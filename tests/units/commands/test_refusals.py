"""Where a command cannot or may not answer, the person hears the next step."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands.api import Channel, Limit, Request, TicketCard, TicketState
from commands.loading import cast
from commands.plan import AddToTicket, OpenTicket
from commands.refusals import accounts_unavailable, holding, next_allowed, not_linked, too_many

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
THREE_AN_HOUR = Limit(times=3, per=timedelta(hours=1))


class OneTicket:
    """A context in which the person has this ticket, or none."""

    def __init__(self, ticket=None):
        self._ticket = ticket

    def open_ticket(self):
        return self._ticket

    def next_reference(self):
        return "BT-7KQ2-4"

    def promise(self, working):
        return NOON + working


def request(name="ana"):
    return Request(
        command="data",
        called="data",
        arguments=(),
        asked=Channel.PUBLIC,
        person=cast.person(name),
        brand=cast.BRAND,
        mention_id="1",
        asked_at=NOON,
        now=NOON,
    )


def minutes_ago(*minutes):
    return [NOON - timedelta(minutes=one) for one in minutes]


@pytest.mark.parametrize(
    ("uses", "again"),
    [
        ((), None),
        ((10, 20), None),
        ((10, 20, 60), None),
        ((10, 20, 59), 1),
        ((59, 10, 20), 1),
        ((1, 2, 3, 50), 57),
    ],
)
def test_a_limit_says_when_there_is_room_again(uses, again):
    allowed = next_allowed(THREE_AN_HOUR, minutes_ago(*uses), NOON)

    assert allowed == (None if again is None else NOON + timedelta(minutes=again))


def test_a_limit_that_never_allows_anything_cannot_be_written():
    with pytest.raises(ValueError, match="at least once"):
        Limit(times=0, per=timedelta(hours=1))


def test_somebody_not_linked_hears_the_next_step_privately(say):
    plan = not_linked(request("ben"), say)

    assert plan.public is None
    assert "#agent" in plan.private.text


def test_a_silent_account_source_is_told_without_blame(say):
    assert "#data" in accounts_unavailable(request(), say, "data").public.text


def test_what_only_linked_people_can_hear_is_not_said_in_public(say):
    silent = accounts_unavailable(request(), say, "data", only_linked=True)
    crash = holding(request(), OneTicket(), say, only_linked=True)

    assert silent.public is None
    assert "#data" in silent.private.text
    assert crash.public is None
    assert crash.private.text.endswith("Your reference: BT-7KQ2-4")
    assert crash.ticket == OpenTicket("data", "BT-7KQ2-4", NOON + timedelta(hours=4))


def test_too_many_requests_say_when_to_ask_again(say):
    assert "12:30" in too_many(request(), say, NOON + timedelta(minutes=30)).public.text


def test_a_crash_gives_a_holding_reply_and_a_ticket(say):
    plan = holding(request(), OneTicket(), say)

    assert plan.ticket == OpenTicket("data", "BT-7KQ2-4", NOON + timedelta(hours=4))
    assert plan.public.text.endswith("Your reference: BT-7KQ2-4")


def test_a_crash_while_its_ticket_is_open_adds_to_it(say):
    ticket = TicketCard("BT-7KQ2-4", "data", TicketState.OPEN, NOON, NOON + timedelta(hours=1))

    plan = holding(request(), OneTicket(ticket), say)

    assert plan.ticket == AddToTicket("BT-7KQ2-4")


def test_refusals_are_said_in_the_language_of_the_person(say):
    welsh = replace(request(), person=cast.person("carys"))

    assert "Mae'n ddrwg gennym" in holding(welsh, OneTicket(), say).public.text
