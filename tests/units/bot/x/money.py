"""A budget and what the tests do with it, each in a transaction of its own."""

from datetime import date
from decimal import Decimal
from typing import Any

from bot.alarm_bell import AlarmBell
from bot.x.budget import Booked, Budget, Stopped
from bot.x.client import MENTIONS
from bot.x.outcomes import (
    Outcome,
)
from bot.x.price_list import Item, load_prices
from bot.x.rate_headers import RateLimits
from bot.x.route_limits import load_limits
from storage.database import Database
from storage.upkeep import alarms, ledger

BRAND = "2000000000000000001"
NOTHING_SAID = RateLimits()
PRICES = load_prices()


def make_budget(daily_usd: str = "1") -> Budget:
    micro = int(Decimal(daily_usd) * 1_000_000)
    return Budget(
        BRAND, PRICES, load_limits(), AlarmBell(BRAND), daily_micro=micro, write_share=Decimal("0.8")
    )


class Money:
    """What the tests do with a budget, each in a transaction of its own."""

    def __init__(self, database: Database, clock: Any, daily_usd: str = "1") -> None:
        self.database = database
        self.clock = clock
        self.budget = make_budget(daily_usd)

    def book(self, size: int = 100, **more: Any) -> Booked | Stopped:
        return self.database.write(
            lambda c: self.budget.reserve_read(
                c, MENTIONS, Item.OWNED_READ, self.clock.now(), size=size, least=5, **more
            )
        )

    def settle(self, booked: Booked | Stopped, outcome: Outcome, *ids: str) -> None:
        assert isinstance(booked, Booked)
        self.database.write(lambda c: self.budget.settle_read(c, booked, outcome, ids, self.clock.now()))

    def learn(self, outcome: Outcome, route: str = MENTIONS, limits: RateLimits = NOTHING_SAID) -> None:
        self.database.write(lambda c: self.budget.learn(c, route, outcome, limits, self.clock.now()))

    def day(self, day: date | None = None) -> tuple[int, int]:
        found = self.database.read(lambda c: ledger.day_sum(c, BRAND, day or self.clock.now().date()))
        return found.reserved_micro, found.settled_micro

    def alarms(self) -> list[str]:
        return [row.code for row in self.database.read(lambda c: alarms.standing(c, BRAND))]
