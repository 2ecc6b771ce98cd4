"""Money and windows are changed by one transaction after the other, whichever of them it changes first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Event
from typing import Any

from storage.database import Database
from storage.upkeep import ledger, purse, windows
from storage.upkeep.ledger import Reservation

BRAND, ROUTE = "100", "POST /2/tweets"
NOON, TODAY = datetime(2026, 11, 21, 12, tzinfo=UTC), date(2026, 11, 21)
AT_ONCE_SECONDS = 0.2


def test_who_takes_money_first_and_who_takes_a_window_first_do_not_wait_for_each_other(
    open_database: Callable[..., Database],
) -> None:
    one, other = open_database(), open_database()
    begun, has_window = Event(), Event()
    done: list[str] = []

    def reserve(connection: Any) -> None:
        ledger.reserve(connection, BRAND, TODAY, [Reservation("owned read", 1, 1_000)], NOON)

    def pause(connection: Any) -> None:
        windows.pause(connection, BRAND, ROUTE, NOON, "X failed")

    def money_first(connection: Any) -> None:
        reserve(connection)
        begun.set()
        assert not has_window.wait(AT_ONCE_SECONDS)
        pause(connection)
        done.append("money first")

    def window_first(connection: Any) -> None:
        pause(connection)
        has_window.set()
        reserve(connection)
        done.append("window first")

    with ThreadPoolExecutor() as threads:
        first = threads.submit(one.write, money_first)
        assert begun.wait(10)
        second = threads.submit(other.write, window_first)
        first.result()
        second.result()

    assert done == ["money first", "window first"]


def test_two_that_ask_what_is_left_do_not_both_see_room_for_the_last_call(
    open_database: Callable[..., Database],
) -> None:
    daily_budget = 1_000

    def spend(connection: Any) -> bool:
        purse.hold(connection, BRAND)
        both_may_ask.wait(AT_ONCE_SECONDS)
        has_room = ledger.day_sum(connection, BRAND, TODAY).total_micro + 1_000 <= daily_budget
        if has_room:
            ledger.reserve(connection, BRAND, TODAY, [Reservation("owned read", 1, 1_000)], NOON)
        return has_room

    both_may_ask = Event()
    with ThreadPoolExecutor() as threads:
        asked = [threads.submit(open_database().write, spend) for _ in range(2)]
        spent = [one.result() for one in asked]

    assert sorted(spent) == [False, True]
