"""Builds what serves one brand: what looks at X, what decides, what sends, and the order in which they run.

`Serving` holds the parts, each of which can also be driven step by step; `as_daemon` lets them run by
themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from bot.app import WEB, Deciding, build_incident_jobs, build_lost_time, our_time_since
from bot.daemon import Daemon, Part
from bot.flow import enqueue
from bot.flow.context import free_reference
from bot.flow.dispatch import Dispatcher
from bot.flow.handle import Handler, Timing
from bot.flow.outgoing.colleagues import Colleagues
from bot.flow.outgoing.leaving import Terms
from bot.flow.receive import received_message, received_post
from bot.flow.reconcile import Reconciler
from bot.flow.restored import adopted_rows
from bot.flow.restored.lost_time import LostTime
from bot.flow.send import Sender
from bot.health import HealthServer
from bot.jobs.burning import BurnWatch
from bot.jobs.delay_notices import EVERY as LOOK_FOR_DELAYS
from bot.jobs.delay_notices import DelayNotices
from bot.jobs.handler_threads import HandlerThreads
from bot.jobs.hourly import EVERY as HOURLY
from bot.jobs.hourly import HourlyUpkeep
from bot.jobs.incident_jobs import LOOK_FOR_ENDS, LOOK_FOR_SURGES, IncidentJobs
from bot.jobs.orphan_sweep import EVERY as LOOK_FOR_ORPHANS
from bot.jobs.poll import Polling
from bot.jobs.release import EVERY as LOOK_FOR_QUIET
from bot.jobs.release import Release
from bot.jobs.ring import AppriseBell, Ringer
from bot.jobs.roles import Role, Roles
from bot.jobs.steady_time import SteadyScheduler
from bot.readings import Readings
from bot.serving.delay_notices_of import build_delay_notices
from bot.serving.jobs_of_rows import Jobs, build_jobs
from bot.serving.looks_at_x import build_feeds, build_own_post_feed, build_polling, build_roles
from bot.serving.shared import Shared, learn_pilot_names
from bot.serving.watching import Watching, build_burn_watch, build_watching
from bot.x.feeds.intake import Intake
from bot.x.feeds.mention_feed import MentionFeed
from bot.x.feeds.message_feed import MessageFeed
from bot.x.feeds.own_post_feed import OwnPostFeed
from commands.hours import NeverOpen
from commands.refusals import FAULT_ANSWERED_WITHIN
from storage import inbox, outbox
from storage.upkeep import brand, leases, notices


@dataclass(frozen=True, slots=True)
class Serving:
    """One brand's serving, built and not yet started."""

    shared: Shared
    mention_feed: MentionFeed
    message_feed: MessageFeed
    own_post_feed: OwnPostFeed
    lost_time: LostTime
    handler: Handler
    handler_threads: HandlerThreads
    sender: Sender
    reconciler: Reconciler
    dispatcher: Dispatcher
    jobs: Jobs | None  # None: nobody but this process works on its rows
    scheduler: SteadyScheduler
    polling: Polling
    roles: Roles
    hourly: HourlyUpkeep
    release: Release
    delays: DelayNotices
    watching: Watching
    burning: BurnWatch
    incidents: IncidentJobs
    ringer: Ringer | None  # None: nobody is to be rung
    readings: Readings

    def take_over(self) -> None:
        """Frees what an earlier process of this database held. For the one process that owns the file.

        On PostgreSQL other processes may be at work: there their leases decide. Raises: StorageTrouble.
        """
        shared = self.shared
        sole = shared.database.is_sqlite

        def after_a_boot(connection: Connection) -> None:
            if sole:
                leases.free_all(connection, shared.brand_id)
            if sole and brand.note_boot(connection, shared.brand_id, shared.lease_clock.boot_id):
                for rows in (inbox, outbox, notices):
                    rows.forget_lease_clock(connection, shared.brand_id)

        shared.database.write(after_a_boot)
        self.lost_time.begin()
        self.handler.sweep(sole=sole)
        self.sender.sweep(sole=sole)

    def as_daemon(self, health: HealthServer, *, only_work: bool = False) -> Daemon:
        """All parts in the order in which they start; they stop in the opposite one.

        `health` serves already, so that its port is known to be ours before anything is begun. `only_work`:
        other processes look at X and do what is done by the clock.
        """
        self.shared.metrics.read_on_scrape(self.readings.gauges)
        parts = [
            Part("health", lambda: health.ask(self.readings.why_not_ready), lambda _: health.close()),
            Part("take over", self.take_over, lambda _: None),
            Part("send", self.dispatcher.start, self.dispatcher.stop),
            Part("handle", self.handler_threads.start, self.handler_threads.stop),
            Part("burning", self.burning.start, self.burning.stop),
        ]
        if self.jobs is not None:
            parts.append(Part("jobs", self.jobs.worker.start, self.jobs.worker.stop))
        parts.append(Part("clock", lambda: self._start_jobs(only_work), self._stop_jobs))
        if not only_work:
            parts.append(Part("poll", self.polling.start, lambda _: self._stop_looking()))
        daemon = Daemon(parts, self.shared.clock.monotonic)
        self.burning.restart = daemon.ask_to_start_again
        return daemon

    def _stop_looking(self) -> None:
        self.polling.stop()
        self.shared.client.cut_reads()  # a read under way is made again after the next start

    def _start_jobs(self, only_work: bool) -> None:
        self.scheduler.start()
        if self.jobs is not None:
            self.scheduler.run_every(LOOK_FOR_ORPHANS, "orphans", self.jobs.orphans.run)
        self.scheduler.run_in(timedelta(0), "lost time", self._look_for_lost_time)
        if only_work:
            return
        self.scheduler.run_every(self.roles.renewed_every, "roles", self.roles.keep)
        self._run_for_all(HOURLY, "hourly", self.hourly.run)
        self._run_for_all(HOURLY, "found answers", self.lost_time.forget_words)
        self._run_for_all(LOOK_FOR_QUIET, "release", self.release.run)
        self._run_for_all(LOOK_FOR_DELAYS, "delays", self.delays.run)
        self.watching.start(self._run_for_all)
        self._run_for_all(LOOK_FOR_ENDS, "incidents", self.incidents.keeper.run)
        self._run_for_all(LOOK_FOR_SURGES, "surges", self.incidents.surges.run)
        if self.shared.settings.only_accounts:  # a name that X could not tell at the start is asked again
            self._run_for_all(ASK_FOR_NAMES, "pilot", lambda: learn_pilot_names(self.shared))
        if self.ringer is not None:
            self.scheduler.run_every(LOOK_FOR_NOTICES, "ring", self.ringer.run)

    def _run_for_all(self, interval: timedelta, name: str, job: Callable[[], object]) -> None:
        """Runs a job that one process does for all; whoever takes the role over runs it at once."""

        def run() -> bool:
            ours = self.roles.holds(Role.JOBS)
            if ours:
                job()
            return ours

        self.scheduler.run_every(interval, name, run, unless_done=self.roles.renewed_every)

    def _look_for_lost_time(self) -> None:
        if self.lost_time.run():
            self.scheduler.run_in(LOOK_FOR_LOST_TIME, "lost time", self._look_for_lost_time)

    def _stop_jobs(self, within_seconds: float) -> None:
        """Jobs get a part of the time only: an address that does not answer must not take it from answers."""
        if self.ringer is not None:
            self.ringer.stop()
        self.scheduler.stop(min(within_seconds, JOBS_MAY_TAKE_SECONDS))
        self.roles.give_up()
        if self.ringer is not None:
            self.ringer.let_go()


