"""X's windows and pauses are kept: what is left, what waits, and what rings."""

from datetime import timedelta
from typing import Any

import pytest

from bot.x.budget import Booked, Stopped, StopWhy
from bot.x.client import CREATE_POST, CREDITS, MENTIONS, MESSAGES
from bot.x.outcomes import (
    Later,
    LaterWhy,
    Outcome,
    Read,
    Refused,
    RefusedWhy,
    Sent,
    Unsure,
    UnsureWhy,
    outcome_of_refusal,
)
from bot.x.pauses import EVERYTHING
from bot.x.rate_headers import RateLimits
from bot.x.route_limits import load_limits
from bot.x.x_alarms import XAlarm
from storage.database import Database
from tests.units.bot.x.money import NOTHING_SAID, Money


@pytest.fixture
def money(database: Database, clock: Any) -> Money:
    return Money(database, clock)


def test_what_x_says_is_left_goes_before_the_table(money: Money, clock: Any) -> None:
    reset = clock.now() + timedelta(minutes=15)
    money.book()
    money.learn(Read(), limits=RateLimits(180, 2, reset))

    taken = [isinstance(money.book(size=5), Booked) for _ in range(3)]
    stopped = money.book(size=5)

    assert taken == [True, True, False]
    assert stopped == Stopped(StopWhy.WINDOW, reset)


def test_the_spare_calls_are_left_alone(money: Money, clock: Any) -> None:
    reset = clock.now() + timedelta(minutes=15)
    money.learn(Read(), limits=RateLimits(15, 1, reset))

    assert money.book(keep=1) == Stopped(StopWhy.WINDOW, reset)
    assert isinstance(money.book(keep=0), Booked)


def test_a_window_outlives_a_restart(money: Money, database: Database, clock: Any) -> None:
    reset = clock.now() + timedelta(minutes=15)
    money.learn(Read(), limits=RateLimits(15, 0, reset))

    restarted = Money(database, clock)

    assert restarted.book() == Stopped(StopWhy.WINDOW, reset)


def test_429_pauses_the_route_until_its_reset(money: Money, clock: Any) -> None:
    limits = RateLimits(15, 0, clock.now() + timedelta(minutes=3))
    outcome = outcome_of_refusal(429, {}, b"", limits, clock.now(), is_write=False)

    money.learn(outcome, limits=limits)

    assert money.book() == Stopped(StopWhy.PAUSED, clock.now() + timedelta(minutes=3))


def test_failures_back_off_longer_each_time_and_success_ends_it(money: Money, clock: Any) -> None:
    waits = []
    for _ in range(4):
        money.learn(Later(LaterWhy.X_FAILED))
        stopped = money.book()
        assert isinstance(stopped, Stopped)
        waits.append(stopped.until - clock.now())
        clock.advance(waits[-1])

    money.learn(Read())

    assert timedelta(seconds=1) <= waits[0] <= timedelta(seconds=2)
    assert timedelta(seconds=8) <= waits[3] <= timedelta(seconds=16)
    assert isinstance(money.book(), Booked)


def test_a_refusal_that_named_a_smaller_limit_does_not_outlast_x_s_next_word(
    money: Money, clock: Any
) -> None:
    told = RateLimits(300, 290, clock.now() + timedelta(minutes=15))
    money.learn(Read(), limits=told)
    small = RateLimits(15, 0, clock.now() + timedelta(seconds=2))
    refused = outcome_of_refusal(429, {}, b"", small, clock.now(), is_write=False)
    money.learn(refused, limits=small)
    clock.advance(timedelta(seconds=30))
    assert isinstance(money.book(), Booked)

    money.learn(Read(), limits=RateLimits(300, 288, told.resets_at))

    window = money.database.read(lambda c: money.budget.window(c, MENTIONS))
    assert window is not None
    assert (window.calls_limit, window.calls_left, window.resets_at) == (300, 288, told.resets_at)


def test_calls_that_fail_side_by_side_are_one_failure(money: Money, clock: Any) -> None:
    for _ in range(16):
        money.learn(Unsure(UnsureWhy.X_FAILED), CREATE_POST)

    clock.advance(timedelta(seconds=2))

    assert money.database.write(lambda c: money.budget.take_calls(c, CREATE_POST, 1, clock.now())) == 1


def test_an_alarm_that_rang_while_its_route_was_paused_ends_with_the_pause(money: Money, clock: Any) -> None:
    money.learn(Later(LaterWhy.X_FAILED), MESSAGES)
    money.learn(Later(LaterWhy.SET_UP, pause_route=True, alarm=XAlarm.SET_UP), MESSAGES)
    rung = money.alarms()
    clock.advance(timedelta(seconds=2))

    money.learn(Read(), MESSAGES)

    assert (rung, money.alarms()) == (["x-set-up"], [])


