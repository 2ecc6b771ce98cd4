"""Each row that waits has a job, made with it, and made again when it is lost: on PostgreSQL."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from storage import inbox, outbox, schema
from storage.database import Database
from storage.inbox import BEGINNING, NewMention
from storage.outbox import NewDelivery
from storage.states import Channel, DeliveryState, MentionKind, Purpose, Reason
from storage.upkeep import orphans
from storage.upkeep.orphans import Swept

BRAND = "1"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BOTH = (Channel.PRIVATE, Channel.PUBLIC)
NOW_MS = 10_000


@pytest.fixture
def server(database: Database) -> Database:
    if database.is_sqlite:
        pytest.skip("on SQLite the one process that owns the file looks at the rows by itself")
    return database


def post(x_id: str, author: str = "ana", **more: Any) -> NewMention:
    return NewMention(x_id, MentionKind.POST, author, author, x_id, NOON, "#help", "{}", **more)


def answer(person: str = "ana", channel: Channel = Channel.PUBLIC, **more: Any) -> NewDelivery:
    return NewDelivery(person, channel, Purpose.ANSWER, "Hello", **more)


def receive(server: Database, *new: NewMention) -> None:
    server.write(lambda c: inbox.store(c, BRAND, new, NOON))


def jobs(server: Database, status: str = "todo") -> list[tuple[str, int, str, int]]:
    """What each job is for: kind, row, conversation, Procrastinate's priority."""
    wanted = sa.text(
        "SELECT task_name, CAST(args->>'row' AS int), lock, priority FROM procrastinate_jobs"
        " WHERE status = CAST(:status AS procrastinate_job_status) ORDER BY id"
    )
    return [tuple(row) for row in server.read(lambda c: c.execute(wanted, {"status": status}).all())]


def sweep(server: Database, channels: Sequence[Channel] = BOTH, since: datetime = BEGINNING) -> Swept:
    return server.write(
        lambda c: orphans.sweep(
            c, BRAND, until_ms=NOW_MS, since=since, channels=channels, silence_seconds=6.0
        )
    )


def empty(server: Database) -> None:
    server.write(lambda c: c.execute(sa.text("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")))


def test_a_mention_and_its_job_are_stored_in_one_transaction(server: Database) -> None:
    receive(server, post("11"), post("12", "ben", priority=0), post("13", skipped=Reason.TOO_OLD))

    def store_and_fail(connection: sa.Connection) -> None:
        inbox.store(connection, BRAND, [post("14")], NOON)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        server.write(store_and_fail)

    assert jobs(server) == [("handle", 1, "handle:ana", 4), ("handle", 2, "handle:ben", 9)]


def test_a_delivery_has_a_job_only_when_it_may_leave(server: Database) -> None:
    held = answer(state=DeliveryState.LATER)
    server.write(lambda c: outbox.enqueue(c, BRAND, [answer(), held, answer("ben", Channel.PRIVATE)], NOON))

    assert jobs(server) == [("send", 1, "send:ana:public", 4), ("send", 3, "send:ben:private", 4)]


def test_a_row_without_a_live_job_gets_one_and_only_one(server: Database) -> None:
    receive(server, post("11"))
    server.write(lambda c: outbox.enqueue(c, BRAND, [answer()], NOON))
    made = jobs(server)
    empty(server)

    first, second = sweep(server), sweep(server)

    assert (first.mentions, first.deliveries) == (1, 1)
    assert second == Swept()
    assert jobs(server) == made


def test_what_stands_behind_an_open_row_of_its_conversation_waits_without_a_job(server: Database) -> None:
    receive(server, post("11"), post("12"))
    server.write(lambda c: outbox.enqueue(c, BRAND, [answer(), answer()], NOON))
    empty(server)

    sweep(server)

    assert [(kind, row) for kind, row, *_ in jobs(server)] == [("handle", 1), ("send", 1)]


def test_the_jobs_of_rows_that_are_claimed_along_are_withdrawn(server: Database) -> None:
    receive(server, post("11"), post("12", "ben"), post("13", "ben"))

    server.write(lambda c: inbox.claim(c, BRAND, "me", NOW_MS, 1000, 10))

    assert [row for _, row, *_ in jobs(server)] == [3]


def test_a_channel_that_is_closed_gets_no_jobs(server: Database) -> None:
    server.write(lambda c: outbox.enqueue(c, BRAND, [answer(channel=Channel.PRIVATE)], NOON))
    empty(server)

    assert sweep(server, [Channel.PUBLIC]).deliveries == 0
    assert sweep(server, BOTH).deliveries == 1


def test_what_is_held_back_after_a_restore_gets_no_job(server: Database) -> None:
    receive(server, post("11"))
    empty(server)

    assert sweep(server, since=NOON.replace(hour=13)).mentions == 0
    assert sweep(server).mentions == 1


def test_a_row_due_soon_gets_a_job_that_begins_when_it_is_due(server: Database) -> None:
    receive(server, post("11"))
    server.write(lambda c: inbox.claim(c, BRAND, "me", 0, 1000, 1))
    server.write(lambda c: inbox.give_back(c, {1: 1}, next_ms=NOW_MS))
    empty(server)

    sweep(server)

    begins = server.read(lambda c: c.execute(sa.text("SELECT scheduled_at FROM procrastinate_jobs")).scalar())
    assert begins == datetime.fromtimestamp(NOW_MS / 1000, UTC)


def test_the_jobs_of_a_worker_that_is_gone_are_dropped_with_their_locks(server: Database) -> None:
    receive(server, post("11"), post("12", "ben"))
    server.write(
        lambda c: c.execute(
            sa.text(
                "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat)"
                " VALUES (now() - interval '7 seconds') RETURNING id)"
                " UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM dead)"
                " WHERE lock = 'handle:ana'"
            )
        )
    )

    swept = sweep(server)

    assert (swept.dropped, swept.mentions) == (1, 1)
    assert sorted(lock for _, _, lock, _ in jobs(server)) == ["handle:ana", "handle:ben"]
    assert jobs(server, "doing") == []


def test_tables_that_somebody_removed_are_made_again(server: Database) -> None:
    receive(server, post("11"))
    server.write(lambda c: c.execute(sa.text("DROP TABLE procrastinate_jobs, procrastinate_events CASCADE")))

    assert sweep(server).mentions == 1
    assert schema.migrate(server) == []


def test_another_versions_tables_are_made_anew_by_a_migration(server: Database) -> None:
    receive(server, post("11"))
    server.write(lambda c: c.execute(sa.text("COMMENT ON TABLE procrastinate_jobs IS 'of another version'")))

    schema.migrate(server)

    assert jobs(server) == []
    assert sweep(server).mentions == 1
