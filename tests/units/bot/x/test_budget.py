"""Money is reserved before a call and settled after it; the day's budget and X's windows are kept."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from bot.alarm_bell import AlarmBell
from bot.x.budget import EVERYTHING, Booked, Budget, Stopped, StopWhy, Write
from bot.x.client import CREATE_POST, CREDITS, MENTIONS, MESSAGES, OWN_POSTS
from bot.x.outcomes import (
    Later,
    LaterWhy,
    NotSent,
    NotSentWhy,
    Outcome,
    Read,
    Refused,
    RefusedWhy,
    Sent,
    Unsure,
    UnsureWhy,
    outcome_of_refusal,
)
from bot.x.price_list import Item, load_prices
from bot.x.rate_headers import RateLimits
from bot.x.route_limits import load_limits
from bot.x.x_alarms import XAlarm
from storage.database import Database
from storage.tables import Delivery
from storage.upkeep import alarms, ledger, notices

BRAND = "2000000000000000001"
NOTHING_SAID = RateLimits()
PRICES = load_prices()


def make_budget(daily_usd: str = "1") -> Budget:
    micro = int(Decimal(daily_usd) * 1_000_000)
    return Budget(
        BRAND, PRICES, load_limits(), AlarmBell(BRAND), daily_micro=micro, write_share=Decimal("0.8")
    )


class Money:
    """What the tests do with a budget, each in a transaction of its own."""

    def __init__(self, database: Database, clock: Any, daily_usd: str = "1") -> None:
        self.database = database
        self.clock = clock
        self.budget = make_budget(daily_usd)

    def book(self, size: int = 100, **more: Any) -> Booked | Stopped:
        return self.database.write(
            lambda c: self.budget.reserve_read(
                c, MENTIONS, Item.OWNED_READ, self.clock.now(), size=size, least=5, **more
            )
        )

    def settle(self, booked: Booked | Stopped, outcome: Outcome, *ids: str) -> None:
        assert isinstance(booked, Booked)
        self.database.write(lambda c: self.budget.settle_read(c, booked, outcome, ids, self.clock.now()))

    def learn(self, outcome: Outcome, route: str = MENTIONS, limits: RateLimits = NOTHING_SAID) -> None:
        self.database.write(lambda c: self.budget.learn(c, route, outcome, limits, self.clock.now()))

    def day(self, day: date | None = None) -> tuple[int, int]:
        found = self.database.read(lambda c: ledger.day_sum(c, BRAND, day or self.clock.now().date()))
        return found.reserved_micro, found.settled_micro

    def alarms(self) -> list[str]:
        return [row.code for row in self.database.read(lambda c: alarms.standing(c, BRAND))]


@pytest.fixture
def money(database: Database, clock: Any) -> Money:
    return Money(database, clock)


def test_a_page_is_reserved_whole_and_settled_to_what_was_returned(money: Money) -> None:
    booked = money.book()
    reserved = money.day()

    money.settle(booked, Read(), "1", "2", "3")

    assert reserved == (100_000, 0)
    assert money.day() == (0, 3_000)


def test_x_charges_an_object_once_a_day_and_again_the_next(money: Money, clock: Any) -> None:
    money.settle(money.book(), Read(), "1", "2", "2")
    money.settle(money.book(), Read(), "2", "3")
    today = money.day()
    clock.advance(timedelta(days=1))

    money.settle(money.book(), Read(), "2", "3")

    assert today == (0, 3_000)
    assert money.day() == (0, 2_000)


def test_an_empty_page_leaves_no_line(money: Money) -> None:
    money.settle(money.book(), Read())

    assert money.day() == (0, 0)
    assert money.database.read(lambda c: ledger.unsettled(c, BRAND)) == []


@pytest.mark.parametrize(
    "outcome", [Later(LaterWhy.X_FAILED), Refused(RefusedWhy.INVALID), Later(LaterWhy.RATE_LIMITED)]
)
def test_a_failed_read_costs_nothing(money: Money, outcome: Outcome) -> None:
    money.settle(money.book(), outcome)

    assert money.day() == (0, 0)


def test_a_lost_answer_stays_reserved_until_its_feed_is_read_again(money: Money, clock: Any) -> None:
    money.settle(money.book(), Later(LaterWhy.UNREACHABLE, lost=True))
    reserved = money.day()
    clock.advance(timedelta(minutes=2))

    money.database.write(
        lambda c: money.budget.settle_lost(
            c, MENTIONS, Item.OWNED_READ, [], clock.now(), lost_before=clock.now() - timedelta(minutes=1)
        )
    )

    assert reserved == (100_000, 0)
    assert money.day() == (0, 0)


def test_a_lost_answer_is_not_settled_by_reading_something_else(money: Money, clock: Any) -> None:
    money.settle(money.book(), Later(LaterWhy.UNREACHABLE, lost=True))
    clock.advance(timedelta(minutes=2))

    money.database.write(
        lambda c: make_budget().settle_lost(
            c, OWN_POSTS, Item.OWNED_READ, [], clock.now(), lost_before=clock.now()
        )
    )

    assert money.day() == (100_000, 0)


def test_a_lost_answer_of_yesterday_is_settled_to_what_it_can_have_returned(money: Money, clock: Any) -> None:
    yesterday = clock.now().date()
    money.settle(money.book(), Later(LaterWhy.GARBLED, lost=True))
    before, after = clock.now() - timedelta(minutes=1), clock.now() + timedelta(minutes=1)
    clock.advance(timedelta(days=1))

    money.database.write(
        lambda c: money.budget.settle_lost(
            c, MENTIONS, Item.OWNED_READ, [before, before, after], clock.now(), lost_before=clock.now()
        )
    )

    assert money.day(yesterday) == (0, 2_000)


def test_a_read_answered_after_midnight_is_booked_on_the_new_day(money: Money, clock: Any) -> None:
    old_day = clock.now().date()
    booked = money.book()
    clock.advance(timedelta(days=1))

    money.settle(booked, Read(), "1")

    assert money.day(old_day) == (0, 0)
    assert money.day() == (0, 1_000)


def test_reads_may_use_the_whole_budget_and_shrink_before_they_stop(database: Database, clock: Any) -> None:
    money = Money(database, clock, daily_usd="0.107")

    first, second, third = money.book(), money.book(), money.book()

    assert isinstance(first, Booked)
    assert first.size == 100
    assert isinstance(second, Booked)
    assert second.size == 7
    assert third == Stopped(StopWhy.BUDGET, datetime(2026, 11, 22, tzinfo=UTC))
    assert money.alarms() == ["budget-reads"]


def test_the_alarm_ends_when_there_is_money_again(database: Database, clock: Any) -> None:
    money = Money(database, clock, daily_usd="0.001")
    money.book()
    money.budget = make_budget("1")

    money.book()

    assert money.alarms() == []


def test_the_alarm_stands_while_only_cheaper_routes_still_have_money(database: Database, clock: Any) -> None:
    money = Money(database, clock, daily_usd="0.008")
    alarmed = []

    for _ in range(5):
        money.database.write(
            lambda c: money.budget.reserve_read(c, MESSAGES, Item.MESSAGE_READ, clock.now(), size=5)
        )
        booked = money.book()  # a mention costs a tenth
        assert isinstance(booked, Booked)
        alarmed.append(money.alarms())
        money.settle(booked, Read())

    assert alarmed == [["budget-reads"]] * 5
    assert database.read(lambda c: c.execute(sa.text("SELECT count(*) FROM alarms")).scalar()) == 1


def test_the_alarm_ends_on_the_next_day_however_small_the_budget(database: Database, clock: Any) -> None:
    money = Money(database, clock, daily_usd="0.006")
    money.settle(money.book(), Read(), "1", "2")
    money.book()
    stood = money.alarms()

    clock.advance(timedelta(hours=12))
    money.book()

    assert (stood, money.alarms()) == (["budget-reads"], [])


def test_the_alarm_about_writes_stands_while_only_cheaper_ones_fit(database: Database, clock: Any) -> None:
    money = Money(database, clock, daily_usd="0.025")
    dear = PRICES.of_post(has_link=True, summoned=True)
    cheap = PRICES.of_post(has_link=False, summoned=True)

    for cost in (dear, cheap, dear):
        writes = [Write(cost, delivery(database))]
        database.write(lambda c, writes=writes: money.budget.reserve_writes(c, writes, clock.now()))

    assert money.alarms() == ["budget-writes"]
    assert database.read(lambda c: c.execute(sa.text("SELECT count(*) FROM alarms")).scalar()) == 1


def test_an_alarm_rings_people_once(database: Database, clock: Any) -> None:
    money = Money(database, clock, daily_usd="0.001")

    money.book()
    money.book()

    waiting = database.write(lambda c: notices.claim(c, BRAND, now_ms=1, lease_ms=1, at_most=9))
    assert [notice.title for notice in waiting] == ["The daily budget is used up."]
    assert "[budget-reads]" in waiting[0].text


def delivery(database: Database) -> int:
    row = Delivery(
        brand_id=BRAND,
        person_id="7",
        channel="public",
        purpose="answer",
        lane="7:public",
        text="x",
        created_at=datetime(2026, 11, 21, 12, tzinfo=UTC),
    ).model_dump(exclude={"id"})
    insert = sa.insert(Delivery.__table__).values(**row).returning(Delivery.__table__.c.id)  # type: ignore[attr-defined]
    return int(database.write(lambda c: c.execute(insert).scalar_one()))


def test_writes_may_use_their_share_only_and_keep_their_order(database: Database, clock: Any) -> None:
    money = Money(database, clock, daily_usd="0.04")  # 0.032 for writes
    post, message = PRICES.of_post(has_link=False, summoned=True), PRICES.of_message()
    made = [delivery(database) for _ in range(4)]
    writes = [Write(message, made[0]), Write(message, made[1]), Write(message, made[2]), Write(post, made[3])]

    lines = database.write(lambda c: money.budget.reserve_writes(c, writes, clock.now()))

    assert [line is not None for line in lines] == [True, True, False, False]
    assert money.alarms() == ["budget-writes"]
    assert money.day() == (30_000, 0)


def test_a_write_is_settled_by_what_became_of_it(money: Money, clock: Any) -> None:
    post = PRICES.of_post(has_link=False, summoned=True)
    outcomes: list[Outcome] = [
        Sent("1"),
        Refused(RefusedWhy.DUPLICATE),
        NotSent(NotSentWhy.NO_CONNECTION),
        Later(LaterWhy.RATE_LIMITED),
        Unsure(UnsureWhy.NO_ANSWER),
    ]
    writes = [Write(post, delivery(money.database)) for _ in outcomes]
    lines = money.database.write(lambda c: money.budget.reserve_writes(c, writes, clock.now()))

    money.database.write(
        lambda c: money.budget.settle_writes(
            c, [(line or 0, post, outcome) for line, outcome in zip(lines, outcomes, strict=True)]
        )
    )

    assert money.day() == (10_000, 10_000)  # the unsure one stays reserved


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