@pytest.mark.parametrize("then", [Later(LaterWhy.X_FAILED), Unsure(UnsureWhy.NO_ANSWER)])
def test_an_alarm_ends_although_something_else_went_wrong_meanwhile(
    money: Money, clock: Any, then: Outcome
) -> None:
    money.learn(Later(LaterWhy.UNAUTHORIZED, pause_route=True, alarm=XAlarm.UNAUTHORIZED))
    clock.advance(timedelta(minutes=10))
    money.learn(then)
    still = money.alarms()
    clock.advance(timedelta(minutes=10))

    money.learn(Read())

    assert (still, money.alarms()) == (["x-unauthorized"], [])


def test_another_word_of_x_ends_the_alarm_before_it(money: Money, clock: Any) -> None:
    money.learn(Later(LaterWhy.PROXY_PAGE, pause_route=True, alarm=XAlarm.PROXY_PAGE))
    clock.advance(timedelta(minutes=10))

    money.learn(Later(LaterWhy.UNAUTHORIZED, pause_route=True, alarm=XAlarm.UNAUTHORIZED))

    assert money.alarms() == ["x-unauthorized"]


def test_another_word_on_one_route_ends_nothing_another_one_rings_for(money: Money, clock: Any) -> None:
    refused_key = Later(LaterWhy.UNAUTHORIZED, pause_route=True, alarm=XAlarm.UNAUTHORIZED)
    money.learn(refused_key, MENTIONS)
    money.learn(refused_key, MESSAGES)
    clock.advance(timedelta(minutes=10))

    money.learn(Later(LaterWhy.RATE_LIMITED, until=clock.now() + timedelta(minutes=1)), MENTIONS)

    assert money.alarms() == ["x-unauthorized"]


def test_what_another_process_met_is_found_to_be_over(database: Any, clock: Any) -> None:
    ours, theirs = Money(database, clock), Money(database, clock)
    ours.learn(Read())
    theirs.learn(Later(LaterWhy.UNAUTHORIZED, pause_route=True, alarm=XAlarm.UNAUTHORIZED))
    clock.advance(timedelta(minutes=10))

    ours.learn(Read())

    assert ours.alarms() == []


def test_a_late_answer_of_the_same_window_gives_back_no_calls(money: Money, clock: Any) -> None:
    reset = clock.now() + timedelta(minutes=15)
    for limit, left in ((15, 10), (5, 2), (15, 9)):
        money.learn(Read(), limits=RateLimits(limit, left, reset))

    window = money.database.read(lambda c: money.budget.window(c, MENTIONS))

    assert window is not None
    assert window.calls_left == 2


def test_without_credit_everything_that_costs_stops_until_it_is_back(money: Money, clock: Any) -> None:
    out_of_credit = outcome_of_refusal(402, {}, b"{}", NOTHING_SAID, clock.now(), is_write=True)
    money.learn(out_of_credit, CREATE_POST)

    reads = money.book()
    free = money.database.write(lambda c: money.budget.reserve_read(c, CREDITS, None, clock.now()))
    posts = money.database.write(lambda c: money.budget.take_calls(c, CREATE_POST, 3, clock.now()))

    assert isinstance(reads, Stopped)
    assert isinstance(free, Booked)
    assert posts == 0
    assert money.alarms() == ["x-credits-depleted"]
    money.database.write(lambda c: money.budget.credit_is_back(c, clock.now()))
    assert isinstance(money.book(), Booked)
    assert money.alarms() == []


def test_credit_that_is_back_is_noticed_by_a_read_that_costs(money: Money, clock: Any) -> None:
    money.learn(Later(LaterWhy.CREDITS_GONE, pause_route=True, alarm=XAlarm.CREDITS))
    clock.advance(timedelta(minutes=10))

    money.learn(Read())

    assert money.alarms() == []


def test_an_alarm_of_one_route_is_not_ended_by_another_one_s_success(money: Money, clock: Any) -> None:
    set_up = Later(LaterWhy.SET_UP, pause_route=True, alarm=XAlarm.SET_UP)
    money.learn(set_up, MESSAGES)

    money.learn(Read(), MENTIONS)
    still = money.alarms()
    money.learn(Read(), MESSAGES)

    assert still == ["x-set-up"]
    assert money.alarms() == []


def test_x_s_outage_does_not_stop_the_routes_that_work(money: Money, clock: Any) -> None:
    money.learn(Unsure(UnsureWhy.X_FAILED), CREATE_POST)

    assert isinstance(money.book(), Booked)
    assert money.database.write(lambda c: money.budget.take_calls(c, CREATE_POST, 1, clock.now())) == 0


def test_everything_is_no_route_of_x() -> None:
    assert EVERYTHING not in load_limits()


def test_refusals_without_a_reason_ring_only_when_they_are_frequent(money: Money, clock: Any) -> None:
    refused = Refused(RefusedWhy.NOT_PERMITTED, "403 This operation is not permitted.")
    for _ in range(4):
        money.learn(refused, CREATE_POST)
    rare = money.alarms()

    money.learn(refused, CREATE_POST)
    frequent = money.alarms()
    clock.advance(timedelta(hours=2))
    money.learn(Sent("1"), CREATE_POST)

    assert rare == []
    assert frequent == ["x-not-permitted"]
    assert money.alarms() == []
