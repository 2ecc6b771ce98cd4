"""What colleagues do by hand: checked, done in one step, and journaled with who did it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.desk import mention_acts, person_acts, sending_acts, ticket_acts
from bot.desk.acts import Desk
from bot.desk.replying import signature
from bot.errors import OperatorError
from bot.flow.decide.mark import Marks
from commands.wording.sentences import Sentences
from storage import deliveries
from storage.states import Channel, DeliveryState, MentionState, Purpose, Reason


@pytest.fixture
def desk_of(office: Any) -> Callable[..., Desk]:
    def make(**changes: Any) -> Desk:
        usual = {
            "house": office.handler.house,
            "policy": office.decider.policy,
            "say": Sentences.load(office.registry.renderers, "BrightTel"),
            "marks": Marks(ZoneInfo("Europe/London"), lambda _: ()),
            "clock": office.clock,
        }
        return Desk(**usual | changes)

    return make


@pytest.fixture
def desk(desk_of: Callable[..., Desk]) -> Desk:
    return desk_of()


def delivery(office: Any, delivery_id: int) -> deliveries.DeliveryRow:
    return office.database.read(lambda c: deliveries.find(c, "1", [delivery_id]))[delivery_id]


def who_did(office: Any, what: str) -> list[str]:
    query = sa.text("SELECT who FROM journal WHERE what = :what ORDER BY id")
    return list(office.database.read(lambda c: c.execute(query, {"what": what}).scalars().all()))


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(OperatorError) as refused:
        act()
    return refused.value.code


def test_a_public_reply_stands_under_the_newest_post_signed_and_marked(office: Any, desk: Desk) -> None:
    asked = office.post("mallory", "@BrightTel hello?")
    office.handle()

    act = mention_acts.reply_to(desk, asked, "Hello, how can we help?", by="cleo", channel=Channel.PUBLIC)

    row = delivery(office, act.detail["delivery"])
    assert row.text == "Hello, how can we help? ^CL · 12:00:00"
    assert (row.reply_to_id, row.purpose, row.state) == (asked, Purpose.PERSON, DeliveryState.QUEUED)
    assert who_did(office, "replied") == ["cleo"]


def test_a_private_reply_needs_consent(office: Any, desk: Desk) -> None:
    ana, carys = office.post("ana", "@BrightTel hello?"), office.post("carys", "@BrightTel hello?")
    office.handle()

    act = mention_acts.reply_to(desk, ana, "Hello Ana", by="cleo", channel=Channel.PRIVATE)
    refused = code_of(lambda: mention_acts.reply_to(desk, carys, "Hi", by="cleo", channel=Channel.PRIVATE))

    assert delivery(office, act.detail["delivery"]).channel == Channel.PRIVATE
    assert refused == "no-consent"


def test_a_reply_takes_the_mention_from_the_bot(office: Any, desk: Desk) -> None:
    asked = office.post("ana", "@BrightTel #help")

    mention_acts.reply_to(desk, asked, "Hello Ana", by="cleo")
    office.handle()

    assert office.mention(asked).reason == Reason.ANSWERED_BY_PERSON
    assert [row.purpose for row in office.answers(asked)] == [Purpose.PERSON]


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "reply-empty"), ("a" * 280, "reply-too-long"), ("see brighttel.com", "reply-links")],
)
def test_a_public_reply_that_must_not_leave_is_refused(office: Any, desk: Desk, text: str, code: str) -> None:
    asked = office.post("mallory", "@BrightTel hello?")

    assert code_of(lambda: mention_acts.reply_to(desk, asked, text, by="cleo")) == code


def test_nobody_is_written_to_after_stop(office: Any, desk: Desk) -> None:
    asked = office.post("ana", "@BrightTel stop")
    office.handle()

    assert code_of(lambda: mention_acts.reply_to(desk, asked, "Hello", by="cleo")) == "person-stopped"


def test_who_asks_for_a_person_after_stop_gets_the_persons_reply(office: Any, desk: Desk) -> None:
    office.post("ana", "@BrightTel stop")
    office.handle()
    office.clock.advance(timedelta(seconds=1))
    asked = office.post("ana", "@BrightTel #agent")
    office.handle()

    act = mention_acts.reply_to(desk, asked, "Hello Ana", by="cleo")

    assert delivery(office, act.detail["delivery"]).channel == Channel.PUBLIC


def test_with_sending_off_no_reply_is_taken(office: Any, desk_of: Callable[..., Desk]) -> None:
    asked = office.post("ana", "@BrightTel hello?")

    assert (
        code_of(lambda: mention_acts.reply_to(desk_of(sending=False), asked, "Hi", by="cleo"))
        == "sending-off"
    )


def test_a_mention_is_decided_again_only_where_it_has_no_answer(office: Any, desk: Desk) -> None:
    answered, kept = office.post("ana", "@BrightTel #help"), office.post("carys", "@BrightTel hello")
    office.handle()

    mention_acts.retry(desk, kept, by="dora")

    assert office.mention(kept).state == MentionState.WAITING
    assert code_of(lambda: mention_acts.retry(desk, answered, by="dora")) == "mention-answered"
    assert code_of(lambda: mention_acts.retry(desk, "404", by="dora")) == "no-such-mention"


def test_a_skipped_mention_is_not_answered_and_its_waiting_answer_dropped(office: Any, desk: Desk) -> None:
    waiting, decided = office.post("ana", "@BrightTel #help"), office.post("carys", "@BrightTel #help")
    mention_acts.skip(desk, waiting, by="dora")
    office.handle()

    mention_acts.skip(desk, decided, by="dora")

    assert office.mention(waiting).reason == Reason.BY_HAND
    assert [row.state for row in office.answers(decided)] == [DeliveryState.DROPPED]
    assert code_of(lambda: mention_acts.skip(desk, decided, by="dora")) == "mention-decided"


def test_a_mention_becomes_a_ticket_once(office: Any, desk: Desk) -> None:
    asked = office.post("mallory", "@BrightTel my line is odd")
    office.handle()

    first = mention_acts.ticket_for(desk, asked, by="cleo")
    second = mention_acts.ticket_for(desk, asked, by="cleo")

    assert first.detail["ticket"] == second.detail["ticket"]
    assert [ticket.reference for ticket in office.file("mallory").tickets] == [first.detail["ticket"]]


def test_a_ticket_is_answered_assigned_and_closed(office: Any, desk: Desk) -> None:
    asked = office.post("ben", "@BrightTel #refund")
    office.handle()
    [ticket] = office.file("ben").tickets

    act = ticket_acts.reply_on_ticket(desk, ticket.reference.lower(), "We have it", by="cleo")
    ticket_acts.assign_ticket(desk, ticket.reference, "", by="cleo")
    ticket_acts.close_ticket(desk, ticket.reference, by="cleo")

    row = delivery(office, act.detail["delivery"])
    assert (row.channel, row.reply_to_id) == (Channel.PUBLIC, asked)
    assert office.file("ben").tickets == ()
    assert code_of(lambda: ticket_acts.close_ticket(desk, ticket.reference, by="cleo")) == "ticket-closed"
    assert code_of(lambda: ticket_acts.close_ticket(desk, "BT-0000-0", by="cleo")) == "no-such-ticket"


def test_a_released_customer_is_answered_by_the_bot_again(office: Any, desk: Desk) -> None:
    office.post("ana", "@BrightTel #agent")
    office.handle()
    handover = office.file("ana").handover

    ticket_acts.reply_in_handover(desk, handover.id, "Hello Ana, Cleo here", by="cleo")
    ticket_acts.release_handover(desk, handover.id, by="cleo")
    asked = office.post("ana", "@BrightTel #help")
    office.handle()

    assert office.mention(asked).reason == Reason.ANSWERED
    assert code_of(lambda: ticket_acts.release_handover(desk, handover.id, by="cleo")) == "handover-released"
    assert who_did(office, "handover released") == ["cleo"]


def test_a_blocked_person_is_not_answered_until_unblocked(office: Any, desk: Desk) -> None:
    waiting = office.post("ana", "@BrightTel #help")
    office.handle()
    person_acts.block(desk, "@Ana", by="dora")
    blocked = office.post("ana", "@BrightTel #help")
    office.handle()

    person_acts.unblock(desk, "ana", by="dora")
    again = office.post("ana", "@BrightTel #help")
    office.handle()

    assert [row.state for row in office.answers(waiting)] == [DeliveryState.DROPPED]
    assert office.mention(blocked).reason == Reason.BLOCKED
    assert office.mention(again).reason == Reason.ANSWERED


def test_a_link_by_proof_answers_account_questions_and_an_unlink_ends_them(office: Any, desk: Desk) -> None:
    office.message("ben", "hi")
    office.handle()
    person_acts.link(desk, office.id_of("ben"), "C1002", proof="showed a bill", by="dora")
    linked = office.message("ben", "data")
    office.handle()

    person_acts.unlink(desk, office.id_of("ben"), by="dora")
    unlinked = office.message("ben", "data")
    office.handle()

    assert "not linked" not in office.answers(linked)[0].text
    assert "not linked" in office.answers(unlinked)[0].text
    assert who_did(office, "linked") == who_did(office, "unlinked") == ["dora"]
    assert "matching" not in office.file("ben").consents


def test_a_link_needs_proof_and_a_customer(office: Any, desk: Desk) -> None:
    assert code_of(lambda: person_acts.link(desk, "@ana", "C1001", proof=" ", by="dora")) == "proof-missing"
    assert code_of(lambda: person_acts.link(desk, "@ana", "C9", proof="x", by="dora")) == "no-such-customer"
    assert code_of(lambda: person_acts.block(desk, "@nobody", by="dora")) == "no-such-person"


def test_pausing_holds_what_waits_and_resuming_sends_what_is_young_enough(office: Any, desk: Desk) -> None:
    old = office.post("ana", "@BrightTel #help")
    office.handle()
    sending_acts.pause(desk, by="dora")
    held = office.answers(old)[0].state
    office.clock.advance(timedelta(hours=25))
    young = office.post("carys", "@BrightTel #help")
    office.handle()

    act = sending_acts.resume(desk, by="dora")

    assert held == DeliveryState.LATER
    assert act.detail == {"queued": 1, "dropped": 1}
    assert [office.answers(x)[0].state for x in (old, young)] == [DeliveryState.DROPPED, DeliveryState.QUEUED]


def test_a_person_decides_the_fate_of_a_delivery(office: Any, desk: Desk) -> None:
    asked = office.post("ana", "@BrightTel #help")
    office.handle()
    [row] = office.answers(asked)

    sending_acts.drop(desk, row.id, by="dora")
    sending_acts.retry(desk, row.id, by="dora")
    sending_acts.mark_sent(desk, row.id, "900", by="dora")

    assert (delivery(office, row.id).state, delivery(office, row.id).x_id) == (DeliveryState.SENT, "900")
    assert office.mention(asked).answered_at is not None
    assert code_of(lambda: sending_acts.drop(desk, row.id, by="dora")) == "delivery-not-open"
    assert code_of(lambda: sending_acts.drop(desk, 404, by="dora")) == "no-such-delivery"


@pytest.mark.parametrize(
    ("by", "signed"),
    [("cleo", "^CL"), ("Dora Smith", "^DS"), ("d.smith", "^DS"), ("root", "^RO"), ("", "^XX")],
)
def test_a_colleague_signs_with_two_letters(by: str, signed: str) -> None:
    assert signature(by) == signed
