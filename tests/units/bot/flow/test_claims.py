"""What becomes of claims: when a process dies, when a mention fails, at shutdown; and its journal."""

from datetime import timedelta
from typing import Any

from storage.states import MentionState, Reason


def test_a_mention_that_cannot_be_handled_is_parked_after_three_tries_with_a_ticket(office: Any) -> None:
    asked = office.post("ana", "@BrightTel #help")
    for _ in range(3):
        office.claimed_by_a_process_that_dies()

    office.handler.sweep(sole=True)

    assert office.mention(asked).state == MentionState.PARKED
    assert office.mention(asked).reason == Reason.CRASHED
    [ticket] = office.file("ana").tickets
    assert ticket.urgent
    assert [notice.about for notice in office.notices()] == [f"ticket:{ticket.id}"]


def test_a_claim_of_a_process_that_died_is_taken_up_again(office: Any) -> None:
    asked = office.post("ana", "@BrightTel #help")
    office.claimed_by_a_process_that_dies()

    office.handle()
    untouched = office.mention(asked).state
    office.handler.sweep(sole=True)
    office.handle()

    assert untouched == MentionState.HANDLING
    assert len(office.answers(asked)) == 1


def test_whoever_lost_the_claim_writes_nothing(office: Any) -> None:
    asked = office.post("ana", "@BrightTel #hangs")
    hand = office.hand()
    office.handler.step(hand)

    office.handler.sweep(sole=True)
    office.clock.advance(timedelta(seconds=5))
    office.finish(hand)

    assert office.answers(asked) == []
    assert office.mention(asked).state == MentionState.WAITING
    office.let_hanging_commands_end()


def test_whoever_claims_a_mention_again_after_its_own_claim_lapsed_answers_it_once(office: Any) -> None:
    asked = office.post("ana", "@BrightTel #hangs")
    hand = office.hand()
    office.handler.step(hand)

    office.handler.sweep(sole=True)  # a thread that got no time for a whole lease
    office.handler.step(hand)
    office.clock.advance(timedelta(seconds=5))
    office.finish(hand)

    assert len(office.answers(asked)) == 1
    office.let_hanging_commands_end()


def test_at_shutdown_claims_are_given_back_as_if_never_tried(office: Any) -> None:
    asked = office.post("ana", "@BrightTel #hangs")
    hand = office.hand()
    office.handler.step(hand)

    office.handler.let_go(hand)

    row = office.mention(asked)
    assert (row.state, row.tries) == (MentionState.WAITING, 0)
    office.let_hanging_commands_end()


def test_the_story_of_a_mention_stands_in_the_journal(office: Any) -> None:
    asked = office.post("ben", "@BrightTel #refund")

    office.handle()

    assert office.journal(asked) == ["decided", "ticket opened"]
