"""Answers a second on PostgreSQL, with one and with two processes that decide and send."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from benchmarks.end_to_end import WAVES, stock
from benchmarks.figures import Figure, Report
from benchmarks.our_daemon import AT_ONCE, tweetserve
from benchmarks.prepared import Prepared, fill_database, prepared
from benchmarks.processes import Process, wait_until
from benchmarks.waves import WAVE, Answered, answer_waves

SERVER = "TEST_POSTGRES_URL"
_TITLE = f"End to end on PostgreSQL: {WAVES * WAVE:,} mentions in waves of {WAVE}"


def measure() -> Report:
    """The same waves as on SQLite. A second process runs `--only work`; the first one does everything."""
    server = os.environ.get(SERVER)
    if not server:
        return Report(_TITLE, [], [f"Not measured: {SERVER} names no server to create databases on."])
    with prepared() as world:
        bare = stock(world, WAVES)
        one, two = _answered(world, server, helped=False), _answered(world, server, helped=True)
    return Report(
        _TITLE,
        [
            Figure("stock loop, answers a second", f"{bare.rate:.0f}"),
            Figure("one process, answers a second", f"{one.rate:.0f}"),
            Figure("two processes, answers a second", f"{two.rate:.0f}"),
            Figure("one process to stock loop", f"{one.rate / bare.rate:.2f}"),
            Figure("two processes to one", f"{two.rate / one.rate:.2f}"),
            Figure("one process, processor ms an answer", f"{one.cpu_ms:.2f}"),
        ],
        ["Without the server's own processor time, which shares the same cores."],
    )


def _answered(world: Prepared, server: str, *, helped: bool) -> Answered:
    with world.copy() as copied, _database(server) as url:
        mine = fill_database(copied, url)
        with mine.sandbox() as x, mine.daemon(x, AT_ONCE) as daemon:
            if not helped:
                return answer_waves(x, daemon, mine.usernames, WAVES)
            command = [*tweetserve(), "run", "--only", "work"]
            with Process("worker", command, mine.folder, daemon.settings) as worker:
                wait_until(lambda: "Serving @" in worker.said(), "its first words", worker)
                return answer_waves(x, daemon, mine.usernames, WAVES)


@contextmanager
def _database(server: str) -> Iterator[str]:
    """A database of its own on the server, dropped afterwards."""
    name = f"bench_{uuid.uuid4().hex[:12]}"
    made = make_url(server).set(drivername="postgresql")
    admin = made.render_as_string(hide_password=False)
    _run(admin, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield made.set(database=name).render_as_string(hide_password=False)
    finally:
        _run(admin, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _run(server: str, statement: sql.Composed) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)
