"""What the watchdogs look at in one go, and what each makes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy.engine import Connection

from bot.jobs.watch.queue_trend import QueueTrend
from bot.jobs.watch.sighting import Sight, Thing, at_utc, lasting, named
from bot.jobs.watch.watch_alarms import WatchAlarm
from commands.hours import Calendar, NeverOpen
from storage.stories import usd
from storage.upkeep import alarms, brand, cursors
from storage.upkeep.backups import last_backup
from storage.upkeep.brand import BrandRow, is_sandbox
from storage.watching import sights
from storage.watching.sights import Promise, Untaken, Waiting

# What we have only just learnt of, after a silence of X, may still be answered at once.
JUST_LEARNT = timedelta(minutes=1)
# Which days a day's use is learnt from.
DEAREST_OF = timedelta(days=7)
# A value that comes back only so far leaves its alarm as it is.
_CLOCK_AGREES_AGAIN = 0.8
_CREDIT_IS_ENOUGH_AGAIN = 1.25
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From when on something is worth an alarm."""

    answer_target: timedelta = timedelta(minutes=5)
    ticket_warning: timedelta = timedelta(hours=1)
    handover_target: timedelta = timedelta(minutes=15)  # of opening time
    poll_silence: Mapping[str, timedelta] = field(default_factory=dict)  # by feed
    unsure_up_to: timedelta = timedelta(minutes=10)
    credit_lasts: timedelta = timedelta(hours=24)  # 0: never
    clock_apart: timedelta = timedelta(seconds=30)
    backup_up_to: timedelta = timedelta(hours=26)  # 0: never


@dataclass(frozen=True, slots=True)
class Facts:
    """What one look has found. `now` is X's time."""

    now: datetime
    standing: frozenset[str]  # codes of the alarms that stand
    overdue: Waiting
    promises: Sequence[Promise]
    untaken: Sequence[Untaken]
    read_at: Mapping[str, datetime | None]  # by feed
    unsure: Waiting
    queue: int
    brand: BrandRow
    dearest_micro: int
    backed_up_at: datetime | None


def look(connection: Connection, brand_id: str, limits: Thresholds, now: datetime, left_out: str) -> Facts:
    """Reads everything the watchdogs go by. `left_out`: whose own questions are not counted."""
    longest_ago = now - limits.answer_target
    backup = last_backup(connection, brand_id)
    return Facts(
        now=now,
        standing=frozenset(row.code for row in alarms.standing(connection, brand_id)),
        overdue=sights.waiting(
            connection,
            brand_id,
            asked_before=longest_ago,
            known_before=max(longest_ago, now - JUST_LEARNT),
            left_out=left_out,
        ),
        promises=sights.promised(connection, brand_id, now + limits.ticket_warning),
        untaken=sights.untaken(connection, brand_id, now - limits.handover_target),
        read_at={feed: cursors.find(connection, brand_id, feed).read_at for feed in limits.poll_silence},
        unsure=sights.unsure(connection, brand_id, now - limits.unsure_up_to),
        queue=sights.queue_length(connection, brand_id),
        brand=brand.find(connection, brand_id),
        dearest_micro=sights.dearest_day(connection, brand_id, (now - DEAREST_OF).astimezone(UTC).date()),
        backed_up_at=None if backup is None else backup.made_at,
    )


def mention_overdue(facts: Facts) -> Sight:
    waiting = facts.overdue
    if waiting.since_at is None:
        return Sight(WatchAlarm.MENTION_OVERDUE, holds=False)
    age = lasting(facts.now - waiting.since_at)
    detail = (
        f"{waiting.count} without an answer; the longest has waited {age}, since {at_utc(waiting.since_at)}"
    )
    return Sight(WatchAlarm.MENTION_OVERDUE, holds=True, detail=detail)


def ticket_due(facts: Facts, limits: Thresholds) -> Sight:
    """Those due soon; of a short promise the second half is soon enough."""
    soon = [
        row
        for row in facts.promises
        if facts.now < row.due_at
        and row.due_at - facts.now <= min(limits.ticket_warning, (row.due_at - row.opened_at) / 2)
    ]
    return _of_things(WatchAlarm.TICKET_DUE, [_ticket(row) for row in soon])


