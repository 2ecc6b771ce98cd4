"""The points at which the torture machine ends or freezes this process: one name per boundary of the flow.

A crash between two steps is only as well tested as it is often met, and one at random is hardly ever met. So
each boundary has a name, and `TWEETSERVE_CRASH_AT` arms one of them for the life of a process:
`NAME:COUNT:kill:FILE` or `NAME:COUNT:stop:FILE`. At its COUNT-th passing the point is noted in FILE and the
process kills itself, or freezes until somebody continues it. It is no setting, since nobody who serves
customers wants it. Not armed, a point is a call of an empty function.

They stand around each commit that a mention or an answer passes, and around what several processes share.
What is done by the clock beside that flow (alarms, notices, backups, incidents, probes, the look after a
backup) has none: each is one transaction that the next look does again.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from enum import StrEnum

VARIABLE = "TWEETSERVE_CRASH_AT"


class CrashPoint(StrEnum):
    """Where; *writing* is inside a transaction whose work is done, the next name is after its commit."""

    READ_BOOKED = "read-booked"  # a read's money is reserved, nothing has left
    READ_ANSWERED = "read-answered"  # X has answered and charged, nothing is kept
    PAGE_WRITING = "page-writing"
    PAGE_WRITTEN = "page-written"
    CLAIMING = "claiming"
    CLAIMED = "claimed"
    DECIDED = "decided"  # the commands have run
    DECISION_WRITING = "decision-writing"
    DECISION_WRITTEN = "decision-written"
    SENDING_WRITING = "sending-writing"  # what came back is recorded and what leaves is marked, together
    SENDING_WRITTEN = "sending-written"
    CALL_BEGUN = "call-begun"
    CALL_CHECKING = "call-checking"  # just before the last look at lease and deadline
    CALL_LEAVING = "call-leaving"  # just after it, before the first byte
    CALL_SENT = "call-sent"  # the last byte has left, no answer is read
    CALL_ANSWERED = "call-answered"  # the answer is read, and on no record
    LOOK_CLAIMED = "look-claimed"  # what is unsure is taken, to be looked for at X
    LOOK_SEEN = "look-seen"
    LOOK_WRITING = "look-writing"
    LOOK_WRITTEN = "look-written"
    MENTIONS_SWEEPING = "mentions-sweeping"  # lapsed claims are given back
    MENTIONS_SWEPT = "mentions-swept"
    SENDINGS_SWEEPING = "sendings-sweeping"  # what was being sent when its sender ended becomes unsure
    SENDINGS_SWEPT = "sendings-swept"
    ROLE_TAKING = "role-taking"  # taken, or kept for longer
    ROLE_TAKEN = "role-taken"
    JOB_TAKEN = "job-taken"  # Procrastinate has handed out a row's job
    JOB_DONE = "job-done"  # its row is done with, and the job not closed yet
    ORPHANS_SWEEPING = "orphans-sweeping"  # jobs of dead workers are dropped, rows without one get another
    ORPHANS_SWEPT = "orphans-swept"


# Boundaries that only PostgreSQL has.
OF_POSTGRESQL = frozenset(
    {CrashPoint.JOB_TAKEN, CrashPoint.JOB_DONE, CrashPoint.ORPHANS_SWEEPING, CrashPoint.ORPHANS_SWEPT}
)
# A process frozen between its last look at the lease and its first byte sends late, whatever we do; see the
# honest limits in docs/how-it-works.md. Everywhere else it must find out by itself.
NO_STOP = frozenset({CrashPoint.CALL_CHECKING, CrashPoint.CALL_LEAVING})
_WINDOW_PATIENCE_SECONDS = 2.0


def points_of(*, on_sqlite: bool) -> list[CrashPoint]:
    """Those that a process on this kind of database can pass."""
    return [point for point in CrashPoint if not (on_sqlite and point in OF_POSTGRESQL)]


class Armed:
    """One armed point of this process."""

    def __init__(
        self, told: str, *, end: Callable[[], None] | None = None, freeze: Callable[[], None] | None = None
    ) -> None:
        """`told` is the variable's value. Raises: ValueError where it names no point or nothing to do."""
        name, count, how, file = told.split(":", 3)
        self._point, self._left = CrashPoint(name), int(count)
        if how not in ("kill", "stop") or (how == "stop" and self._point in NO_STOP):
            raise ValueError(f"{VARIABLE} cannot {how} at {name}")
        self._how, self._file = how, file
        self._end = end or (lambda: os.kill(os.getpid(), signal.SIGKILL))
        self._freeze = freeze or (lambda: os.kill(os.getpid(), signal.SIGSTOP))
        self._gate = threading.Lock()
        self._counting = threading.Lock()
        self._leaving: set[int] = set()  # threads between their last look at the lease and their last byte

    def reach(self, point: CrashPoint) -> None:
        """This thread is here now."""
        if point is CrashPoint.CALL_CHECKING:
            with self._gate:
                self._leaving.add(threading.get_ident())
        elif point in (CrashPoint.CALL_SENT, CrashPoint.CALL_ANSWERED):
            self._leaving.discard(threading.get_ident())
        if point is self._point and self._is_due():
            self._happen()

    def _is_due(self) -> bool:
        with self._counting:
            self._left -= 1
            return self._left == 0

    def _happen(self) -> None:
        if self._how == "kill":
            self._note()
            self._end()
            return
        with self._gate:  # nobody begins to leave, and who has begun is waited for
            patience = time.monotonic() + _WINDOW_PATIENCE_SECONDS
            while self._leaving:
                if time.monotonic() > patience:
                    return
                threading.Event().wait(0.001)
            self._note()
            self._freeze()

    def _note(self) -> None:
        noted = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(noted, f"{self._point.value} {self._how} {os.getpid()}\n".encode())
        os.close(noted)


def _passed_by(_: CrashPoint) -> None:
    """Nothing is armed."""


_told = os.environ.get(VARIABLE)
reach: Callable[[CrashPoint], None] = Armed(_told).reach if _told else _passed_by
