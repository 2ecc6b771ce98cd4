"""Roles: held by one process at a time, kept while it lives, somebody else's soon after."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.jobs.roles import Role, Roles
from storage.database import Database
from storage.upkeep import leases

LEASE = timedelta(seconds=30)
BRAND = "1"


class Leases:
    """The lease clock, moved by hand; all processes share it."""

    def __init__(self) -> None:
        self.ms = 1_000_000

    def now_ms(self) -> int:
        return self.ms

    def passes(self, seconds: float) -> None:
        self.ms += int(seconds * 1000)


@pytest.fixture
def time() -> Leases:
    return Leases()


@pytest.fixture
def process(database: Database, time: Leases) -> Callable[[str], Roles]:
    return lambda name: Roles(database, time, brand_id=BRAND, owner=name, lease=LEASE)  # type: ignore[arg-type]


def test_of_two_processes_one_has_a_role(process: Any) -> None:
    first, second = process("first"), process("second")

    assert first.holds(Role.MENTIONS)
    assert not second.holds(Role.MENTIONS)
    assert second.holds(Role.JOBS)
    assert not first.holds(Role.JOBS)


def test_a_role_is_kept_however_long_its_holder_lives(process: Any, time: Leases) -> None:
    first, second = process("first"), process("second")
    first.holds(Role.MENTIONS)
    for _ in range(100):
        time.passes(first.renewed_every.total_seconds())
        first.keep()
        assert not second.holds(Role.MENTIONS)


def test_within_a_lease_of_its_holders_death_another_process_has_it(process: Any, time: Leases) -> None:
    first, second = process("first"), process("second")
    first.holds(Role.MENTIONS)
    asks = 0
    while not second.holds(Role.MENTIONS):
        time.passes(second.renewed_every.total_seconds())
        asks += 1

    assert asks * second.renewed_every <= LEASE


def test_who_was_stopped_for_longer_than_its_lease_finds_out_when_it_asks(process: Any, time: Leases) -> None:
    first, second = process("first"), process("second")
    first.holds(Role.MENTIONS)
    time.passes(LEASE.total_seconds())
    assert second.holds(Role.MENTIONS)

    assert not first.holds(Role.MENTIONS)
    first.keep()
    assert not first.holds(Role.MENTIONS)
    assert second.holds(Role.MENTIONS)


def test_what_is_written_under_a_lost_role_can_be_told_in_its_transaction(
    process: Any, time: Leases, database: Database
) -> None:
    first, second = process("first"), process("second")
    first.holds(Role.MESSAGES)
    assert database.write(lambda c: first.still_held(c, Role.MESSAGES))

    time.passes(LEASE.total_seconds())
    second.holds(Role.MESSAGES)

    assert not database.write(lambda c: first.still_held(c, Role.MESSAGES))
    assert database.write(lambda c: second.still_held(c, Role.MESSAGES))


def test_given_up_it_is_free_at_once_and_not_taken_again(process: Any) -> None:
    first, second = process("first"), process("second")
    first.holds(Role.MENTIONS)

    first.give_up()

    assert second.holds(Role.MENTIONS)
    second.give_up()
    assert not first.holds(Role.MENTIONS)


def test_the_only_process_on_a_database_need_not_wait_for_a_dead_ones_lease(
    process: Any, database: Database
) -> None:
    process("dead").holds(Role.MENTIONS)

    database.write(lambda c: leases.free_all(c, BRAND))

    assert process("new").holds(Role.MENTIONS)


def test_between_renewals_nothing_is_asked_of_the_database(
    process: Any, database: Database, time: Leases
) -> None:
    first = process("first")
    first.holds(Role.MENTIONS)
    database.close()

    time.passes(first.renewed_every.total_seconds() - 1)

    assert first.holds(Role.MENTIONS)


def test_who_keeps_several_roles_never_holds_one_while_it_waits_for_another(
    database: Database, process: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever writes as a role's holder keeps its lease from changing hands, and may wait for another's."""
    first = process("first")
    for role in Role:
        assert first.holds(role)
    taken_together: list[int] = []
    write, take = database.write, leases.take

    def in_one_transaction(work: Any) -> Any:
        taken_together.append(0)
        return write(work)

    def counted(*args: Any, **more: Any) -> Any:
        taken_together[-1] += 1
        return take(*args, **more)

    monkeypatch.setattr(database, "write", in_one_transaction)
    monkeypatch.setattr(leases, "take", counted)

    first.keep()

    assert taken_together == [1] * len(Role)
