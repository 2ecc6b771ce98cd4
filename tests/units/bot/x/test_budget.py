"""Money is reserved before a call and settled after it; the day's budget and X's windows are kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.x.budget import Booked, Stopped, StopWhy, Write
from bot.x.client import MENTIONS, MESSAGES, OWN_POSTS
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
)
from bot.x.price_list import Item
from storage.database import Database
from storage.tables import Delivery
from storage.upkeep import ledger, notices
from tests.units.bot.x.money import BRAND, PRICES, Money, make_budget


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
            c,
            MENTIONS.__eq__,
            Item.OWNED_READ,
            [],
            clock.now(),
            lost_before=clock.now() - timedelta(minutes=1),
        )
    )

    assert reserved == (100_000, 0)
    assert money.day() == (0, 0)


def test_a_lost_answer_is_not_settled_by_reading_something_else(money: Money, clock: Any) -> None:
    money.settle(money.book(), Later(LaterWhy.UNREACHABLE, lost=True))
    clock.advance(timedelta(minutes=2))

    money.database.write(
        lambda c: make_budget().settle_lost(
            c, OWN_POSTS.__eq__, Item.OWNED_READ, [], clock.now(), lost_before=clock.now()
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
            c, MENTIONS.__eq__, Item.OWNED_READ, [before, before, after], clock.now(), lost_before=clock.now()
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
        asked_at=datetime(2026, 11, 21, 12, tzinfo=UTC),
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
