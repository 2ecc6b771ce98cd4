"""Leases: one holder of a role at a time, and a clock that no change of the wall clock moves."""

import pytest

from storage.upkeep import leases
from storage.upkeep.leases import LeaseClock

BRAND = "100"


@pytest.fixture
def take(database):
    def take_role(owner: str, now_ms: int) -> int | None:
        return database.write(
            lambda c: leases.take(c, BRAND, "poll mentions", owner, now_ms=now_ms, lease_ms=500)
        )

    return take_role


def test_one_process_holds_a_role_until_its_lease_ends(take) -> None:
    assert take("first", 1000) == 1
    assert take("second", 1400) is None
    assert take("first", 1400) == 1  # keeps it for longer
    assert take("second", 1900) is None
    assert take("second", 1901) == 2
    assert take("first", 1950) is None


def test_a_role_given_up_is_free_at_once(database, take) -> None:
    take("first", 1000)

    database.write(lambda c: leases.give_up(c, BRAND, "poll mentions", "first"))

    assert take("second", 1001) == 2


def test_the_lease_clock_only_goes_forward(database) -> None:
    clock = LeaseClock(database)

    readings = [clock.now_ms() for _ in range(50)]

    assert readings == sorted(readings)
    assert readings[0] > 0


def test_two_processes_read_the_same_lease_clock(open_database) -> None:
    first, second = LeaseClock(open_database()), LeaseClock(open_database())

    assert abs(first.now_ms() - second.now_ms()) < 1000
    assert first.boot_id == second.boot_id
