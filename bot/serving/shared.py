"""What all parts of one serving have in common: database, X, money, clocks, and the name of this process."""

import os
import socket
import uuid
from dataclasses import dataclass

from bot.alarm_bell import AlarmBell
from bot.clock import SystemClock
from bot.jobs.pilot_names import learn_pilot
from bot.metrics import Metrics
from bot.settings import Settings
from bot.x.budget import Budget
from bot.x.client import XClient
from bot.x.feeds.booked_reads import BookedReads
from bot.x.price_list import PriceList, load_prices, micro_usd
from bot.x.route_limits import load_limits
from storage.database import Database
from storage.upkeep.brand import BrandRow
from storage.upkeep.leases import LeaseClock


@dataclass(frozen=True, slots=True)
class Shared:
    """What all parts of one serving have in common. `owner` names this process on what it claims."""

    settings: Settings
    database: Database
    row: BrandRow
    client: XClient
    clock: SystemClock
    metrics: Metrics
    bell: AlarmBell
    budget: Budget
    prices: PriceList
    reads: BookedReads
    lease_clock: LeaseClock
    owner: str

    @property
    def brand_id(self) -> str:
        return self.row.brand_id

    @property
    def by_jobs(self) -> bool:
        """Rows are dispatched by jobs among several processes; else the one process here looks at them."""
        return not self.database.is_sqlite


def share(
    settings: Settings,
    database: Database,
    row: BrandRow,
    client: XClient,
    clock: SystemClock,
    metrics: Metrics,
) -> Shared:
    """What the parts of a serving have in common."""
    bell, prices = AlarmBell(row.brand_id), load_prices()
    budget = Budget(
        row.brand_id,
        prices,
        load_limits(),
        bell,
        daily_micro=micro_usd(settings.daily_budget_usd),
        write_share=settings.write_share,
    )
    return Shared(
        settings=settings,
        database=database,
        row=row,
        client=client,
        clock=clock,
        metrics=metrics,
        bell=bell,
        budget=budget,
        prices=prices,
        reads=BookedReads(database, budget, clock),
        lease_clock=LeaseClock(database),
        owner=f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}",
    )


def learn_pilot_names(shared: Shared) -> list[str]:
    """X's mentions carry ids: the names in ONLY_ACCOUNTS are looked up; those that X did not tell."""
    return learn_pilot(
        shared.settings.only_accounts,
        database=shared.database,
        reads=shared.reads,
        client=shared.client,
        clock=shared.clock,
        brand_id=shared.brand_id,
    )
