"""Alarms and notices: each raised once, told once, ended once."""

from datetime import UTC, datetime, timedelta

from storage import stories
from storage.upkeep import alarms, notices

BRAND = "100"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_an_alarm_is_raised_once_and_again_only_after_its_end(database) -> None:
    def raise_it() -> bool:
        return database.write(lambda c: alarms.raise_(c, BRAND, "x-unauthorized", "", NOON)) is not None

    first, second = raise_it(), raise_it()
    ended = [
        database.write(lambda c: alarms.end(c, BRAND, "x-unauthorized", NOON + timedelta(hours=2)))
        for _ in "ab"
    ]
    third = raise_it()

    assert (first, second, third) == (True, False, True)
    assert ended == [True, False]
    assert database.read(lambda c: stories.list_alarms(c, BRAND)) == [
        {"code": "x-unauthorized", "since": "2026-11-21T12:00:00.000Z", "until": "2026-11-21T14:00:00.000Z"},
        {"code": "x-unauthorized", "since": "2026-11-21T12:00:00.000Z", "until": None},
    ]


def test_people_are_rung_once_about_one_thing(database) -> None:
    rung = [database.write(lambda c: notices.ring(c, BRAND, "handover:1", "t", "x", NOON)) for _ in "ab"]

    claimed = database.write(lambda c: notices.claim(c, BRAND, now_ms=5, lease_ms=100, at_most=9))
    meanwhile = database.write(lambda c: notices.claim(c, BRAND, now_ms=50, lease_ms=100, at_most=9))
    database.write(lambda c: notices.sent(c, BRAND, claimed[0].id))
    later = database.write(lambda c: notices.claim(c, BRAND, now_ms=500, lease_ms=100, at_most=9))

    assert rung == [True, False]
    assert [notice.about for notice in claimed] == ["handover:1"]
    assert (meanwhile, later) == ([], [])


def test_a_ring_whose_process_died_is_tried_again(database) -> None:
    database.write(lambda c: notices.ring(c, BRAND, "ticket:1", "t", "x", NOON))
    database.write(lambda c: notices.claim(c, BRAND, now_ms=5, lease_ms=100, at_most=9))

    (again,) = database.write(lambda c: notices.claim(c, BRAND, now_ms=105, lease_ms=100, at_most=9))

    assert again.tries == 2
