"""What probing costs is told to the cent, and never too low."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.jobs.probe.probe_price import MonthOfProbes, micro_of_one, month_of_probes
from bot.x.price_list import load_prices


def test_one_probe_is_a_post_a_reading_a_reply_and_a_look() -> None:
    assert micro_of_one(load_prices()) == 15_000 + 1_000 + 10_000 + 5_000


@pytest.mark.parametrize(
    ("every", "count"),
    [
        (timedelta(hours=1), 720),
        (timedelta(hours=7), 103),  # one more begins before the month is over
        (timedelta(days=60), 1),
    ],
)
def test_every_probe_that_begins_in_30_days_counts(every: timedelta, count: int) -> None:
    assert month_of_probes(load_prices(), every).count == count


def test_a_broken_cent_is_rounded_up() -> None:
    assert MonthOfProbes(103, Decimal("0.031")).usd == Decimal("3.20")
    assert MonthOfProbes(1, Decimal("0.03")).usd == Decimal("0.03")
