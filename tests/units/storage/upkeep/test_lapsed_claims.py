"""Claims that nobody gave back: all of them suspect, each handled alone, and only the guilty one doomed."""

from collections.abc import Callable
from typing import Any

import pytest

from storage import inbox
from storage.states import Reason
from storage.upkeep import lapsed_claims

MOST_TRIES = 3

Sweep = Callable[..., lapsed_claims.Swept]


@pytest.fixture
def sweep(database, brand) -> Sweep:
    def run(now_ms: int = 2000, owner: str = "next", **how: Any) -> lapsed_claims.Swept:
        return database.write(lambda c: lapsed_claims.sweep(c, brand, owner, now_ms, MOST_TRIES, **how))

    return run


@pytest.fixture
def claim_suspect(database, brand) -> Callable[..., list[inbox.ClaimedMention]]:
    def take(owner: str = "dead", now_ms: int = 2000) -> list[inbox.ClaimedMention]:
        return database.write(lambda c: inbox.claim_suspect(c, brand, owner, now_ms, 500))

    return take


def clear(database, noon, mention) -> None:
    done = inbox.Decided(mention.id, mention.fence, Reason.ANSWERED, "help")
    database.write(lambda c: inbox.decided(c, [done], noon))


def test_a_lapsed_lease_puts_a_mention_back(stored, post, claim, sweep, claim_suspect) -> None:
    stored(post(1))
    claim()

    early, late = sweep(1500), sweep(1501)

    assert (early.freed, early.suspect_waits) == ([], False)
    assert (len(late.freed), late.suspect_waits) == (1, True)
    assert [one.x_id for one in claim_suspect(now_ms=1501)] == ["1"]


def test_a_start_takes_back_whatever_anybody_held(stored, post, claim, sweep, claim_suspect) -> None:
    stored(post(1))
    claim(now_ms=10**12)  # a boot that counted far

    swept = sweep(5, everyone=True)

    assert len(swept.freed) == 1
    assert len(claim_suspect(now_ms=5)) == 1


def test_all_that_a_dead_process_held_is_suspect_and_no_longer_claimed_with_others(
    stored, post, claim, sweep, claim_suspect
) -> None:
    stored(post(1, "ana"), post(2, "ben"))
    claim()
    sweep()
    stored(post(3, "carys"))

    assert [one.author_id for one in claim(now_ms=2000)] == ["carys"]
    assert [one.author_id for one in claim_suspect()] == ["ana"]
    assert [one.author_id for one in claim_suspect()] == ["ben"]
    assert claim_suspect() == []


def test_the_one_that_ends_process_after_process_is_doomed_at_the_third_and_its_neighbour_cleared(
    database, noon, stored, post, claim, sweep, claim_suspect
) -> None:
    stored(post(1, "mallory"), post(2, "ana"))
    claim()  # the first process: both at once
    first = sweep()
    claim_suspect()  # the second: mallory alone
    second = sweep(3000)
    (ana,) = claim_suspect("third", 3000)  # the third: ana first, as she was tried less often
    clear(database, noon, ana)
    (mallory,) = claim_suspect("third", 3000)
    third = sweep(4000)

    assert ana.author_id == "ana"
    assert mallory.author_id == "mallory"
    assert [one.doomed for one in (first, second)] == [[], []]
    assert [one.author_id for one in third.doomed] == ["mallory"]
    assert third.freed == []


def test_one_that_failed_before_is_tried_alone_before_it_is_given_up(
    database, stored, post, claim, sweep, claim_suspect
) -> None:
    stored(post(1))
    for _ in range(2):  # it raised an error, twice
        (held,) = claim()
        fences = {held.id: held.fence}
        database.write(lambda c, fences=fences: inbox.give_back(c, fences, as_untried=False))
    claim()

    in_company = sweep()
    claim_suspect()
    alone = sweep(3000)

    assert in_company.doomed == []
    assert [one.tries for one in alone.doomed] == [3]


def test_a_process_that_was_only_held_up_makes_nobody_suspect(
    database, brand, stored, post, claim, sweep
) -> None:
    stored(post(1))
    (held,) = claim("slow")

    swept = sweep(owner="slow")

    assert swept.freed == [held.id]
    assert swept.suspect_waits is False
    (again,) = claim("slow", now_ms=2000)
    assert (again.tries, again.suspect) == (1, False)


def test_a_suspect_waits_behind_what_its_author_asked_before(
    database, brand, stored, post, claim, sweep, claim_suspect
) -> None:
    stored(post(2, "ana"))
    claim()
    swept = sweep()
    stored(post(1, "ana"))  # X shows it late
    behind = database.read(lambda c: inbox.suspect_waits(c, brand, 2000))

    assert swept.suspect_waits is True
    assert behind is False
    assert claim_suspect() == []
    assert [one.x_id for one in claim(now_ms=2000)] == ["1"]


def test_what_was_about_to_run_is_told_with_the_doomed(
    database, stored, post, claim, sweep, claim_suspect
) -> None:
    stored(post(1))
    claim()
    for at in (2000, 3000):
        sweep(at)
        (alone,) = claim_suspect(now_ms=at)
        database.write(lambda c, it=alone: inbox.note_commands(c, it.id, it.fence, "breaks"))

    (doomed,) = sweep(4000).doomed

    assert (doomed.commands, doomed.text) == ("breaks", "@BrightTel #help 1")
