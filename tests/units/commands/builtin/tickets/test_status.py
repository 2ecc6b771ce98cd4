"""#status: only the account that opened a ticket learns that it exists."""

from datetime import UTC, datetime, timedelta

import pytest

from commands.api import Channel, TicketCard, TicketState

OPENED = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def ticket(state=TicketState.OPEN, closed_at=None):
    return TicketCard(
        reference="BT-7KQ2-4",
        command="refund",
        state=state,
        opened_at=OPENED,
        due_at=OPENED + timedelta(hours=8),
        closed_at=closed_at,
        messages=3,
        answers=1,
    )


def test_in_public_only_reference_state_and_promised_time_are_told(plan_of):
    plan = plan_of("status", "BT-7KQ2-4", ticket=ticket())

    assert plan.public.text == "BT-7KQ2-4 is open. We answer by Tue 24 Nov, 17:00."
    assert plan.private is None
    assert not plan.acts()


def test_by_direct_message_the_details_are_told(plan_of):
    told = plan_of("status", "bt7kq24", ticket=ticket(), asked=Channel.PRIVATE).private.text

    for part in (
        "BT-7KQ2-4 is open",
        "#refund",
        "Tue 24 Nov, 09:00",
        "Messages from you: 3",
        "Answers from us: 1",
    ):
        assert part in told


def test_without_a_reference_the_newest_ticket_is_meant(plan_of):
    assert "BT-7KQ2-4" in plan_of("status", "please", ticket=ticket()).public.text


@pytest.mark.parametrize("asked", list(Channel))
@pytest.mark.parametrize("lang", ["en", "cy"])
def test_everybody_else_gets_the_same_sentence_whether_or_not_the_ticket_exists(plan_of, asked, lang):
    somebody_elses = plan_of("status", "BT-7KQ2-4", lang=lang, asked=asked)
    nobodys = plan_of("status", "BT-CCCC-9", lang=lang, asked=asked)
    mistyped = plan_of("status", "BT-7KQ2-5", lang=lang, asked=asked)
    while_having_one = plan_of("status", "BT-CCCC-9", lang=lang, asked=asked, ticket=ticket())

    assert somebody_elses == nobodys == mistyped == while_having_one
    assert "BT-" not in nobodys.public.text


def test_somebody_without_any_ticket_hears_that_there_is_none(plan_of):
    assert "no ticket from this account" in plan_of("status").public.text


@pytest.mark.parametrize(
    ("state", "public"),
    [
        (TicketState.CLOSED, "is closed"),
        (TicketState.WAITING, "waits for your answer"),
        (TicketState.OPEN, "is open"),
    ],
)
def test_each_state_has_its_words_in_both_places(plan_of, state, public):
    in_public = plan_of("status", ticket=ticket(state, closed_at=OPENED))
    in_private = plan_of("status", ticket=ticket(state, closed_at=OPENED), asked=Channel.PRIVATE)

    assert public in in_public.public.text
    assert public in in_private.private.text
    assert ("To add something" in in_private.private.text) is (state is not TicketState.CLOSED)
