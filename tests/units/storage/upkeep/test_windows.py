"""Rate windows: X's headers rule, and no worker ever takes a call that is not there."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.upkeep import windows
from storage.upkeep.windows import Allowance, Heard

BRAND = "100"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ROUTE = "POST /2/tweets"
QUARTER = timedelta(minutes=15)


@pytest.fixture
def take(database):
    def take_some(wanted: int, at: datetime = NOON, **changes: object) -> int:
        values = {"allowance": Allowance(3), "reserve": 0} | changes
        return database.write(lambda c: windows.take(c, BRAND, ROUTE, wanted, now=at, **values))

    return take_some


@pytest.fixture
def learn(database):
    return lambda heard, **more: database.write(lambda c: windows.learn(c, BRAND, ROUTE, heard, **more))


@pytest.fixture
def known(database):
    return lambda: database.read(lambda c: windows.find(c, BRAND, [ROUTE]))[ROUTE]


def test_a_route_never_heard_of_starts_with_xs_table(take) -> None:
    assert [take(2), take(2), take(2)] == [2, 1, 0]


def test_a_new_window_begins_when_the_old_one_is_over(take) -> None:
    take(3)

    assert take(1, NOON + QUARTER - timedelta(seconds=1)) == 0
    assert take(5, NOON + QUARTER) == 3


def test_what_the_headers_say_replaces_the_table(take, learn) -> None:
    take(1)
    learn(Heard(calls_limit=300, calls_left=299, resets_at=NOON + timedelta(minutes=5)))

    assert take(1000) == 299


def test_the_first_headers_replace_the_tables_day_too_where_they_speak_of_it(take, learn) -> None:
    day, tomorrow = Allowance(3, day_calls=5), NOON + timedelta(days=1)
    take(1, allowance=day)
    learn(Heard(300, 299, NOON + QUARTER, day_calls_left=250, day_resets_at=tomorrow))

    assert take(1000, allowance=day) == 250


def test_the_tables_day_stands_while_the_headers_are_silent_about_it(take, learn) -> None:
    day = Allowance(3, day_calls=5)
    take(1, allowance=day)
    learn(Heard(300, 299, NOON + QUARTER))

    assert take(1000, allowance=day) == 4


def test_within_a_window_the_smaller_count_holds(take, learn) -> None:
    learn(Heard(calls_limit=15, calls_left=10, resets_at=NOON + QUARTER))
    take(4)
    learn(Heard(calls_limit=15, calls_left=9, resets_at=NOON + QUARTER))  # X has not counted all of them yet

    assert take(100) == 6


def test_a_reserve_is_left_alone(take) -> None:
    assert take(3, reserve=2) == 1


def test_the_days_count_binds_as_well(take, learn) -> None:
    learn(
        Heard(
            calls_limit=15,
            calls_left=14,
            resets_at=NOON + QUARTER,
            day_calls_left=2,
            day_resets_at=NOON + timedelta(hours=3),
        )
    )

    assert take(5) == 2
    assert take(5, NOON + QUARTER) == 0
    assert take(5, NOON + timedelta(hours=3)) == 5


def test_calls_not_made_are_put_back(database, take) -> None:
    take(3)

    database.write(lambda c: windows.put_back(c, BRAND, ROUTE, 2))

    assert take(5) == 2


def test_a_paused_route_gives_no_call_until_its_time(database, take, known) -> None:
    database.write(lambda c: windows.pause(c, BRAND, ROUTE, NOON + timedelta(minutes=1), "unauthorized"))

    assert take(1) == 0
    assert known().opens_at(NOON) == NOON + timedelta(minutes=1)
    assert take(1, NOON + timedelta(minutes=1)) == 1


def test_failures_are_counted_until_a_call_goes_well(database, known) -> None:
    for _ in range(3):
        database.write(lambda c: windows.pause(c, BRAND, ROUTE, NOON, "X failed"))
    before = known().tries

    ended = database.write(lambda c: windows.unpause(c, BRAND, ROUTE))

    assert (before, known().tries, ended) == (3, 0, True)
    assert not database.write(lambda c: windows.unpause(c, BRAND, ROUTE))


def test_two_daemons_never_share_a_call(open_database) -> None:
    from concurrent.futures import ThreadPoolExecutor

    daemons = [open_database(group_commit=False) for _ in range(2)]

    def grab(n: int) -> int:
        return daemons[n % 2].write(
            lambda c: windows.take(c, BRAND, ROUTE, 1, allowance=Allowance(7), reserve=0, now=NOON)
        )

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(grab, range(20))) == 7


def test_a_new_window_begins_with_what_is_still_under_way_from_the_old_one(take, learn) -> None:
    learn(Heard(calls_limit=15, calls_left=0, resets_at=NOON))

    assert take(15, NOON, under_way=lambda: 4) == 11


def test_what_x_says_of_a_new_window_may_not_count_what_is_under_way_yet(take, learn) -> None:
    learn(Heard(calls_limit=15, calls_left=3, resets_at=NOON + QUARTER))

    learn(Heard(15, 14, NOON + QUARTER + timedelta(seconds=10)), under_way=lambda: 4)

    assert take(100) == 10


def test_what_x_says_of_the_same_window_counts_as_it_is(take, learn) -> None:
    learn(Heard(calls_limit=15, calls_left=9, resets_at=NOON + QUARTER))

    learn(Heard(15, 8, NOON + QUARTER + timedelta(seconds=1)), under_way=lambda: 4)

    assert take(100) == 8


def test_where_calls_leave_side_by_side_the_first_ever_leaves_alone_and_brings_the_limit(take, learn) -> None:
    first = take(3, under_way=lambda: 0)
    meanwhile = take(3, under_way=lambda: 1)
    learn(Heard(calls_limit=2, calls_left=1, resets_at=NOON + QUARTER))

    assert (first, meanwhile) == (1, 0)
    assert take(3, under_way=lambda: 0) == 1


def test_a_limit_that_x_does_not_tell_is_taken_from_the_table_after_the_first_call(take, learn) -> None:
    take(3, under_way=lambda: 0)
    learn(Heard(calls_limit=3))

    assert take(3, under_way=lambda: 0) == 2


def test_a_call_put_back_after_its_window_makes_the_new_one_no_larger(database, take, learn) -> None:
    learn(Heard(calls_limit=15, calls_left=0, resets_at=NOON))
    take(1, NOON, under_way=lambda: 0)

    database.write(lambda c: windows.put_back(c, BRAND, ROUTE, 4))

    assert take(100, NOON) == 15
