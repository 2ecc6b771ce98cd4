"""Builds what dispatches on PostgreSQL, where several processes share the rows: Procrastinate and a sweep."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.jobs.job_worker import Ask, JobWorker, Queue
from bot.jobs.orphan_sweep import OrphanSweep
from bot.serving.shared import Shared
from storage.dispatching.row_jobs import Task

# Jobs fetched for each thread that decides: they are written in batches, and a batch has to gather somewhere.
DECIDED_TOGETHER = 8


@dataclass(frozen=True, slots=True)
class Jobs:
    """The worker of this process, and its look for rows whose jobs are lost."""

    worker: JobWorker
    orphans: OrphanSweep


def build_jobs(shared: Shared, handle: Ask, send: Ask, holds_before: Callable[[], datetime]) -> Jobs:
    """`handle` and `send` ask for one piece of work each; what is older than `holds_before` waits."""
    settings = shared.settings
    queues = [
        Queue(Task.HANDLE, handle, settings.handlers * DECIDED_TOGETHER),
        Queue(Task.SEND, send, settings.senders),
    ]
    return Jobs(
        JobWorker(shared.database.conninfo, queues),
        OrphanSweep(
            shared.database,
            shared.lease_clock,
            shared.clock,
            brand_id=shared.brand_id,
            holds_before=holds_before,
        ),
    )
