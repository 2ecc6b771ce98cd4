"""What may be spent and called: money is reserved at its worst before a call and settled after it, and each
route is called only as often as X lets us.

Every method takes part in the caller's transaction: a call may leave only once its reservation is committed.
Prices and limits are data (price_list.py, route_limits.py); what remains of them stands in the database.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

from sqlalchemy.engine import Connection

from bot.alarm_bell import AlarmBell
from bot.x.outcomes import (
    Outcome,
    Read,
    Sent,
    Unsure,
    is_lost,
)
from bot.x.pauses import EVERYTHING, Pauses
from bot.x.price_list import Cost, Item, PriceList
from bot.x.rate_headers import RateLimits
from bot.x.route_limits import RouteLimit
from bot.x.x_alarms import XAlarm
from storage.upkeep import ledger, purse, windows

# What is polled, at most. With money for less one route may have to stop while another goes on.
POLLED = (Item.OWNED_READ, Item.MESSAGE_READ)
LARGEST_PAGE = 100


class StopWhy(StrEnum):
    """Why a call is not made now."""

    BUDGET = "budget"
    WINDOW = "window"  # X's window is used up
    PAUSED = "paused"  # X told us to wait, or keeps failing


@dataclass(frozen=True, slots=True)
class Stopped:
    """No call is made; ask again at `until`, X's time."""

    why: StopWhy
    until: datetime


@dataclass(frozen=True, slots=True)
class Booked:
    """A call that may leave. `size`: how many objects it may ask for. `line_id` None: it is free."""

    route: str
    item: Item | None
    size: int
    line_id: int | None
    day: date  # UTC, of the reservation


@dataclass(frozen=True, slots=True)
class Write:
    """A write about to be made, mostly for a delivery."""

    cost: Cost
    delivery_id: int | None


