"""When X is looked at: mentions and messages, each as often as its setting says and X's windows allow.

A run plans the next one when it ends. So runs never overlap, a late one is not made up in a burst, and each
wait can follow what X has just said about its windows.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

import structlog

from bot.alarm_bell import AlarmBell
from bot.clock import Clock
from bot.jobs.roles import Role
from bot.jobs.steady_time import SteadyScheduler
from bot.x.budget import Budget
from bot.x.client import MENTIONS, MESSAGES
from bot.x.feeds.polled import Polled
from bot.x.outcomes import Later, LaterWhy
from bot.x.pauses import EVERYTHING
from bot.x.route_limits import next_call_in
from bot.x.x_alarms import XAlarm
from storage.database import Database, StorageTrouble
from storage.promises import pendings
from storage.upkeep import windows

log = structlog.get_logger()

# X not answering is rung only after this: shorter silences are everyday.
DOWN_AFTER = timedelta(minutes=5)
# After trouble on our own side (the database, a bug) the next look waits this long.
TROUBLE_PAUSE = timedelta(seconds=3)
# Somebody who has just written a message may write again.
TALKING = timedelta(minutes=2)
# A look that found nothing is not repeated sooner, even where no wait is set: it would only take time
# away from those who answer.
EMPTY_PAUSE = timedelta(milliseconds=20)
# Another process looks: whether it still does is not asked for more often than this.
NOT_OURS_PAUSE = timedelta(seconds=1)
# How often, at most, it is asked whether somebody is expected.
ASK_EVERY_SECONDS = 1.0
_DOWN = (LaterWhy.UNREACHABLE, LaterWhy.X_FAILED, LaterWhy.GARBLED)


@dataclass(frozen=True, slots=True)
class Intervals:
    """How long to wait between two looks, at least."""

    mentions: timedelta = timedelta(seconds=3)
    messages_idle: timedelta = timedelta(seconds=120)
    messages_expecting: timedelta = timedelta(seconds=5)


@dataclass
class _Feed:
    """One feed's planning."""

    route: str
    role: Role
    poll: Callable[[], Polled]
    due_at: float = 0.0  # monotonic seconds of the next run
    begun_at: float = 0.0
    running: bool = False
    failing_since: datetime | None = None
    stopped_until: datetime | None = None  # X's time; whoever is expected meanwhile waits as well
    lock: Lock = field(default_factory=Lock)


