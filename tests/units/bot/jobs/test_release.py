"""Hand-overs that fall quiet are given back to the bot."""

from datetime import datetime, timedelta
from typing import Protocol

from bot.clock import Clock
from bot.jobs.release import QUIET_FOR, Release
from storage.database import Database
from storage.promises import handovers

BRAND, ANA = "1", "101"


class MovableClock(Clock, Protocol):
    def advance(self, by: timedelta) -> None: ...


def promise(now: datetime) -> tuple[str, datetime | None]:
    return "BT-7KQ2-4", now + timedelta(hours=4)


def hand_over(database: Database, clock: MovableClock) -> None:
    now = clock.now()
    database.write(lambda c: handovers.open_(c, BRAND, ANA, reason="asked for a person", now=now))


def is_open(database: Database) -> bool:
    return ANA in database.read(lambda c: handovers.open_of(c, BRAND, [ANA]))


def test_a_hand_over_ends_a_day_after_the_last_human_message(database: Database, clock: MovableClock) -> None:
    hand_over(database, clock)
    clock.advance(QUIET_FOR + timedelta(seconds=1))

    Release(database, clock, brand_id=BRAND, promise=promise).run()

    assert not is_open(database)


def test_a_colleagues_reply_in_x_own_app_is_read_first_and_keeps_it_open(
    database: Database, clock: MovableClock
) -> None:
    hand_over(database, clock)
    opened_at = clock.now()
    clock.advance(QUIET_FOR + timedelta(hours=1))
    asked: list[datetime] = []

    def read(since: datetime, _up_to: datetime) -> bool:
        asked.append(since)
        database.write(lambda c: handovers.touch(c, BRAND, [ANA], clock.now() - timedelta(hours=5)))
        return True

    Release(database, clock, brand_id=BRAND, promise=promise, own_posts_read=read).run()

    assert is_open(database)
    assert asked == [opened_at]


def test_while_our_own_posts_cannot_be_read_it_stays_open(database: Database, clock: MovableClock) -> None:
    hand_over(database, clock)
    clock.advance(QUIET_FOR + timedelta(hours=1))

    Release(
        database, clock, brand_id=BRAND, promise=promise, own_posts_read=lambda _since, _up_to: False
    ).run()

    assert is_open(database)


def test_our_own_posts_are_not_read_while_none_is_quiet(database: Database, clock: MovableClock) -> None:
    hand_over(database, clock)
    asked: list[datetime] = []

    def read(since: datetime, _up_to: datetime) -> bool:
        asked.append(since)
        return True

    Release(database, clock, brand_id=BRAND, promise=promise, own_posts_read=read).run()

    assert asked == []


def test_a_message_meanwhile_keeps_it_open(database: Database, clock: MovableClock) -> None:
    hand_over(database, clock)
    clock.advance(QUIET_FOR - timedelta(hours=1))
    database.write(lambda c: handovers.touch(c, BRAND, [ANA], clock.now()))
    clock.advance(timedelta(hours=2))

    Release(database, clock, brand_id=BRAND, promise=promise).run()

    assert is_open(database)
