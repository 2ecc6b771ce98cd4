"""Many rows as one parameter: they arrive as they were given, in their order, on both engines."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from storage import journal, outbox
from storage.database import Database
from storage.engine.given_rows import packed
from storage.journal import Entry
from storage.outbox import Outcome
from storage.states import Channel, DeliveryState
from storage.upkeep import ledger
from storage.upkeep.ledger import Charge, Reservation

DAY = date(2026, 11, 21)


def test_words_of_every_script_and_objects_arrive_as_they_were_given(
    database: Database, brand: str, noon: datetime, reply
) -> None:
    words = "Ŵyth \"quoted\" 'and' \\u0041 한국어 👩‍👩‍👧 {{ no template }}\nsecond line"
    given = reply(text=words, instead={"then": ["a", {"b": None}], "really": True}, despite_stop=True)

    (made,) = database.write(lambda c: outbox.enqueue(c, brand, [given], noon))
    (claimed,) = database.write(
        lambda c: outbox.claim(c, brand, "sender", Channel.PUBLIC, now=noon, now_ms=1, lease_ms=9, at_most=5)
    )

    assert (claimed.id, claimed.text, claimed.instead) == (made, words, given.instead)
    assert claimed.despite_stop is True
    assert claimed.remarked is False
    assert claimed.mention_id is None
    assert claimed.created_at == noon


def test_an_instant_of_any_zone_is_stored_in_utc_to_the_microsecond(database: Database, brand: str) -> None:
    at = datetime(2026, 11, 21, 0, 30, 0, 7, tzinfo=timezone(timedelta(hours=5)))

    database.write(lambda c: journal.write(c, brand, [Entry("looked", subject="ana")], at))
    rows = database.read(lambda c: c.exec_driver_sql("SELECT at FROM journal").all())

    assert [str(row[0])[:26] for row in rows] == ["2026-11-20 19:30:00.000007"]


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError) as raised:
        packed([(datetime(2026, 11, 21),)])  # noqa: DTZ001 - what is refused

    assert "without a zone" in str(raised.value.__cause__)


def test_a_text_with_nul_is_refused_and_not_cut_short() -> None:
    with pytest.raises(ValueError, match="NUL"):
        packed([("ana", "one\0two")])

    assert "u0000" in packed([("spelt out: \\u0000",)])


def test_what_no_column_holds_is_refused() -> None:
    with pytest.raises(TypeError):
        packed([(object(),)])


def test_an_outcome_counts_only_for_the_rows_whose_fence_still_stands(
    database: Database, brand: str, noon: datetime, reply
) -> None:
    ids = database.write(lambda c: outbox.enqueue(c, brand, [reply("ana"), reply("ben")], noon))
    claimed = database.write(
        lambda c: outbox.claim(c, brand, "sender", Channel.PUBLIC, now=noon, now_ms=1, lease_ms=9, at_most=5)
    )
    fences = {one.id: one.fence for one in claimed}

    ours = database.write(
        lambda c: outbox.record(
            c,
            [
                Outcome(ids[0], fences[ids[0]], DeliveryState.SENT, x_id="900", sent_at=noon),
                Outcome(ids[1], fences[ids[1]] - 1, DeliveryState.SENT, x_id="901", sent_at=noon),
            ],
        )
    )

    assert ours == {ids[0]}


def test_lines_of_two_days_are_settled_each_on_its_own_day(
    database: Database, brand: str, noon: datetime
) -> None:
    def reserve(day: date, micro: int) -> int:
        call = Reservation("post_create", 1, micro, is_write=True)
        return database.write(lambda c: ledger.reserve(c, brand, day, [call], noon))[0]

    yesterday, today, free = reserve(DAY - timedelta(days=1), 10), reserve(DAY, 20), reserve(DAY, 30)

    charges = [Charge(yesterday, 9), Charge(today, 20, item="summoned_reply"), Charge(free, 0)]
    database.write(lambda c: ledger.settle(c, brand, charges))
    database.write(lambda c: ledger.settle(c, brand, charges))  # told twice

    sums = [database.read(lambda c, d=day: ledger.day_sum(c, brand, d)) for day in (DAY - timedelta(1), DAY)]
    assert [(one.reserved_micro, one.settled_micro) for one in sums] == [(0, 9), (0, 20)]
    items = database.read(
        lambda c: c.exec_driver_sql("SELECT item, settled_micro FROM ledger ORDER BY id").all()
    )
    assert [tuple(row) for row in items] == [("post_create", 9), ("summoned_reply", 20)]


def test_instants_written_this_way_sort_among_those_written_one_by_one() -> None:
    whole_second = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)

    assert packed([(whole_second,)]) == '[["2026-11-21 12:00:00.000000"]]'
