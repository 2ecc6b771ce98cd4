"""Builds what watches over the serving of one brand, from the settings."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.flow.invoke import Invoker
from bot.jobs.burning import BurnWatch
from bot.jobs.probe.probe import LOOK_EVERY as PROBE_LOOKS_EVERY
from bot.jobs.probe.probe import Probe
from bot.jobs.watch.looking import Thresholds
from bot.jobs.watch.watchdogs import EVERY as WATCH_EVERY
from bot.jobs.watch.watchdogs import Watchdogs, silence_by_feed
from bot.serving.shared import Shared
from commands.hours import Calendar

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Watching:
    """What watches over one brand's serving, built and not yet started."""

    watchdogs: Watchdogs
    probe: Probe | None  # None: switched off

    def start(self, run_every: Callable[[timedelta, str, Callable[[], object]], None]) -> None:
        """Lets both look as often as they do."""
        run_every(WATCH_EVERY, "watch", self.watchdogs.run)
        if self.probe is not None:
            run_every(PROBE_LOOKS_EVERY, "probe", self.probe.run)


def build_watching(shared: Shared, calendar: Calendar) -> Watching:
    """Everything that watches. From now on what the probe asks is not counted."""
    shared.metrics.uncounted = shared.settings.probe_id
    return Watching(build_watchdogs(shared, calendar), build_probe(shared))


def build_probe(shared: Shared) -> Probe | None:
    """The probe, where it is switched on and has an account of its own."""
    settings = shared.settings
    token, secret = settings.probe_access_token, settings.probe_access_token_secret
    if not settings.probe_every or token is None or secret is None:
        return None
    if settings.probe_id == shared.brand_id:  # without keys of X the settings could not tell
        log.error("no probe", why="PROBE_ACCESS_TOKEN is the brand's own")
        return None
    return Probe(
        shared.database,
        shared.client.as_another(token.get_secret_value(), secret.get_secret_value()),
        shared.budget,
        shared.prices,
        shared.bell,
        shared.clock,
        brand_id=shared.brand_id,
        username=shared.row.username,
        account_id=settings.probe_id,
        every=settings.probe_every,
        target=settings.answer_target,
        sending=settings.sending,
    )


def build_watchdogs(shared: Shared, calendar: Calendar) -> Watchdogs:
    """The watchdogs with the operator's thresholds."""
    settings = shared.settings
    silence = silence_by_feed(
        settings.poll_silence, mentions_poll=settings.mentions_poll, messages_poll=settings.dm_poll_idle
    )
    return Watchdogs(
        shared.database,
        shared.bell,
        shared.clock,
        calendar,
        Thresholds(
            answer_target=settings.answer_target,
            ticket_warning=settings.ticket_warning,
            handover_target=settings.handover_target,
            poll_silence=silence,
            unsure_up_to=settings.unsure_up_to,
            credit_lasts=settings.credit_lasts,
            clock_apart=settings.clock_apart,
            backup_up_to=settings.backup_up_to,
        ),
        brand_id=shared.brand_id,
        queue_grows_for=settings.queue_grows_for,
        calm=settings.alarm_calm,
        left_out=settings.probe_id,
    )


def build_burn_watch(shared: Shared, invoker: Invoker) -> BurnWatch:
    """What looks after commands that burn the CPU."""
    return BurnWatch(
        invoker,
        shared.database,
        shared.bell,
        shared.clock,
        brand_id=shared.brand_id,
        deadline=shared.settings.command_deadline,
    )
