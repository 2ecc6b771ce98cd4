"""One job for each row that waits, deferred in the transaction that makes the row wait; on SQLite nothing.

A job names its row, and its lock is the row's conversation, so that what one person asks is dispatched in
order. That it is *done* in order, and once, is the claims' doing and not the jobs'.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

_LOWEST = 9  # our priorities: 0 urgent … 9 idle; Procrastinate takes the highest first


class Task(StrEnum):
    """What a job is for: also the name of its queue."""

    HANDLE = "handle"  # the row is a mention
    SEND = "send"  # the row is a delivery


_withdraw = sa.text(
    "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND task_name = :task"
    r" AND (args->>'row')\:\:bigint = ANY (CAST(:rows AS bigint[]))"
)


@dataclass(frozen=True)
class RowJob:
    """A row to be dispatched: which, in which order, and not before when (lease clock; 0: at once)."""

    row_id: int
    conversation: str
    priority: int
    due_ms: int = 0


def defer(connection: Connection, task: Task, rows: Iterable[RowJob]) -> None:
    """Makes the rows' jobs in the caller's transaction: a job is seen if and only if its row is."""
    if connection.dialect.name == "sqlite":
        return  # there the one process that owns the file looks at the rows by itself
    jobs = [_job(task, row) for row in rows]
    if jobs:
        _manager().batch_defer_jobs(jobs=jobs, connection=connection.connection.driver_connection)


def withdraw(connection: Connection, task: Task, row_ids: Sequence[int]) -> None:
    """Takes away the waiting jobs of rows that were claimed along with another: they are needless."""
    if connection.dialect.name != "sqlite" and row_ids:
        connection.execute(_withdraw, {"task": task.value, "rows": list(row_ids)})


def _job(task: Task, row: RowJob) -> Any:
    from procrastinate.jobs import Job  # noqa: PLC0415 - 0.2 s that SQLite never needs

    return Job(
        id=None,
        queue=task.value,
        task_name=task.value,
        lock=f"{task.value}:{row.conversation}",
        # A second job for a row does no harm, and a queueing lock would fail the transaction that has one.
        queueing_lock=None,
        priority=_LOWEST - row.priority,
        task_kwargs={"row": row.row_id},
        # On PostgreSQL the lease clock is the server's, so this is the server's own time.
        scheduled_at=datetime.fromtimestamp(row.due_ms / 1000, UTC) if row.due_ms else None,
    )


@cache
def _manager() -> Any:
    from procrastinate import SyncPsycopgConnector  # noqa: PLC0415 - as above
    from procrastinate.manager import JobManager  # noqa: PLC0415 - as above

    return JobManager(SyncPsycopgConnector())  # never opened: each call brings its connection
