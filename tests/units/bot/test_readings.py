"""What a scrape and a readiness check look up."""

from datetime import timedelta
from typing import Protocol

import pytest

from bot.clock import Clock
from bot.metrics import Metrics
from bot.readings import LOOKED_LATELY, TROUBLE_LASTS, Readings
from storage.database import Database, StorageTrouble, TroubleKind
from storage.upkeep import alarms, brand, cursors
from storage.upkeep.cursors import CursorRow

BRAND = "1"


class MovableClock(Clock, Protocol):
    def advance(self, by: timedelta) -> None: ...


@pytest.fixture
def readings(database: Database, clock: MovableClock) -> Readings:
    database.write(
        lambda c: brand.settle_in(
            c, brand_id=BRAND, username="BrightTel", name="BrightTel", serves="sandbox:w", now=clock.now()
        )
    )
    return Readings(database, clock, BRAND)


def look(database: Database, clock: MovableClock) -> None:
    row = CursorRow("mentions", "5", 1, clock.now())
    database.write(lambda c: cursors.save(c, BRAND, row))


def test_it_is_not_ready_before_the_first_look_at_x(readings: Readings) -> None:
    assert readings.why_not_ready() == "X has not been looked at yet"


def test_it_is_ready_once_x_was_looked_at(
    readings: Readings, database: Database, clock: MovableClock
) -> None:
    look(database, clock)

    assert readings.why_not_ready() is None


def test_it_is_not_ready_when_x_was_not_heard_for_a_while(
    readings: Readings, database: Database, clock: MovableClock
) -> None:
    look(database, clock)
    clock.advance(LOOKED_LATELY + timedelta(seconds=1))

    assert readings.why_not_ready() == "X was last heard 301 seconds ago"


def test_it_is_not_ready_while_the_database_takes_no_writes(
    readings: Readings, database: Database, clock: MovableClock
) -> None:
    look(database, clock)

    readings.note_trouble(StorageTrouble(TroubleKind.READ_ONLY, "attempt to write a readonly database"))
    meanwhile = readings.why_not_ready()
    clock.advance(TROUBLE_LASTS)

    assert meanwhile == "the database is read-only"
    assert readings.why_not_ready() is None


def test_gauges_tell_queues_money_looks_and_alarms(
    readings: Readings, database: Database, clock: MovableClock
) -> None:
    look(database, clock)
    database.write(lambda c: alarms.raise_(c, BRAND, "x-down", "since a while", clock.now()))
    metrics = Metrics()

    metrics.read_on_scrape(readings.gauges)
    shown = metrics.exposition().decode()

    assert "tweetserve_database_up 1.0" in shown
    assert "tweetserve_unsure 0.0" in shown
    assert "tweetserve_reserved_usd 0.0" in shown
    assert 'tweetserve_last_poll_seconds{feed="mentions"}' in shown
    assert 'tweetserve_alarm{code="x-down"} 1.0' in shown