JOBS_MAY_TAKE_SECONDS = 2.0  # of the seconds that stopping may take in all
LOOK_FOR_LOST_TIME = timedelta(milliseconds=200)
LOOK_FOR_NOTICES = timedelta(seconds=2)
ASK_FOR_NAMES = timedelta(minutes=5)


class _Later:
    """A callback to a part that is built after the one that calls it."""

    def __init__(self) -> None:
        self.target: Callable[[], object] = lambda: None

    def __call__(self) -> None:
        self.target()


def build_serving(shared: Shared, deciding: Deciding) -> Serving:
    """All parts that serve one brand, wired and not yet started."""
    wake_handlers, hint_sender, go_on = _Later(), _Later(), _Later()
    lost_time = build_lost_time(
        shared.settings, shared.database, shared.row, shared.clock, shared.bell, go_on
    )
    intake = Intake(
        shared.brand_id,
        received_post,
        received_message,
        our_time_since=our_time_since(shared.settings, shared.row),
        wake=wake_handlers,
        metrics=shared.metrics,
        found=adopted_rows.found_by(shared.prices),
        keeps_words=lambda: lost_time.is_open,
    )
    own_posts = build_own_post_feed(shared, intake)
    lost_time.read_with(own_posts)
    roles = build_roles(shared)
    mention_feed, message_feed = build_feeds(shared, intake, roles)
    handler = _handler(shared, deciding, own_posts, lost_time, hint_sender)
    threads = HandlerThreads(handler, threads=shared.settings.handlers, on_request=shared.by_jobs)
    colleagues = Colleagues(own_posts, shared.clock, check_from=shared.settings.colleague_check_from)
    sender = _sender(shared, colleagues, lost_time)
    reconciler = _reconciler(shared, deciding, colleagues)
    readings = Readings(shared.database, shared.clock, shared.brand_id)
    dispatcher = _dispatcher(shared, sender, reconciler, readings)
    jobs = build_jobs(shared, threads.ask, dispatcher.ask, lambda: lost_time.holds_before)
    scheduler = SteadyScheduler()
    polling = build_polling(shared, scheduler, roles, mention_feed, message_feed, readings)
    wake_handlers.target = threads.wake
    hint_sender.target = dispatcher.hint
    go_on.target = lambda: [wake() for wake in (threads.wake, dispatcher.hint)]
    return Serving(
        shared=shared,
        mention_feed=mention_feed,
        message_feed=message_feed,
        own_post_feed=own_posts,
        lost_time=lost_time,
        handler=handler,
        handler_threads=threads,
        sender=sender,
        reconciler=reconciler,
        dispatcher=dispatcher,
        jobs=jobs if shared.by_jobs else None,
        scheduler=scheduler,
        polling=polling,
        roles=roles,
        hourly=_hourly(shared),
        release=_release(shared, deciding, own_posts),
        delays=build_delay_notices(shared, deciding, lambda: lost_time.holds_before, hint_sender),
        watching=build_watching(shared, deciding.house.calendar),
        burning=build_burn_watch(shared, deciding.invoker),
        incidents=build_incident_jobs(deciding, shared.clock, shared.bell, sending=shared.settings.sending),
        ringer=_ringer(shared),
        readings=readings,
    )


