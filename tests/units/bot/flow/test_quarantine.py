"""One hand at a time holds a suspect, and nobody else holds anything meanwhile."""

import pytest

from bot.flow.quarantine import LONG_SECONDS, Quarantine, Turn

ONE, OTHER = 1, 2


class Ticking:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


@pytest.fixture
def quarantine(ticking: Ticking) -> Quarantine:
    return Quarantine(ticking)


def test_without_suspects_everybody_claims(quarantine: Quarantine) -> None:
    assert quarantine.enter(ONE, holds_something=False) is Turn.MANY
    assert quarantine.enter(OTHER, holds_something=False) is Turn.MANY
    assert quarantine.enter(ONE, holds_something=True) is Turn.MANY


def test_a_suspect_waits_until_the_others_have_ended_what_they_hold(quarantine: Quarantine) -> None:
    quarantine.enter(ONE, holds_something=False)
    quarantine.suspects_wait(True)

    assert quarantine.enter(OTHER, holds_something=False) is Turn.NOTHING
    assert quarantine.enter(ONE, holds_something=True) is Turn.NOTHING
    quarantine.leave(ONE)
    assert quarantine.enter(OTHER, holds_something=False) is Turn.SUSPECT


def test_while_a_suspect_is_held_nobody_claims_anything(quarantine: Quarantine) -> None:
    quarantine.suspects_wait(True)
    quarantine.enter(ONE, holds_something=False)

    assert quarantine.enter(OTHER, holds_something=False) is Turn.NOTHING
    assert quarantine.enter(ONE, holds_something=True) is Turn.NOTHING


def test_a_claim_that_failed_is_tried_again_by_the_same_hand(quarantine: Quarantine) -> None:
    quarantine.suspects_wait(True)
    quarantine.enter(ONE, holds_something=False)  # the database was locked

    assert quarantine.enter(ONE, holds_something=False) is Turn.SUSPECT


def test_one_suspect_follows_another_while_there_are_any(quarantine: Quarantine) -> None:
    quarantine.suspects_wait(True)
    quarantine.enter(ONE, holds_something=False)
    quarantine.leave(ONE)

    assert quarantine.enter(OTHER, holds_something=False) is Turn.SUSPECT
    quarantine.suspects_wait(False)
    quarantine.leave(OTHER)
    assert quarantine.enter(ONE, holds_something=False) is Turn.MANY


def test_after_a_long_one_the_others_have_their_turn(quarantine: Quarantine, ticking: Ticking) -> None:
    quarantine.suspects_wait(True)
    quarantine.enter(ONE, holds_something=False)
    ticking.seconds += LONG_SECONDS
    quarantine.leave(ONE)

    assert quarantine.enter(OTHER, holds_something=False) is Turn.MANY
