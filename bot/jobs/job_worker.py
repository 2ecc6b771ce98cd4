"""Procrastinate as dispatcher: fetches the jobs of waiting rows and asks for their work to be done.

On PostgreSQL it stands where, on SQLite, threads look at the rows by themselves. It decides which process
works, when, and on how much at once. What is done, and whether it may be done, is decided by the same claims
on both: a job that comes too late, twice or for nothing does no harm.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import structlog

from bot.crash_points import CrashPoint, reach
from storage.dispatching.row_jobs import Task

log = structlog.get_logger()

LOOK_EVERY_SECONDS = 1.0  # for jobs whose time has come: nothing tells of that
HEARTBEAT_SECONDS = 1.5
# A worker silent for longer is taken for dead, and its jobs are dropped: their rows get new ones when due.
SILENT_SECONDS = 6.0
_AFTER_TROUBLE = 1.0
_CONNECTIONS = 4  # jobs are fetched one at a time for each queue, and closed beside it
_JOBS_MAY_END_IN = 2.0  # seconds, when stopping; what they asked for is ended by those they asked

Ask = Callable[[], "Future[None]"]


@dataclass(frozen=True, slots=True)
class Queue:
    """One kind of work: whom to ask for it, and how many jobs at once."""

    task: Task
    ask: Ask
    at_once: int


class JobWorker:
    """Works off the queues of one process, from `start` to `stop`, on a thread of its own.

    Trouble with the database ends Procrastinate's worker; it is started again until `stop`.
    """

    def __init__(self, conninfo: str, queues: list[Queue]) -> None:
        """`conninfo`: the database, as psycopg takes it."""
        self._conninfo = conninfo
        self._queues = queues
        self._stopping = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._working: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, within_seconds: float = 8.0) -> None:
        """Fetches nothing more and waits for the jobs under way, but no longer than so many seconds."""
        self._stopping.set()
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._cancel)
        self._thread.join(within_seconds)

    def _cancel(self) -> None:
        if self._working is not None:
            self._working.cancel()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(_told_elsewhere)
        while not self._stopping.is_set():
            self._working = asyncio.create_task(self._work())
            if self._stopping.is_set():  # asked between the two lines above
                self._cancel()
            try:
                await self._working
            except asyncio.CancelledError:
                return
            except Exception as trouble:  # noqa: BLE001 - whatever it is, work goes on when it can
                self._tell(trouble)
            await asyncio.sleep(_AFTER_TROUBLE)

    def _tell(self, trouble: BaseException) -> None:
        while isinstance(trouble, BaseExceptionGroup):
            trouble = trouble.exceptions[0]
        log.warning("dispatching begins anew", why=repr(trouble.__cause__ or trouble)[:200])

    async def _work(self) -> None:
        from procrastinate import App, PsycopgConnector  # noqa: PLC0415 - 0.2 s that SQLite never needs

        connector = PsycopgConnector(
            conninfo=self._conninfo, min_size=1, max_size=_CONNECTIONS, kwargs={"connect_timeout": 5}
        )
        app = App(connector=connector)
        for queue in self._queues:
            app.task(name=queue.task.value, queue=queue.task.value)(_asking(queue.ask))
        async with app.open_async(), asyncio.TaskGroup() as workers:
            for queue in self._queues:
                workers.create_task(self._worker(app, queue))

    async def _worker(self, app: Any, queue: Queue) -> None:
        await app.run_worker_async(
            name=f"tweetserve-{queue.task.value}",
            queues=[queue.task.value],
            concurrency=queue.at_once,
            fetch_job_polling_interval=LOOK_EVERY_SECONDS,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=SILENT_SECONDS,
            shutdown_graceful_timeout=_JOBS_MAY_END_IN,
            delete_jobs="always",  # they tell nothing that the rows and the journal do not tell better
            install_signal_handlers=False,
        )
        # After trouble with the database a worker ends as if all were well.
        raise ConnectionError(f"the worker of {queue.task.value} has ended")


def _asking(ask: Ask) -> Callable[..., Coroutine[Any, Any, None]]:
    async def job(row: int) -> None:
        """The row says why the job was made. Which row is taken the claim decides: the most urgent."""
        del row
        reach(CrashPoint.JOB_TAKEN)
        await asyncio.shield(asyncio.wrap_future(ask()))
        reach(CrashPoint.JOB_DONE)

    return job


def _told_elsewhere(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A job that was dropped while it was being done cannot be closed: that is no news to anybody."""
    log.debug("job not closed", why=str(context.get("exception") or context.get("message"))[:200])