def _handler(
    shared: Shared,
    deciding: Deciding,
    own_posts: OwnPostFeed,
    lost_time: LostTime,
    enqueued: Callable[[], None],
) -> Handler:
    settings = shared.settings
    return Handler(
        database=shared.database,
        lease_clock=shared.lease_clock,
        owner=shared.owner,
        house=deciding.house,
        decider=deciding.decider,
        terms=enqueue.Terms(shared.brand_id, sending=settings.sending, web=WEB),
        clock=shared.clock,
        metrics=shared.metrics,
        timing=Timing(lease=settings.lease, colleague_check_from=settings.colleague_check_from),
        own_posts_read=own_posts.ensure_own_posts_read,
        enqueued=enqueued,
        holds_before=lambda: lost_time.holds_before,
    )


def _terms(shared: Shared) -> Terms:
    settings = shared.settings
    return Terms(
        shared.brand_id,
        shared.owner,
        lease=settings.lease,
        call_timeout=settings.x_call_timeout,
        oldest=settings.answer_up_to,
        lag=settings.x_lag,
        sending=settings.sending,
        web=WEB,
    )


def _sender(shared: Shared, colleagues: Colleagues, lost_time: LostTime) -> Sender:
    return Sender(
        database=shared.database,
        lease_clock=shared.lease_clock,
        clock=shared.clock,
        client=shared.client,
        budget=shared.budget,
        prices=shared.prices,
        terms=_terms(shared),
        metrics=shared.metrics,
        colleagues=colleagues,
        holds_before=lambda: lost_time.holds_before,
        left=lost_time.note_call,
    )


def _reconciler(shared: Shared, deciding: Deciding, colleagues: Colleagues) -> Reconciler:
    return Reconciler(
        database=shared.database,
        lease_clock=shared.lease_clock,
        clock=shared.clock,
        client=shared.client,
        reads=shared.reads,
        bell=shared.bell,
        terms=_terms(shared),
        new_mark=deciding.marks.take,
        metrics=shared.metrics,
        colleagues=colleagues,
    )


def _hourly(shared: Shared) -> HourlyUpkeep:
    return HourlyUpkeep(
        shared.database,
        shared.reads,
        shared.client,
        shared.budget,
        shared.bell,
        shared.clock,
        brand_id=shared.brand_id,
    )


def _dispatcher(shared: Shared, sender: Sender, reconciler: Reconciler, readings: Readings) -> Dispatcher:
    return Dispatcher(
        sender,
        reconciler,
        senders=shared.settings.senders,
        storage_trouble=readings.note_trouble,
        on_request=shared.by_jobs,
    )


def _release(shared: Shared, deciding: Deciding, own_posts: OwnPostFeed) -> Release:
    house = deciding.house

    def promise(now: datetime) -> tuple[str, datetime | None]:
        try:
            return free_reference(house), house.calendar.after(now, FAULT_ANSWERED_WITHIN)
        except NeverOpen:
            return free_reference(house), None

    return Release(
        shared.database,
        shared.clock,
        brand_id=shared.brand_id,
        promise=promise,
        own_posts_read=own_posts.ensure_own_posts_read,
    )


def _ringer(shared: Shared) -> Ringer | None:
    urls = shared.settings.people_urls
    if not urls:
        return None
    bell = AppriseBell(urls)
    return Ringer(shared.database, shared.lease_clock, shared.clock, bell, brand_id=shared.brand_id)
