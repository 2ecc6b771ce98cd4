"""X's prices, read from prices.yaml, and what a call can cost at worst."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files

import yaml

MICRO_PER_USD = 1_000_000


class Item(StrEnum):
    """What X charges for, named as in prices.yaml and on the sandbox's bill."""

    POST_READ = "post.read"
    OWNED_READ = "post.read.owned"
    USER_READ = "user.read"
    MESSAGE_READ = "dm_event.read"
    POST = "post.create"
    POST_WITH_LINK = "post.create.url"
    SUMMONED_REPLY = "post.create.summoned"
    MESSAGE = "dm.create"
    POST_DELETE = "post.delete"
    MESSAGE_DELETE = "dm_event.delete"
    MEDIA_METADATA = "media.metadata"

    @property
    def is_write(self) -> bool:
        return not self.value.split(".")[1].startswith("read")

    @property
    def thing(self) -> str:
        """What kind of object a read returns; X charges an object once a day whatever read returned it."""
        return self.value.split(".")[0]


@dataclass(frozen=True, slots=True)
class Cost:
    """A call's worst price, in micro-USD: `count` objects of one item."""

    item: Item
    count: int
    micro: int


@dataclass(frozen=True, slots=True)
class Price:
    item: Item
    micro: int  # of one object or one request
    source: str
    read_on: date


class PriceList:
    """Prices by item, in micro-USD."""

    def __init__(self, prices: Mapping[Item, Price]) -> None:
        self._prices = prices

    def __getitem__(self, item: Item) -> Price:
        return self._prices[item]

    def of_read(self, item: Item, page_size: int) -> Cost:
        """A page is reserved as if every object on it were new today."""
        return Cost(item, page_size, page_size * self._prices[item].micro)

    def of_post(self, *, has_link: bool, summoned: bool) -> Cost:
        """A public post. `summoned`: it replies to somebody else's post that mentions or quotes us."""
        if has_link:
            return self._one(Item.POST_WITH_LINK)
        return self._one(Item.SUMMONED_REPLY if summoned else Item.POST)

    def of_message(self) -> Cost:
        """A direct message; a link in it costs nothing extra."""
        return self._one(Item.MESSAGE)

    def _one(self, item: Item) -> Cost:
        return Cost(item, 1, self._prices[item].micro)


@cache
def load_prices() -> PriceList:
    """The prices of prices.yaml. Raises: ValueError or KeyError where a row is wrong or an item has none."""
    rows = yaml.safe_load(files("bot.x").joinpath("prices.yaml").read_text("utf-8"))["prices"]
    prices = {
        item: Price(item, int(Decimal(row["usd"]) * MICRO_PER_USD), row["source"], row["read_on"])
        for row in rows
        for item in [Item(row["item"])]
    }
    missing = set(Item) - set(prices)
    if missing:
        raise KeyError(f"prices.yaml lacks {sorted(missing)}")
    return PriceList(prices)


def micro_usd(usd: Decimal) -> int:
    """An amount of US dollars in micro-USD, rounded down."""
    return int(usd * MICRO_PER_USD)
