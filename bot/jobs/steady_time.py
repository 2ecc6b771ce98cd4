"""A scheduler whose waiting no change of the wall clock can touch.

APScheduler asks its time zone for the time. Were that the wall clock, setting it back by an hour
would silence all polling for an hour. The "time zone" given to it here answers with an instant that only
counts seconds since the start, whatever the wall clock says; its dates mean nothing and are shown to nobody.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor  # type: ignore[import-untyped]
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


class SteadyScheduler:
    """Runs jobs after a wait, each at most once at a time."""

    def __init__(self, threads: int = 8) -> None:
        self._time = SteadyTime()
        self._stopped = False
        self._scheduler = BackgroundScheduler(
            timezone=self._time,
            executors={"default": ThreadPoolExecutor(threads)},
            # The grace would be judged by the wall clock; a late job is run once, as soon as it can be.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            daemon=True,
        )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self, within_seconds: float = 8.0) -> None:
        """Starts no further job, and waits for those that run, but no longer than so many seconds."""
        if self._scheduler.running:
            ending = threading.Thread(target=self._scheduler.shutdown, kwargs={"wait": True}, daemon=True)
            ending.start()
            ending.join(within_seconds)

    def run_in(self, wait: timedelta, name: str, job: Callable[[], object]) -> None:
        """Runs the job once after the wait; a run of the same name that has not begun yet is replaced.

        A job may plan its next run as its last act: it then still counts as running, so more than one
        instance is allowed here. That runs do not overlap is up to such a job.
        """
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

    def run_every(self, interval: timedelta, name: str, job: Callable[[], object]) -> None:
        """Runs the job now, and again so long after each run has ended, so that no two ever overlap.

        APScheduler's own interval would count in wall time, which this scheduler's zone does not have.
        """

        def run() -> None:
            try:
                job()
            except Exception:  # the boundary of the job: there is a next time
                log.exception("job failed", job=name)
            finally:
                if not self._stopped:
                    self.run_in(interval, name, run)

        self.run_in(timedelta(0), name, run)
