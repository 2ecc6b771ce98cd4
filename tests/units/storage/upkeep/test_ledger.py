"""The ledger: reserved before the call, settled after it, and a day's sum that is always the sum of its
lines.
"""

from datetime import UTC, date, datetime

import pytest

from storage import stories
from storage.upkeep import ledger
from storage.upkeep.ledger import Charge, DaySum, Reservation

BRAND = "100"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
POST = Reservation("summoned reply", 1, 10_000, is_write=True)
PAGE = Reservation("owned read", 100, 100_000)


@pytest.fixture
def reserve(database):
    return lambda *calls: database.write(lambda c: ledger.reserve(c, BRAND, TODAY, calls, NOON))


@pytest.fixture
def settle(database):
    return lambda *charges: database.write(lambda c: ledger.settle(c, BRAND, charges))


@pytest.fixture
def today(database):
    return lambda: database.read(lambda c: ledger.day_sum(c, BRAND, TODAY))


def test_a_call_is_booked_at_its_worst_price_and_settled_at_its_true_one(reserve, settle, today) -> None:
    post, page = reserve(POST, PAGE)
    before = today()

    settle(Charge(post, 10_000), Charge(page, 3_000, count=3))

    assert before == DaySum(110_000, 0)
    assert today() == DaySum(0, 13_000)


def test_a_poll_that_cost_nothing_leaves_no_line(database, reserve, settle, today) -> None:
    (page,) = reserve(PAGE)

    settle(Charge(page, 0))

    assert database.read(lambda c: stories.list_ledger(c, BRAND)) == []
    assert today() == DaySum(0, 0)


def test_settling_twice_changes_nothing(reserve, settle, today) -> None:
    (post,) = reserve(POST)
    settle(Charge(post, 10_000))

    settle(Charge(post, 0))
    settle(Charge(post, 9))

    assert today() == DaySum(0, 10_000)


def test_what_was_never_answered_stays_unsettled(database, reserve, settle) -> None:
    lost, answered = reserve(POST, POST)

    settle(Charge(answered, 10_000))

    assert [line.line_id for line in database.read(lambda c: ledger.unsettled(c, BRAND))] == [lost]


def test_the_listing_shows_reserved_and_settled_money_by_item(database, reserve, settle) -> None:
    post, _, page = reserve(POST, POST, PAGE)

    settle(Charge(post, 200_000, item="post create with a URL"), Charge(page, 2_000, count=2))

    assert database.read(lambda c: stories.list_ledger(c, BRAND)) == [
        {"day": "2026-11-21", "item": "owned read", "count": 2, "reserved_usd": "0", "settled_usd": "0.002"},
        {
            "day": "2026-11-21",
            "item": "post create with a URL",
            "count": 1,
            "reserved_usd": "0",
            "settled_usd": "0.2",
        },
        {
            "day": "2026-11-21",
            "item": "summoned reply",
            "count": 1,
            "reserved_usd": "0.01",
            "settled_usd": "0",
        },
    ]


def test_an_object_is_charged_once_a_day(database) -> None:
    def read(c: object) -> set[str]:
        return ledger.charged_already(c, BRAND, TODAY, ["post:1", "post:2"])

    database.write(lambda c: ledger.note_charged(c, BRAND, TODAY, ["post:1", "post:1"]))
    database.write(lambda c: ledger.note_charged(c, BRAND, TODAY, ["post:1"]))
    known = database.read(read)
    database.write(lambda c: ledger.forget_charged(c, BRAND, date(2026, 11, 22)))

    assert known == {"post:1"}
    assert database.read(read) == set()
