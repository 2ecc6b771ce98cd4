"""The bill: what the calls of the brand's app have cost since the world began, and the credit that pays."""

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.prices import MICRO, PRICES_MICRO
from sandbox.world.world import World


class Bill:
    """Money is integer micro-USD. `on_change` hears of each booking."""

    def __init__(self, world: World, credit_usd: int) -> None:
        self._world = world
        self.total_micro = 0
        self.credit_micro = credit_usd * MICRO
        self.on_change: Callable[[], None] = lambda: None
        self.post_reads: dict[int, int] = {}
        self._lines: dict[str, list[int]] = {}
        self._day = -1
        self._read_today: set[tuple[str, int]] = set()
        world.other_events |= {"charged": self._replayed, "credit": self._granted}

    @property
    def left_micro(self) -> int:
        """The credit that is left; it may go slightly below zero, as X's does."""
        return self.credit_micro - self.total_micro

    def charge_reads(self, item: str, ids: Iterable[int]) -> None:
        """Books the objects not yet charged on this UTC day of X's."""
        today = self._world.clock.day()
        if today != self._day:
            self._day, self._read_today = today, set()
        thing = item.partition(".")[0]
        fresh = [number for number in ids if (thing, number) not in self._read_today]
        if fresh:
            self._book(item, len(fresh), today, fresh)

    def charge_write(self, item: str) -> None:
        """Books one successful write."""
        self._book(item, 1, self._world.clock.day(), [])

    def grant(self, credit_usd: float) -> None:
        """Sets the credit so that this much is left from now on."""
        micro = self.total_micro + round(credit_usd * MICRO)
        self._world.record("credit", micro)
        self._granted(micro)
        self.on_change()

    def shown(self) -> dict[str, Any]:
        """The bill as `/sandbox/bill` answers it; US dollars with up to six decimals."""
        lines = [
            {"item": item, "count": count, "usd": micro / MICRO}
            for item, (count, micro) in self._lines.items()
        ]
        return {
            "total_usd": self.total_micro / MICRO,
            "lines": lines,
            "credit_left_usd": self.left_micro / MICRO,
        }

    def _book(self, item: str, count: int, day: int, ids: list[int]) -> None:
        event = {"item": item, "count": count, "micro": PRICES_MICRO[item] * count, "day": day, "ids": ids}
        self._world.record("charged", event)
        self._replayed(event)
        self.on_change()

    def _replayed(self, event: dict[str, Any]) -> None:
        item, count, micro, day = event["item"], event["count"], event["micro"], event["day"]
        line = self._lines.setdefault(item, [0, 0])
        line[0] += count
        line[1] += micro
        self.total_micro += micro
        if day != self._day:
            self._day, self._read_today = day, set()
        thing = item.partition(".")[0]
        self._read_today.update((thing, number) for number in event["ids"])
        if thing == "post" and event["ids"]:
            self.post_reads[day] = self.post_reads.get(day, 0) + count

    def _granted(self, micro: int) -> None:
        self.credit_micro = micro
