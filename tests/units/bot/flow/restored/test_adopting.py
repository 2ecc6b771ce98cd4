"""What X shows takes the place of what would have been sent, and all else that was decided stays."""

from datetime import UTC, datetime

from bot.flow.decide.decision import Decision, NewDelivery, NewPending, NewTicket, PersonChange
from bot.flow.decide.incoming import FoundAnswer
from bot.flow.restored.adopting import adopted
from commands.references import new_reference
from storage.states import Channel, PendingKind, Purpose, Reason

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TOLD, DRAWN = new_reference("BT", lambda _: 1), new_reference("BT", lambda _: 2)


def decision(**changes: object) -> Decision:
    values: dict[str, object] = {
        "mention_id": 1,
        "x_id": "500",
        "person_id": "7",
        "reason": Reason.ANSWERED,
        "commands": ("refund",),
        "deliveries": (NewDelivery(Channel.PUBLIC, Purpose.TICKET, f"Reference: {DRAWN}", mark=DRAWN),),
        "tickets": (NewTicket(DRAWN, "refund", NOON),),
        "pendings": (NewPending(PendingKind.DETAILS, NOON, DRAWN),),
    }
    return Decision(**(values | changes))  # type: ignore[arg-type]


def found(text: str, channel: Channel = Channel.PUBLIC, x_id: str = "600", **more: object) -> FoundAnswer:
    return FoundAnswer(x_id, channel, text, NOON, **more)  # type: ignore[arg-type]


def test_a_ticket_gets_the_reference_that_the_customer_was_told() -> None:
    made = adopted(decision(), [found(f"Your reference: {TOLD}")], "BT")

    assert [one.reference for one in made.tickets] == [TOLD]
    assert [one.reference for one in made.pendings] == [TOLD]
    assert [one.text for one in made.deliveries] == [f"Your reference: {TOLD}"]


def test_a_ticket_that_the_answer_does_not_name_was_never_opened() -> None:
    made = adopted(decision(), [found("We are on it · 12:00:01")], "BT")

    assert made.tickets == ()
    assert made.pendings == ()


def test_a_reference_of_the_ticket_it_was_added_to_opens_no_other() -> None:
    made = adopted(decision(tickets=(), added_to=(TOLD,), pendings=()), [found(f"Added: {TOLD}")], "BT")

    assert made.added_to == (TOLD,)
    assert made.tickets == ()


def test_of_several_answers_the_one_on_its_channel_and_free_is_taken() -> None:
    private = NewDelivery(Channel.PRIVATE, Purpose.ANSWER, "12 GB", instead={"handover": {}})
    answers = [
        found("Help · 12:00:01", x_id="601"),
        found("other", Channel.PRIVATE, "602", is_free=False),
        found("12 GB of 20", Channel.PRIVATE, "603"),
    ]

    made = adopted(decision(deliveries=(private,), tickets=(), pendings=()), answers, "BT")

    assert [one.x_id for one in made.adopted] == ["603"]
    assert [(one.text, one.instead) for one in made.deliveries] == [("12 GB of 20", {})]


def test_an_answer_on_another_channel_than_it_would_be_now_counts_all_the_same() -> None:
    made = adopted(decision(tickets=(), pendings=()), [found("12 GB", Channel.PRIVATE)], "BT")

    assert [(one.channel, one.reply_to_id) for one in made.deliveries] == [(Channel.PRIVATE, None)]


def test_an_answer_that_stands_with_another_mention_is_not_listed_twice() -> None:
    taken = found("12 GB", Channel.PRIVATE, is_free=False)

    made = adopted(decision(person=PersonChange(stop=True)), [taken], "BT")

    assert made.deliveries == ()
    assert made.adopted == (taken,)
    assert made.person.stop
