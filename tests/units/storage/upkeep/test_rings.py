"""Alarms and notices: each raised once, told once, ended once."""

from datetime import UTC, datetime, timedelta

from storage import stories
from storage.upkeep import alarms, notices

BRAND = "100"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_an_alarm_is_raised_once_and_anew_only_after_its_all_clear(database) -> None:
    def raise_it() -> alarms.Raised | None:
        return database.write(lambda c: alarms.raise_(c, BRAND, "x-unauthorized", "", NOON))

    first, second = raise_it(), raise_it()
    assert first is not None
    ended = [
        database.write(lambda c: alarms.end(c, BRAND, "x-unauthorized", NOON + timedelta(hours=2)))
        for _ in "ab"
    ]
    cleared = [database.write(lambda c: alarms.clear(c, BRAND, first.id, NOON)) for _ in "ab"]
    third = raise_it()

    assert second is None
    assert third is not None
    assert third.id > first.id
    assert not third.again
    assert cleared == [True, False]
    assert ended == [True, False]
    assert database.read(lambda c: stories.list_alarms(c, BRAND)) == [
        {"code": "x-unauthorized", "since": "2026-11-21T12:00:00.000Z", "until": "2026-11-21T14:00:00.000Z"},
        {"code": "x-unauthorized", "since": "2026-11-21T12:00:00.000Z", "until": None},
    ]


def test_an_alarm_that_is_back_before_its_all_clear_goes_on(database) -> None:
    first = database.write(lambda c: alarms.raise_(c, BRAND, "x-down", "once", NOON))
    database.write(lambda c: alarms.end(c, BRAND, "x-down", NOON + timedelta(minutes=1)))

    again = database.write(lambda c: alarms.raise_(c, BRAND, "x-down", "twice", NOON + timedelta(minutes=2)))
    cleared = database.write(lambda c: alarms.clear(c, BRAND, first.id, NOON))

    assert again == alarms.Raised(first.id, again=True)
    assert not cleared
    (row,) = database.read(lambda c: alarms.standing(c, BRAND))
    assert (row.since_at, row.detail) == (NOON, "twice")


def test_what_an_alarm_stands_for_is_told_apart(database) -> None:
    def stand_for(*subjects: str) -> list[str]:
        return database.write(lambda c: alarms.stand_for(c, BRAND, "ticket-missed", subjects, NOON))

    told = [stand_for("a", "b"), stand_for("b", "c"), stand_for("b", "c"), stand_for(), stand_for("b")]

    assert told == [["a", "b"], ["c"], [], [], ["b"]]


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