class Budget:
    """One brand's money and calls.

    Whatever asks what is left does so with the purse in hand: what two processes see at the same time, both
    would spend.
    """

    def __init__(
        self,
        brand_id: str,
        prices: PriceList,
        limits: Mapping[str, RouteLimit],
        bell: AlarmBell,
        *,
        daily_micro: int,
        write_share: Decimal,
    ) -> None:
        """Reads may use all of `daily_micro`, in micro-USD; writes only that share of it."""
        self._brand_id = brand_id
        self._prices = prices
        self._limits = limits
        self._bell = bell
        self._daily_micro = daily_micro
        self._write_micro = int(daily_micro * write_share)
        self._pauses = Pauses(brand_id, limits, bell)

    def reserve_read(
        self,
        connection: Connection,
        route: str,
        item: Item | None,
        now: datetime,
        *,
        size: int = 1,
        least: int = 1,
        keep: int = 0,
        read: str = "",
    ) -> Booked | Stopped:
        """Books a read of up to `size` objects, fewer where the day's budget asks for it.

        Stopped where the budget does not reach for `least` objects, where the route is paused, or where no
        more than `keep` calls are left of its window. An `item` of None is free of charge.
        """
        purse.hold(connection, self._brand_id)
        if item is not None:
            paused = self._paused(connection, EVERYTHING, now)
            if paused is not None:
                return paused
            room = self._daily_micro - self._spent(connection, now)
            size = min(size, room // self._prices[item].micro) if self._prices[item].micro else size
            if size < least:
                self._bell.ring(connection, XAlarm.READ_BUDGET, _usd(self._daily_micro), now)
                return Stopped(StopWhy.BUDGET, next_day(now))
            dearest = max(self._prices.of_read(polled, LARGEST_PAGE).micro for polled in POLLED)
            self._end_of_stop(connection, XAlarm.READ_BUDGET, room >= dearest, now)
        stopped = self._take(connection, route, now, keep)
        if stopped is not None:
            return stopped
        if item is None:
            return Booked(route, None, size, None, _day(now))
        cost = self._prices.of_read(item, size)
        reservation = ledger.Reservation(cost.item.value, cost.count, cost.micro, route=read or route)
        (line_id,) = ledger.reserve(connection, self._brand_id, _day(now), [reservation], now)
        return Booked(route, item, size, line_id, _day(now))

    def settle_read(
        self, connection: Connection, booked: Booked, outcome: Outcome, ids: Collection[str], now: datetime
    ) -> None:
        """Books what a read really cost: what it returned, less what X has charged for on this day already.

        `ids` are the returned objects' X ids. A lost answer stays reserved, until its objects are read again.
        """
        if booked.line_id is None or booked.item is None or is_lost(outcome):
            return
        purse.hold(connection, self._brand_id)
        if not isinstance(outcome, Read) or not ids:
            ledger.settle(connection, self._brand_id, [ledger.Charge(booked.line_id, 0)])
            return
        day = _day(now)
        objects = [f"{booked.item.thing}:{x_id}" for x_id in dict.fromkeys(ids)]
        known = ledger.charged_already(connection, self._brand_id, day, objects)
        new = [found for found in objects if found not in known]
        line_id, micro = booked.line_id, len(new) * self._prices[booked.item].micro
        if micro and day != booked.day:
            # The call left before midnight and was answered, and charged, after it.
            ledger.settle(connection, self._brand_id, [ledger.Charge(line_id, 0)])
            moved = ledger.Reservation(booked.item.value, len(new), micro, route=booked.route)
            (line_id,) = ledger.reserve(connection, self._brand_id, day, [moved], now)
        ledger.settle(connection, self._brand_id, [ledger.Charge(line_id, micro, len(new))])
        ledger.note_charged(connection, self._brand_id, day, new)

    def settle_lost(
        self,
        connection: Connection,
        covers: Callable[[str], bool],
        item: Item,
        posted_at: Sequence[datetime],
        now: datetime,
        *,
        lost_before: datetime,
        known_lost: Collection[int] = (),
    ) -> None:
        """Settles reads whose answers were lost before then, or are known to be, once all they may have
        returned was read again: `covers` tells it of what a read was of.

        Of today's, X charges nothing more than the re-read showed. For one of an earlier day the objects it
        can have returned (`posted_at` of the re-read ones) were charged on that day.
        """
        purse.hold(connection, self._brand_id)
        charges = []
        for line in self.unsettled_reads(connection):
            if line.item != item.value or not covers(line.route):
                continue
            if line.reserved_at >= lost_before and line.line_id not in known_lost:
                continue
            seen = 0
            if line.day != _day(now):
                seen = min(line.count, sum(at <= line.reserved_at for at in posted_at))
            charges.append(ledger.Charge(line.line_id, seen * self._prices[item].micro, seen))
        ledger.settle(connection, self._brand_id, charges)

    def unsettled_reads(self, connection: Connection) -> list[ledger.Unsettled]:
        """Reads that nobody has settled: under way, or their answers are lost."""
        return [line for line in ledger.unsettled(connection, self._brand_id) if not line.is_write]

    def settle_at_worst(self, connection: Connection, lines: Sequence[ledger.Unsettled]) -> None:
        """Books reads at what was reserved for them."""
        charges = [ledger.Charge(line.line_id, line.reserved_micro, line.count) for line in lines]
        ledger.settle(connection, self._brand_id, charges)

    def reserve_writes(
        self, connection: Connection, writes: Sequence[Write], now: datetime
    ) -> list[int | None]:
        """Books writes in order, as many as the day's share for writes allows; the others get None.

        The ledger lines' ids, in the order given. When one does not fit, the alarm is raised.
        """
        purse.hold(connection, self._brand_id)
        room = self._write_micro - self._spent(connection, now)
        fitting: list[ledger.Reservation] = []
        for write in writes:
            if write.cost.micro > room:
                break  # cheaper ones behind it wait as well: the order is the customers' turn
            room -= write.cost.micro
            cost = write.cost
            fitting.append(
                ledger.Reservation(cost.item.value, cost.count, cost.micro, True, write.delivery_id)
            )
        if len(fitting) < len(writes):
            self._bell.ring(connection, XAlarm.WRITE_BUDGET, _usd(self._write_micro), now)
        elif fitting:
            # What is cheap may still fit while a dearer one has to wait: both at each turn is no news.
            dearest = self._prices.of_post(has_link=True, summoned=True).micro
            self._end_of_stop(connection, XAlarm.WRITE_BUDGET, room >= dearest, now)
        lines = ledger.reserve(connection, self._brand_id, _day(now), fitting, now)
        return [*lines, *[None] * (len(writes) - len(lines))]

    def settle_writes(self, connection: Connection, outcomes: Sequence[tuple[int, Cost, Outcome]]) -> None:
        """Books what writes (line id, reserved cost, outcome) really cost; an unsure one stays reserved."""
        charges = [
            ledger.Charge(line_id, cost.micro if isinstance(outcome, Sent) else 0)
            for line_id, cost, outcome in outcomes
            if not isinstance(outcome, Unsure)
        ]
        ledger.settle(connection, self._brand_id, charges)

    def take_calls(
        self,
        connection: Connection,
        route: str,
        wanted: int,
        now: datetime,
        *,
        keep: int = 0,
        under_way: windows.UnderWay = lambda: 0,
    ) -> int:
        """Takes up to `wanted` calls of a route, but for the last `keep`; how many may leave now. What is not
        called is given back with storage.upkeep.windows.put_back."""
        purse.hold(connection, self._brand_id)
        if self._paused(connection, EVERYTHING, now) is not None:
            return 0
        return windows.take(
            connection,
            self._brand_id,
            route,
            wanted,
            allowance=self.allowance(route),
            reserve=keep,
            now=now,
            under_way=under_way,
        )

    def learn(
        self,
        connection: Connection,
        route: str,
        outcome: Outcome,
        limits: RateLimits,
        now: datetime,
        *,
        under_way: windows.UnderWay = lambda: 0,
    ) -> None:
        """Takes over what an answer says about its route: calls left, pauses, alarms, that all is well."""
        purse.hold(connection, self._brand_id)
        if limits.are_known:
            heard = windows.Heard(
                limits.calls_limit,
                limits.calls_left,
                limits.resets_at,
                limits.day_calls_left,
                limits.day_resets_at,
            )
            windows.learn(connection, self._brand_id, route, heard, under_way=under_way)
        elif isinstance(outcome, Sent):  # X does not tell its limit: the table's has to do
            windows.learn(connection, self._brand_id, route, windows.Heard(self.allowance(route).calls))
        self._pauses.learn(connection, route, outcome, now)

    def window(self, connection: Connection, route: str) -> windows.WindowRow | None:
        """What is known of a route."""
        return windows.find(connection, self._brand_id, [route]).get(route)

    def reserve_of(self, route: str) -> int:
        """How many calls of a window polls leave alone."""
        limit = self._limits.get(route)
        return limit.reserve if limit else 0

    def credit_is_back(self, connection: Connection, now: datetime) -> None:
        """X says that there is credit again: the routes that waited for it may be called."""
        self._pauses.credit_is_back(connection, now)

    def _end_of_stop(self, connection: Connection, alarm: XAlarm, has_room: bool, now: datetime) -> None:
        """Ends an alarm about money: with room for anything again, or on another UTC day than it began."""
        if has_room:
            self._bell.end(connection, alarm, now)
        else:
            today = datetime.combine(_day(now), time(), UTC)
            self._bell.end_if_earlier(connection, alarm, today, now)

    def _spent(self, connection: Connection, now: datetime) -> int:
        return ledger.day_sum(connection, self._brand_id, _day(now)).total_micro

    def allowance(self, route: str) -> windows.Allowance:
        """What X's table allows on a route."""
        limit = self._limits.get(route)
        # A route X publishes nothing about gets the smallest of its windows.
        return windows.Allowance(limit.calls if limit else 15, day_calls=limit.day if limit else None)

    def _take(self, connection: Connection, route: str, now: datetime, keep: int) -> Stopped | None:
        allowance = self.allowance(route)
        taken = windows.take(connection, self._brand_id, route, 1, allowance=allowance, reserve=keep, now=now)
        if taken:
            return None
        paused = self._paused(connection, route, now)
        if paused is not None:
            return paused
        row = self.window(connection, route)
        opens_at = row.opens_at(now) if row else None
        reset = row.resets_at if row else None
        return Stopped(
            StopWhy.WINDOW, opens_at or (reset if reset and reset > now else now + allowance.window)
        )

    def _paused(self, connection: Connection, route: str, now: datetime) -> Stopped | None:
        row = self.window(connection, route)
        if row is None or row.paused_until is None or row.paused_until <= now:
            return None
        return Stopped(StopWhy.PAUSED, row.paused_until)


def next_day(now: datetime) -> datetime:
    """When the next UTC day begins: budgets are counted anew."""
    return datetime.combine(_day(now) + timedelta(days=1), time(), UTC)


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()


def _usd(micro: int) -> str:
    return f"{Decimal(micro) / 1_000_000:.2f} USD"
