"""Finds the rows that are due and have no live job, and gives them one: nothing rests on a job alone.

So jobs may be lost, one by one or all of them with their tables, and the rows are dispatched all the same.
For PostgreSQL only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.dispatching import job_tables
from storage.dispatching.row_jobs import RowJob, Task, defer
from storage.engine import conditions
from storage.engine.rows import literally
from storage.outbox import FOR_A_PERSON
from storage.states import Channel
from storage.tables import Delivery, Mention

_mentions, _deliveries = table_of(Mention), table_of(Delivery)
_jobs = sa.table("procrastinate_jobs", sa.column("task_name", sa.String))

AT_MOST = 200  # rows of a kind in one round; the next round goes on
_SWEEPING = 7_461_204  # the key of an advisory lock: one process at a time looks

_try_lock = sa.text("SELECT pg_try_advisory_xact_lock(:key)")
# A worker that is gone leaves its jobs as being done for ever, and their locks with them.
_drop_stalled = sa.text(
    "DELETE FROM procrastinate_jobs AS job WHERE job.status = 'doing' AND NOT EXISTS ("
    " SELECT 1 FROM procrastinate_workers AS worker WHERE worker.id = job.worker_id"
    " AND worker.last_heartbeat >= now() - make_interval(secs => :silence)) RETURNING job.id"
)


def _without_job(task: Task, row: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    # Word for word as the index on the jobs has it, or each of these is a walk through all jobs.
    its_row = sa.literal_column("(procrastinate_jobs.args->>'row')::bigint", sa.BigInteger)
    is_live: sa.ColumnElement[bool] = sa.literal_column("procrastinate_jobs.status IN ('todo', 'doing')")
    its_task = _jobs.c.task_name == sa.literal_column(f"'{task.value}'")
    return ~sa.exists().where(is_live, its_task, its_row == row).correlate_except(_jobs)


_earlier_mention = _mentions.alias("earlier")
_mentions_due = (
    sa.select(_mentions.c.id, _mentions.c.conversation_key, _mentions.c.priority, _mentions.c.due_ms)
    .where(
        _mentions.c.brand_id == sa.bindparam("brand"),
        literally(_mentions, conditions.WAITING),
        _mentions.c.due_ms <= sa.bindparam("until_ms"),
        _mentions.c.posted_at >= sa.bindparam("since", type_=_mentions.c.posted_at.type),
        ~sa.exists().where(
            _earlier_mention.c.brand_id == _mentions.c.brand_id,
            _earlier_mention.c.conversation_key == _mentions.c.conversation_key,
            _earlier_mention.c.position < _mentions.c.position,
            literally(_earlier_mention, conditions.OPEN_MENTION),
        ),
        _without_job(Task.HANDLE, _mentions.c.id),
    )
    .order_by(_mentions.c.priority, _mentions.c.id)
    .limit(AT_MOST)
)
_earlier_delivery = _deliveries.alias("earlier")
_deliveries_due = (
    sa.select(_deliveries.c.id, _deliveries.c.lane, _deliveries.c.priority, _deliveries.c.due_ms)
    .where(
        _deliveries.c.brand_id == sa.bindparam("brand"),
        literally(_deliveries, "state = 'queued'"),
        literally(_deliveries, conditions.OPEN_DELIVERY),
        _deliveries.c.channel == sa.bindparam("on_channel"),
        _deliveries.c.due_ms <= sa.bindparam("until_ms"),
        _deliveries.c.created_at >= sa.bindparam("since", type_=_deliveries.c.created_at.type),
        ~sa.exists().where(
            _earlier_delivery.c.brand_id == _deliveries.c.brand_id,
            _earlier_delivery.c.lane == _deliveries.c.lane,
            _earlier_delivery.c.id < _deliveries.c.id,
            literally(_earlier_delivery, conditions.OPEN_DELIVERY),
            _earlier_delivery.c.reason != FOR_A_PERSON,
        ),
        _without_job(Task.SEND, _deliveries.c.id),
    )
    .order_by(_deliveries.c.priority, _deliveries.c.id)
    .limit(AT_MOST)
)


@dataclass(frozen=True)
class Swept:
    """How many jobs of workers that are gone were dropped, and how many rows got a job."""

    dropped: int = 0
    mentions: int = 0
    deliveries: int = 0


def sweep(
    connection: Connection,
    brand_id: str,
    *,
    until_ms: int,
    since: datetime,
    channels: Sequence[Channel],
    silence_seconds: float,
) -> Swept:
    """Drops the jobs of workers that were silent for so long, and gives rows without a live job one.

    `until_ms` (lease clock): rows due by then; a job begins when its row is due. `since`: older mentions and
    deliveries are held back for now. `channels`: those on which something could be sent now. Only one process
    at a time looks; for the others nothing is swept.
    """
    if not connection.execute(_try_lock, {"key": _SWEEPING}).scalar():
        return Swept()
    job_tables.mend(connection)
    dropped = connection.execute(_drop_stalled, {"silence": silence_seconds}).all()
    due = {"brand": brand_id, "until_ms": until_ms, "since": since}
    mentions = [RowJob(*row) for row in connection.execute(_mentions_due, due)]
    deliveries = [
        RowJob(*row)
        for channel in channels
        for row in connection.execute(_deliveries_due, due | {"on_channel": channel.value})
    ]
    defer(connection, Task.HANDLE, mentions)
    defer(connection, Task.SEND, deliveries)
    return Swept(len(dropped), len(mentions), len(deliveries))