def ticket_missed(facts: Facts) -> Sight:
    missed = [row for row in facts.promises if row.due_at <= facts.now]
    return _of_things(WatchAlarm.TICKET_MISSED, [_ticket(row) for row in missed])


def handover_waits(facts: Facts, limits: Thresholds, calendar: Calendar) -> Sight:
    waiting = [
        row for row in facts.untaken if _after(calendar, row.opened_at, limits.handover_target) <= facts.now
    ]
    return _of_things(WatchAlarm.HANDOVER_WAITS, [_handover(row) for row in waiting])


def poll_stale(facts: Facts, limits: Thresholds, begun_at: datetime) -> Sight:
    """The last complete look is too old; what was before this process began is no fault of it."""
    late = []
    for feed, longest in limits.poll_silence.items():
        read_at = facts.read_at.get(feed)
        if facts.now - max(read_at or begun_at, begun_at) > longest:
            late.append(f"{feed}: {at_utc(read_at) if read_at else 'never'}")
    return Sight(WatchAlarm.POLL_STALE, holds=bool(late), detail=", ".join(late))


def queue_grows(trend: QueueTrend, length: int) -> Sight:
    grows = trend.grows
    return Sight(
        WatchAlarm.QUEUE_GROWS, holds=grows, detail=f"{length} wait now", certain=grows or trend.is_over
    )


def unsure_long(facts: Facts) -> Sight:
    waiting = facts.unsure
    if waiting.since_at is None:
        return Sight(WatchAlarm.UNSURE_LONG, holds=False)
    detail = f"{waiting.count} of unknown fate, the first since {at_utc(waiting.since_at)}"
    return Sight(WatchAlarm.UNSURE_LONG, holds=True, detail=detail)


def credit_low(facts: Facts, limits: Thresholds) -> Sight:
    """Less credit than the dearest of the last days would use up in the time it is to last."""
    left = facts.brand.credit_micro
    if left is None or not limits.credit_lasts:
        return Sight(WatchAlarm.CREDIT_LOW, holds=False, certain=not limits.credit_lasts)
    needed = facts.dearest_micro * (limits.credit_lasts / _DAY)
    detail = f"{usd(left)} USD left; the dearest of the last days cost {usd(facts.dearest_micro)} USD"
    low = left < needed or left <= 0
    return Sight(WatchAlarm.CREDIT_LOW, low, detail, certain=low or left >= needed * _CREDIT_IS_ENOUGH_AGAIN)


def clock_apart(offset: timedelta, limits: Thresholds) -> Sight:
    """`offset`: X's clock less this machine's."""
    apart = abs(offset) > limits.clock_apart
    side = "behind" if offset > timedelta(0) else "ahead of"
    return Sight(
        WatchAlarm.CLOCK_APART,
        apart,
        f"this machine's is {lasting(offset)} {side} X's",
        certain=apart or abs(offset) <= limits.clock_apart * _CLOCK_AGREES_AGAIN,
    )


def backup_old(facts: Facts, limits: Thresholds) -> Sight:
    """The last backup, or the first start where there never was one, is too long ago.

    A demo that nobody backs up is left alone.
    """
    made_at, since = facts.backed_up_at, facts.brand.first_started_at
    if not limits.backup_up_to or (is_sandbox(facts.brand.serves) and made_at is None):
        return Sight(WatchAlarm.BACKUP_OLD, holds=False)
    detail = (
        f"the last one was made {at_utc(made_at)}" if made_at else f"none since the start, {at_utc(since)}"
    )
    return Sight(WatchAlarm.BACKUP_OLD, facts.now - (made_at or since) > limits.backup_up_to, detail)


def _of_things(alarm: WatchAlarm, things: Sequence[Thing]) -> Sight:
    return Sight(alarm, bool(things), named(things), tuple(things))


def _ticket(row: Promise) -> Thing:
    return Thing(row.reference, f"{row.reference} (#{row.command}) by {at_utc(row.due_at)}")


def _handover(row: Untaken) -> Thing:
    urgent = ", urgent" if row.urgent else ""
    words = f"hand-over {row.id}, since {at_utc(row.opened_at)}{urgent}"
    return Thing(f"handover:{row.id}", words)


def _after(calendar: Calendar, at: datetime, working: timedelta) -> datetime:
    try:
        return calendar.after(at, working)
    except NeverOpen:
        return at + working
