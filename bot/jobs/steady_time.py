"""A scheduler whose waiting no change of the wall clock can touch.

APScheduler asks its time zone for the time. Were that the wall clock, setting it back by an hour
would silence all polling for an hour. The "time zone" given to it here answers with an instant that only
counts seconds since the start, whatever the wall clock says; its dates mean nothing and are shown to nobody.
"""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo

import structlog
from apscheduler.executors.base import BaseExecutor, run_job  # type: ignore[import-untyped]
from apscheduler.job import Job  # type: ignore[import-untyped]
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]

log = structlog.get_logger()

_START = datetime(2000, 1, 1, tzinfo=UTC)


class SteadyTime(tzinfo):
    """Counts seconds from an arbitrary day on, by the machine's monotonic clock."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._begun = monotonic()

    def now(self) -> datetime:
        steady = _START + timedelta(seconds=self._monotonic() - self._begun)
        return steady.replace(tzinfo=self)

    def fromutc(self, _: datetime) -> datetime:
        return self.now()

    def utcoffset(self, _: datetime | None) -> timedelta:
        return timedelta(0)

    def dst(self, _: datetime | None) -> timedelta:
        return timedelta(0)

    def tzname(self, _: datetime | None) -> str:
        return "steady"


class _JobThreads(BaseExecutor):  # type: ignore[misc]  # APScheduler ships no types
    """Runs jobs on threads that do not keep the process from ending.

    Python waits for a pool's threads when it exits: one job that hangs would then keep the daemon alive.
    """

    def __init__(self, threads: int) -> None:
        super().__init__()
        self._work: queue.SimpleQueue[tuple[Job, list[datetime]] | None] = queue.SimpleQueue()
        self._ending = False
        self.threads: Sequence[threading.Thread] = [
            threading.Thread(target=self._serve, name=f"job-{number}", daemon=True)
            for number in range(threads)
        ]

    def start(self, scheduler: BackgroundScheduler, alias: str) -> None:
        super().start(scheduler, alias)
        for thread in self.threads:
            thread.start()

    def shutdown(self, wait: bool = True) -> None:  # noqa: ARG002  # the name is APScheduler's
        """Begins no further job. Never waits: the caller holds locks that a job may need to end."""
        self._ending = True
        for _ in self.threads:
            self._work.put(None)

    def _do_submit_job(self, job: Job, run_times: list[datetime]) -> None:
        self._work.put((job, run_times))

    def _serve(self) -> None:
        while (work := self._work.get()) is not None:
            if not self._ending:
                job, run_times = work
                self._run_job_success(job.id, run_job(job, "default", run_times, self._logger.name))


class SteadyScheduler:
    """Runs jobs after a wait, each at most once at a time."""

    def __init__(self, threads: int = 8) -> None:
        self._time = SteadyTime()
        self._stopped = False
        self._jobs = _JobThreads(threads)
        self._scheduler = BackgroundScheduler(
            timezone=self._time,
            executors={"default": self._jobs},
            # The grace would be judged by the wall clock; a late job is run once, as soon as it can be.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            daemon=True,
        )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self, within_seconds: float = 8.0) -> None:
        """Starts no further job, and waits for those that run, but no longer than so many seconds.

        A job that has not ended by then is left behind; it does not keep the process from ending.
        """
        self._stopped = True  # before all else: a job that ends now must not plan its next run
        if not self._scheduler.running:
            return
        deadline = time.monotonic() + within_seconds
        self._scheduler.shutdown(wait=False)
        for thread in self._jobs.threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def run_in(self, wait: timedelta, name: str, job: Callable[[], object]) -> None:
        """Runs the job once after the wait; a run of the same name that has not begun yet is replaced.

        A job may plan its next run as its last act: it then still counts as running, so more than one
        instance is allowed here. That runs do not overlap is up to such a job. Nothing is planned any more
        once the scheduler is stopped.
        """
        if self._stopped:
            return
        self._scheduler.add_job(
            job,
            "date",
            run_date=self._time.now() + max(wait, timedelta(0)),
            id=name,
            replace_existing=True,
            max_instances=100,
        )

    def due_in(self, name: str) -> timedelta | None:
        """How long until the job of this name runs; None: it is not planned."""
        job = self._scheduler.get_job(name)
        return None if job is None else job.next_run_time - self._time.now()

    def run_every(
        self,
        interval: timedelta,
        name: str,
        job: Callable[[], object],
        *,
        unless_done: timedelta | None = None,
    ) -> None:
        """Runs the job now, and again so long after each run has ended, so that no two ever overlap.

        `unless_done`: the interval after a run that says False: it was not this process's to do.

        APScheduler's own interval would count in wall time, which this scheduler's zone does not have.
        """

        def run() -> None:
            wait = interval
            try:
                if job() is False and unless_done is not None:
                    wait = unless_done
            except Exception:  # the boundary of the job: there is a next time
                log.exception("job failed", job=name)
            finally:
                self.run_in(wait, name, run)

        self.run_in(timedelta(0), name, run)
