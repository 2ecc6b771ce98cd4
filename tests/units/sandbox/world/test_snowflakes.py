"""X's clock and ids."""

import time

from sandbox.world.snowflakes import XClock, id_at, iso, ms_of


def test_an_id_holds_the_millisecond_it_was_made_in():
    assert ms_of(id_at(1_795_300_000_123)) == 1_795_300_000_123


def test_ids_are_strictly_increasing_even_within_one_millisecond():
    clock = XClock()

    made = [clock.next_id() for _ in range(10_000)]

    assert made == sorted(set(made))


def test_the_clock_never_stands_behind_the_newest_id():
    clock = XClock()
    ahead_ms = time.time_ns() // 1_000_000 + 3_600_000

    clock.saw(id_at(ahead_ms))

    assert clock.now_ms() >= ahead_ms
    assert clock.next_id() > id_at(ahead_ms)


def test_times_are_written_as_x_writes_them():
    assert iso(1_582_838_499_983) == "2020-02-27T21:21:39.983Z"
