"""Builds what watches over the serving of one brand, from the settings."""

from typing import Protocol

from bot.alarm_bell import AlarmBell
from bot.clock import SystemClock
from bot.flow.invoke import Invoker
from bot.jobs.burning import BurnWatch
from bot.jobs.watch.looking import Thresholds
from bot.jobs.watch.watchdogs import Watchdogs, silence_by_feed
from bot.settings import Settings
from commands.hours import Calendar
from storage.database import Database


class Served(Protocol):
    """What watching takes of what all parts of a serving have in common."""

    @property
    def settings(self) -> Settings: ...
    @property
    def database(self) -> Database: ...
    @property
    def bell(self) -> AlarmBell: ...
    @property
    def clock(self) -> SystemClock: ...
    @property
    def brand_id(self) -> str: ...


def build_watchdogs(shared: Served, calendar: Calendar) -> Watchdogs:
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
    )


def build_burn_watch(shared: Served, invoker: Invoker) -> BurnWatch:
    """What looks after commands that burn the CPU."""
    return BurnWatch(
        invoker,
        shared.database,
        shared.bell,
        shared.clock,
        brand_id=shared.brand_id,
        deadline=shared.settings.command_deadline,
    )
