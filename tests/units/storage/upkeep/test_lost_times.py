"""A lost time: one at a time, what waits is doubted while it is open, and trusted again once it is closed."""

from datetime import datetime, timedelta

import pytest

from storage import deliveries, outbox
from storage.database import Database
from storage.states import Channel, DeliveryState
from storage.upkeep import cursors, lost_times, own_posts
from storage.upkeep.own_posts import OwnPostRow
from tests.conftest import POSTGRES

HOUR = timedelta(hours=1)


@pytest.fixture
def opened(database: Database, brand: str, noon: datetime) -> Database:
    database.write(
        lambda c: lost_times.open_(c, brand, since=noon - HOUR, until=noon, is_restored=False, why="rest")
    )
    return database


def test_a_second_start_lets_the_open_one_reach_to_it(opened: Database, brand: str, noon: datetime) -> None:
    later = noon + HOUR
    opened.write(lambda c: lost_times.posts_are_read(c, brand, noon, None))
    opened.write(
        lambda c: lost_times.open_(c, brand, since=noon, until=later, is_restored=True, why="a backup")
    )

    row = opened.read(lambda c: lost_times.unclosed(c, brand))

    assert (row.since_at, row.until_at, row.posts_read_at) == (noon - HOUR, later, None)
    assert (row.is_restored, row.why) == (True, "a backup")


def test_a_closed_one_is_over_and_a_new_one_can_be_opened(
    opened: Database, brand: str, noon: datetime
) -> None:
    opened.write(lambda c: lost_times.close(c, brand, "bot", noon))
    assert opened.read(lambda c: lost_times.unclosed(c, brand)) is None

    opened.write(lambda c: lost_times.open_(c, brand, since=noon, until=noon, is_restored=False, why="again"))

    assert opened.read(lambda c: lost_times.unclosed(c, brand)).why == "again"


def test_what_waits_is_of_unknown_fate_while_it_is_open(
    database: Database, brand: str, noon: datetime, reply
) -> None:
    (waiting,) = database.write(lambda c: outbox.enqueue(c, brand, [reply()], noon))

    def doubted() -> bool:
        return database.read(lambda c: deliveries.find(c, brand, [waiting]))[waiting].unknown_fate

    database.write(
        lambda c: lost_times.open_(c, brand, since=noon, until=noon, is_restored=True, why="a backup")
    )
    assert doubted()
    database.write(lambda c: lost_times.close(c, brand, "bot", noon))
    assert not doubted()


def test_what_was_tried_before_stays_of_unknown_fate(
    database: Database, brand: str, noon: datetime, reply
) -> None:
    (tried,) = database.write(lambda c: outbox.enqueue(c, brand, [reply()], noon))

    def claim_and_lose(c: object) -> None:
        (one,) = outbox.claim(
            c,
            brand,
            "w",
            Channel.PUBLIC,
            now=noon,
            now_ms=1,
            lease_ms=9,
            at_most=1,  # type: ignore[arg-type]
        )
        outbox.record(c, [outbox.Outcome(one.id, one.fence, DeliveryState.QUEUED, unknown_fate=True)])  # type: ignore[arg-type]

    database.write(claim_and_lose)
    for close in (False, True):
        database.write(
            lambda c, close=close: (
                lost_times.close(c, brand, "bot", noon)
                if close
                else lost_times.open_(c, brand, since=noon, until=noon, is_restored=True, why="a backup")
            )
        )

    assert database.read(lambda c: deliveries.find(c, brand, [tried]))[tried].unknown_fate


def test_what_was_enqueued_before_is_held_and_what_came_after_leaves(
    database: Database, brand: str, noon: datetime, reply
) -> None:
    old, new = noon - HOUR, noon + HOUR
    database.write(lambda c: outbox.enqueue(c, brand, [reply("ana"), reply("ben")], old))
    database.write(lambda c: outbox.enqueue(c, brand, [reply("ben"), reply("cleo")], new))

    claimed = database.write(
        lambda c: outbox.claim(
            c, brand, "w", Channel.PUBLIC, now=new, now_ms=1, lease_ms=9, at_most=9, enqueued_since=noon
        )
    )

    assert [one.person_id for one in claimed] == ["cleo"]


def test_the_last_sign_of_life_is_the_last_look_of_any_feed(
    database: Database, brand: str, noon: datetime
) -> None:
    assert database.read(lambda c: lost_times.last_sign(c, brand)) is None
    for feed, at in (("mentions", noon), ("messages", noon - HOUR)):
        row = cursors.CursorRow(feed, "1", 1, at)
        database.write(lambda c, row=row: cursors.save(c, brand, row))

    assert database.read(lambda c: lost_times.last_sign(c, brand)) == noon


def test_the_newest_own_post_is_that_of_the_bot_or_of_a_colleague(
    database: Database, brand: str, noon: datetime, reply
) -> None:
    assert database.read(lambda c: lost_times.newest_own_post(c, brand)) is None
    (sent,) = database.write(lambda c: outbox.enqueue(c, brand, [reply()], noon))
    database.write(lambda c: deliveries.mark_sent(c, brand, sent, "900", "", noon))
    assert database.read(lambda c: lost_times.newest_own_post(c, brand)) == "900"

    database.write(lambda c: own_posts.store(c, brand, [OwnPostRow("1200", Channel.PUBLIC.value, noon)]))

    assert database.read(lambda c: lost_times.newest_own_post(c, brand)) == "1200"


@pytest.mark.parametrize(("fence", "known"), [(1, True), (2, False)])
def test_a_call_is_known_by_its_delivery_and_fence(
    database: Database, brand: str, noon: datetime, reply, fence: int, known: bool
) -> None:
    (one,) = database.write(lambda c: outbox.enqueue(c, brand, [reply()], noon))
    database.write(
        lambda c: outbox.claim(c, brand, "w", Channel.PUBLIC, now=noon, now_ms=1, lease_ms=9, at_most=1)
    )

    assert database.read(lambda c: lost_times.knows_call(c, one, fence)) is known
    assert not database.read(lambda c: lost_times.knows_call(c, one + 1, 1))


@pytest.mark.skipif(not POSTGRES, reason="TEST_POSTGRES_URL is not set")
def test_tables_made_anew_are_another_database(database: Database, brand: str) -> None:
    assert database.write(lambda c: lost_times.another_server(c, brand)) is None
    assert database.write(lambda c: lost_times.another_server(c, brand)) is False

    database.write(
        lambda c: c.exec_driver_sql("UPDATE served_from SET server = replace(server, ':1:', ':2:')")
    )

    assert database.write(lambda c: lost_times.another_server(c, brand)) is True
    assert database.write(lambda c: lost_times.another_server(c, brand)) is False
