"""Notices commands that burn the CPU beyond their deadline, and has the daemon start again without them.

A thread that computes cannot be ended, only its process can. That is recorded before: at the third time the
command is switched off, so that the daemon does not start again and again.
"""

import signal
import threading
from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy.engine import Connection

from bot.alarm_bell import AlarmBell, AlarmCode
from bot.clock import Clock
from bot.flow.invoke import Invoker
from storage import journal
from storage.database import Database, StorageTrouble
from storage.journal import Entry
from storage.upkeep import switches

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 1.0
BEYOND = 3  # deadlines, after which a run that computes is no longer waited for
MOST_TIMES = 3
LEAST_LEASH_SECONDS = 5.0


class CommandAlarm(AlarmCode):
    """Codes of alarm rows, each with its sentences."""

    BURNS = (
        "command-burns-cpu",
        "A command computed for far longer than it may, three times.",
        "Customers who ask it are told that it is not to be had now; all others are answered.",
        "The bot has switched the command off, and has started again each time to be rid of it.",
        "Mend the command, then type `tweetserve act command NAME on`.",
    )


class CpuLeash:
    """Ends this process when one of its commands lets nobody else compute at all.

    Code written in C may keep Python's one lock for as long as it likes, a careless regular expression for
    years: then no thread of ours can notice anything. So the kernel is asked to end the process after so much
    of the CPU (time while it is frozen does not count), and asked anew each second by whoever still can.
    What was being handled is then found suspect, like after any other end.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def lengthen(self) -> None:
        """This process gets that much of the CPU from now on."""
        signal.setitimer(signal.ITIMER_PROF, self._seconds)

    def take_off(self) -> None:
        """It lives as long as it likes. The timer would outlast a new program in this process."""
        signal.setitimer(signal.ITIMER_PROF, 0)


class BurnWatch:
    """Looks each second. `restart` is told why a new start is needed, once all is on record."""

    def __init__(
        self,
        invoker: Invoker,
        database: Database,
        bell: AlarmBell,
        clock: Clock,
        *,
        brand_id: str,
        deadline: timedelta,
    ) -> None:
        # Set by whoever runs the daemon, before `start`.
        self.restart: Callable[[str], object] = lambda _: None
        self._invoker = invoker
        self._database = database
        self._bell = bell
        self._clock = clock
        self._brand_id = brand_id
        self._deadline_seconds = deadline.total_seconds()
        self._leash = CpuLeash(max(BEYOND * self._deadline_seconds, LEAST_LEASH_SECONDS))
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="burning", daemon=True)

    def start(self) -> None:
        self._leash.lengthen()
        self._thread.start()

    def stop(self, seconds: float) -> None:
        self._ending.set()
        self._thread.join(timeout=seconds)
        self._leash.take_off()

    def look(self) -> bool:
        """Records what burns, if anything does, and asks for a new start; whether it did."""
        try:
            burning = self.burning()
            if burning:
                self._database.write(lambda c: self._record(c, burning))
            elif self._database.read(self._alarm_is_over):
                now = self._clock.now()
                self._database.write(lambda c: self._bell.end(c, CommandAlarm.BURNS, now))
        except StorageTrouble as trouble:
            log.warning("database trouble", kind=trouble.kind.value, job="burning")
            return False  # what is not on record is not acted upon: the next look does it
        if burning:
            self.restart(f"{', '.join(f'#{name}' for name in burning)} burns the CPU")
        return bool(burning)

    def burning(self) -> list[str]:
        """The commands of which a run is far beyond its deadline and was computing, not waiting.

        Several that compute at once share the CPU, and the others take their part: one deadline's worth of
        it tells them from those that wait.
        """
        limit = self._deadline_seconds
        return sorted(
            {
                one.command
                for one in self._invoker.overruns()
                if one.seconds >= BEYOND * limit and one.cpu_seconds >= limit
            }
        )

    def _serve(self) -> None:
        while not self._ending.wait(LOOK_EVERY_SECONDS):
            self._leash.lengthen()
            try:
                if self.look():
                    return
            except Exception:  # the boundary of the thread: there is a next look
                log.exception("looking for what burns failed")

    def _record(self, connection: Connection, burning: list[str]) -> None:
        now, entries = self._clock.now(), []
        for command in burning:
            times = switches.burnt(connection, self._brand_id, command, now)
            log.error("command burns the CPU", command=command, times=times)
            entries.append(Entry("burnt the CPU", None, f"command:{command}", {"times": times}))
            if times >= MOST_TIMES:
                why = f"burnt the CPU {times} times"
                if switches.switch_off(connection, self._brand_id, command, why, now):
                    entries.append(Entry("switched off", None, f"command:{command}", {"why": why}))
                self._bell.ring(connection, CommandAlarm.BURNS, f"#{command}", now)
        journal.write(connection, self._brand_id, entries, now)

    def _alarm_is_over(self, connection: Connection) -> bool:
        """Whether the alarm stands although a colleague has switched on again what it is about."""
        stands = self._bell.may_stand(connection, CommandAlarm.BURNS)
        return stands and not switches.any_burnt_out(connection, self._brand_id, MOST_TIMES)