class Polling:
    """The looks at X's feeds, planned one after the other on a scheduler."""

    def __init__(
        self,
        database: Database,
        budget: Budget,
        bell: AlarmBell,
        clock: Clock,
        scheduler: SteadyScheduler,
        *,
        brand_id: str,
        poll_mentions: Callable[[], Polled],
        poll_messages: Callable[[], Polled],
        intervals: Intervals,
        on_storage_trouble: Callable[[StorageTrouble], None] = lambda _: None,
        is_ours: Callable[[Role], bool] = lambda _: True,
        ask_for_role_every: timedelta = timedelta(seconds=5),
    ) -> None:
        """`is_ours`: whether it is this process that looks at a feed, of all that serve the brand."""
        self._database = database
        self._budget = budget
        self._bell = bell
        self._clock = clock
        self._scheduler = scheduler
        self._brand_id = brand_id
        self._intervals = intervals
        self._on_storage_trouble = on_storage_trouble
        self._is_ours = is_ours
        self._ask_for_role_every = ask_for_role_every
        self._mentions = _Feed(MENTIONS, Role.MENTIONS, poll_mentions)
        self._messages = _Feed(MESSAGES, Role.MESSAGES, poll_messages)
        self._talking_until: datetime | None = None
        self._asked_at = float("-inf")
        self._may_be_down = True  # an alarm of the last run may still stand
        self._stopped = False

    def start(self) -> None:
        """Looks at both feeds at once, and then as often as planned."""
        self._plan(self._mentions, timedelta(0))
        self._plan(self._messages, timedelta(0))

    def stop(self) -> None:
        """Plans nothing more; a look under way ends by itself."""
        self._stopped = True

    def expect_messages(self) -> None:
        """Somebody was invited or asked to write: the next look at the messages need not wait for the idle
        one.

        Only a hint: who is expected stands in the database, and is asked for at each look at the mentions.
        """
        feed = self._messages
        if feed.running or self._stopped:
            return  # it plans itself when it ends, and will ask
        wait = self._wait(feed, self._intervals.messages_expecting)
        if self._clock.monotonic() + wait.total_seconds() < feed.due_at:
            self._plan(feed, wait)

    def run_mentions(self) -> None:
        """One look at the mentions, and the plan of the next."""
        self._run(self._mentions, lambda: self._intervals.mentions)
        self._look_whether_somebody_is_expected()

    def run_messages(self) -> None:
        """One look at the messages, and the plan of the next."""
        self._run(self._messages, self._messages_setting)

    def _run(self, feed: _Feed, setting: Callable[[], timedelta]) -> None:
        if self._stopped or not feed.lock.acquire(blocking=False):
            return
        try:
            feed.running = True
            feed.begun_at = self._clock.monotonic()
            wait = self._look(feed, setting)
        finally:
            feed.running = False
            feed.lock.release()
        self._plan(feed, wait)

    def _look(self, feed: _Feed, setting: Callable[[], timedelta]) -> timedelta:
        """Polls; how long to wait from now on. Whatever goes wrong, there is a next time."""
        try:
            if not self._is_ours(feed.role):
                # No longer than between two looks: who is expected is asked for at each.
                return min(self._ask_for_role_every, max(setting(), NOT_OURS_PAUSE))
            polled = feed.poll()
            self._judge(feed, polled)
            if polled.new and feed is self._messages:
                self._talking_until = self._clock.now() + TALKING
            feed.stopped_until = None if polled.stopped is None else polled.stopped.until
            wait = self._wait(feed, setting())
            log.debug(
                "looked", feed=feed.route, new=polled.new, complete=polled.is_complete,
                stopped=None if polled.stopped is None else polled.stopped.why.value,
                again_in=round(wait.total_seconds(), 3),
            )  # fmt: skip
            return wait if polled.new else max(wait, EMPTY_PAUSE)
        except StorageTrouble as trouble:
            log.error("database trouble", kind=str(trouble.kind), feed=feed.route)
            self._on_storage_trouble(trouble)
        except Exception:  # the boundary of the job: a bug must not end the polling
            log.exception("poll failed", feed=feed.route)
        return TROUBLE_PAUSE

    def _wait(self, feed: _Feed, setting: timedelta) -> timedelta:
        """From now to the next run: the setting counts from the beginning of the last one."""
        now = self._clock.now()
        known = self._database.read(lambda c: windows.find(c, self._brand_id, [feed.route, EVERYTHING]))
        since = timedelta(seconds=self._clock.monotonic() - feed.begun_at)
        reserve = self._budget.reserve_of(feed.route)
        wait = next_call_in(setting, known.get(feed.route), now, reserve) - since
        paused = [row.paused_until - now for row in known.values() if row.paused_until is not None]
        stopped = [feed.stopped_until - now] if feed.stopped_until is not None else []
        return max([timedelta(0), wait, *paused, *stopped])

    def _plan(self, feed: _Feed, wait: timedelta) -> None:
        if self._stopped:
            return
        feed.due_at = self._clock.monotonic() + wait.total_seconds()
        run = self.run_mentions if feed is self._mentions else self.run_messages
        self._scheduler.run_in(wait, f"poll {feed.route}", run)

    def _messages_setting(self) -> timedelta:
        now = self._clock.now()
        if self._talking_until is not None and now < self._talking_until:
            return self._intervals.messages_expecting
        expected = self._database.read(lambda c: pendings.anyone_expected(c, self._brand_id, now))
        return self._intervals.messages_expecting if expected else self._intervals.messages_idle

    def _look_whether_somebody_is_expected(self) -> None:
        seconds = self._clock.monotonic()
        if self._stopped or seconds - self._asked_at < ASK_EVERY_SECONDS:
            return
        self._asked_at = seconds
        try:
            if self._messages_setting() == self._intervals.messages_expecting:
                self.expect_messages()
        except StorageTrouble as trouble:
            self._on_storage_trouble(trouble)

    def _judge(self, feed: _Feed, polled: Polled) -> None:
        """Rings when X has not answered for a while, and ends that when it does."""
        now = self._clock.now()
        if polled.is_complete:
            if feed.failing_since is not None:
                log.info("X answers again", feed=feed.route)
            feed.failing_since = None
            both_well = self._mentions.failing_since is None and self._messages.failing_since is None
            if self._may_be_down and both_well:
                self._database.write(lambda c: self._bell.end(c, XAlarm.DOWN, now))
                self._may_be_down = False
            return
        if isinstance(polled.outcome, Later) and polled.outcome.why in _DOWN:
            feed.failing_since = feed.failing_since or now
            self._may_be_down = True
            log.warning("X does not answer", feed=feed.route, why=polled.outcome.why.value)
            if now - feed.failing_since >= DOWN_AFTER:
                detail = f"{feed.route}: {polled.outcome.why.gloss}"
                self._database.write(lambda c: self._bell.ring(c, XAlarm.DOWN, detail, now))
        elif polled.outcome is not None:
            log.warning("X refuses a read", feed=feed.route, outcome=repr(polled.outcome)[:300])
