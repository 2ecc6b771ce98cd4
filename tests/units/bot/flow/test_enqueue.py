"""What follows from a decision is written with it, or not at all."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.flow import enqueue
from bot.flow.decide.decision import Decision, NewDelivery, NewTicket
from bot.flow.enqueue import Outdated, Terms
from storage import inbox
from storage.inbox import ClaimedMention
from storage.states import Channel, MentionState, Purpose, Reason

TERMS = Terms("1")


def claim(office: Any) -> list[ClaimedMention]:
    return office.database.write(lambda c: inbox.claim(c, "1", "me", 0, 10**15, 10))


def answer(row: ClaimedMention, **changes: Any) -> Decision:
    return Decision(
        mention_id=row.id,
        x_id=row.x_id,
        person_id=row.author_id,
        reason=Reason.ANSWERED,
        deliveries=(NewDelivery(Channel.PUBLIC, Purpose.ANSWER, "Hello", reply_to_id=row.x_id),),
        **changes,
    )


def write(office: Any, *decisions: Decision, fence: int = 1) -> enqueue.Written:
    fences = {decision.mention_id: fence for decision in decisions}
    now = office.clock.now()
    return office.database.write(lambda c: enqueue.write(c, TERMS, decisions, fences, now))


def count(office: Any, table: str) -> int:
    return office.database.read(lambda c: c.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar())


def test_a_claim_that_was_lost_writes_nothing(office: Any) -> None:
    office.post("ana", "@BrightTel #help")
    [row] = claim(office)

    written = write(office, answer(row), fence=row.fence + 1)

    assert written.mentions == frozenset()
    assert count(office, "deliveries") == 0


def test_of_a_batch_those_still_held_are_written(office: Any) -> None:
    for who in ("ana", "carys"):
        office.post(who, "@BrightTel #help")
    first, second = claim(office)
    office.database.write(lambda c: inbox.give_back(c, {first.id: first.fence}))

    written = write(office, answer(first), answer(second))

    assert written.mentions == {second.id}
    assert count(office, "deliveries") == 1


def test_an_answer_to_an_earlier_text_that_has_left_is_not_taken_back(office: Any) -> None:
    earlier = office.post("ana", "@BrightTel #help")
    office.handle()
    office.sent(earlier)
    office.post("ana", "@BrightTel #android")
    [row] = claim(office)

    with pytest.raises(Outdated):
        write(office, answer(row, withdraws=(office.mention(earlier).id,)))

    assert office.mention(row.x_id).state == MentionState.HANDLING


def test_a_reference_that_is_taken_leaves_no_trace_of_the_decision(office: Any) -> None:
    for who in ("ana", "carys"):
        office.post(who, "@BrightTel #refund")
    first, second = claim(office)
    ticket = NewTicket("BT-7KQ2-4", "refund", office.clock.now() + timedelta(hours=8))
    write(office, answer(first, tickets=(ticket,)))

    with pytest.raises(sa.exc.IntegrityError):
        write(office, answer(second, tickets=(ticket,)))

    assert count(office, "deliveries") == 1
    assert office.mention(second.x_id).state == MentionState.HANDLING


def test_everything_of_a_decision_stands_together(office: Any) -> None:
    office.post("ana", "@BrightTel #refund")
    [row] = claim(office)
    ticket = NewTicket("BT-7KQ2-4", "refund", office.clock.now() + timedelta(hours=8), urgent=True)

    write(office, answer(row, tickets=(ticket,), commands=("refund",)))

    mention = office.mention(row.x_id)
    [opened] = office.file("ana").tickets
    assert (mention.state, mention.commands, mention.ticket_id) == (MentionState.DONE, "refund", opened.id)
    assert [notice.about for notice in office.notices()] == [f"ticket:{opened.id}"]
