"""An alarm rings once, ends once, and stands only if what caused it was recorded."""

from datetime import timedelta
from typing import Any

import pytest

from bot.alarm_bell import OFTEN_TIMES, AlarmBell
from bot.jobs.watch import all_clear
from bot.x.x_alarms import XAlarm
from storage.database import Database
from storage.upkeep import alarms, notices

BRAND = "2000000000000000001"


def standing(database: Database) -> list[str]:
    return [row.code for row in database.read(lambda c: alarms.standing(c, BRAND))]


def rings(database: Database) -> list[str]:
    found = database.write(lambda c: notices.claim(c, BRAND, now_ms=1, lease_ms=0, at_most=9))
    return [notice.title for notice in found]


def test_it_rings_once_however_often_it_is_raised(database: Database, clock: Any) -> None:
    bell = AlarmBell(BRAND)

    for _ in range(3):
        database.write(lambda c: bell.ring(c, XAlarm.DOWN, "no answer", clock.now()))

    assert standing(database) == ["x-down"]
    assert rings(database) == [XAlarm.DOWN.sentences.what]


def test_one_of_the_last_run_ends_as_well(database: Database, clock: Any) -> None:
    database.write(lambda c: AlarmBell(BRAND).ring(c, XAlarm.DOWN, "", clock.now()))
    restarted = AlarmBell(BRAND)

    database.write(lambda c: restarted.end(c, XAlarm.DOWN, clock.now()))

    assert standing(database) == []


def test_one_that_is_back_before_people_were_told_of_its_end_is_the_same_one(
    database: Database, clock: Any
) -> None:
    bell = AlarmBell(BRAND)
    told = []
    for _ in range(2):
        told.append(database.write(lambda c: bell.ring(c, XAlarm.DOWN, "", clock.now())))
        database.write(lambda c: bell.end(c, XAlarm.DOWN, clock.now()))

    assert standing(database) == []
    assert told == [True, False]
    assert len(rings(database)) == 1


def test_one_raised_again_after_the_all_clear_rings_again(database: Database, clock: Any) -> None:
    bell = AlarmBell(BRAND)
    for _ in range(2):
        database.write(lambda c: bell.ring(c, XAlarm.DOWN, "", clock.now()))
        database.write(lambda c: bell.end(c, XAlarm.DOWN, clock.now()))
        database.write(lambda c: all_clear.give(c, BRAND, clock.now(), timedelta(0)))

    what = XAlarm.DOWN.sentences.what
    assert rings(database) == [what, f"Over: {what}", what, f"Over: {what}"]


def test_one_raised_elsewhere_can_be_ended_here_once_it_is_known(database: Database, clock: Any) -> None:
    bell, elsewhere = AlarmBell(BRAND), AlarmBell(BRAND)
    database.write(lambda c: bell.end(c, XAlarm.DOWN, clock.now()))  # has looked: none stands
    database.write(lambda c: elsewhere.ring(c, XAlarm.DOWN, "", clock.now()))

    bell.note_standing([row.code for row in database.read(lambda c: alarms.standing(c, BRAND))])
    database.write(lambda c: bell.end(c, XAlarm.DOWN, clock.now()))

    assert standing(database) == []


def test_an_end_that_was_rolled_back_is_made_up_for(database: Database, clock: Any) -> None:
    bell = AlarmBell(BRAND)
    database.write(lambda c: bell.ring(c, XAlarm.DOWN, "", clock.now()))

    def end_and_fail(connection: Any) -> None:
        bell.end(connection, XAlarm.DOWN, clock.now())
        raise ValueError("the transaction fails")

    with pytest.raises(ValueError, match="fails"):
        database.write(end_and_fail)
    database.write(lambda c: bell.end(c, XAlarm.DOWN, clock.now()))

    assert standing(database) == []


def test_what_happens_now_and_then_is_nothing_to_ring_for(database: Database, clock: Any) -> None:
    bell = AlarmBell(BRAND)

    for _ in range(OFTEN_TIMES * 2):
        database.write(lambda c: bell.ring_if_frequent(c, XAlarm.NOT_PERMITTED, "", clock.now()))
        clock.advance(timedelta(minutes=20))

    assert standing(database) == []
