"""What probing costs: told before it is switched on, and accepted by a setting."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from bot.x.price_list import MICRO_PER_USD, Item, PriceList

MONTH = timedelta(days=30)
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class MonthOfProbes:
    """The probes of 30 days at a schedule, and what they cost at most."""

    count: int
    each_usd: Decimal

    @property
    def usd(self) -> Decimal:
        """All of them, rounded up to a cent."""
        exact = self.count * self.each_usd
        return exact.quantize(_CENT) if exact.quantize(_CENT) >= exact else exact.quantize(_CENT) + _CENT

    def __str__(self) -> str:
        return f"{self.usd} USD in 30 days ({self.count} probes at {self.each_usd} USD)"


def micro_of_one(prices: PriceList) -> int:
    """One probe, in micro-USD: the question, our reading of it, the answer, and the second account's look."""
    question = prices.of_post(has_link=False, summoned=False).micro
    reading = prices.of_read(Item.OWNED_READ, 1).micro
    answer = prices.of_post(has_link=False, summoned=True).micro
    look = prices.of_read(Item.POST_READ, 1).micro
    return question + reading + answer + look


def month_of_probes(prices: PriceList, every: timedelta) -> MonthOfProbes:
    """What probing this often costs in 30 days."""
    count = -(-MONTH // every)
    return MonthOfProbes(count, (Decimal(micro_of_one(prices)) / MICRO_PER_USD).normalize())
