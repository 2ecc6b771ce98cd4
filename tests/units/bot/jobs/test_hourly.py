"""Once an hour X's own count of the credit is compared with the ledger, and X's clock is remembered."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.jobs.hourly import HourlyUpkeep
from bot.x.x_alarms import XAlarm
from storage.database import Database
from storage.upkeep import alarms, brand, ledger

BRAND = "2000000000000000001"
StartBot = Callable[..., Any]


@pytest.fixture
def bot(sandbox: Any, start_bot: StartBot) -> Any:
    return start_bot(sandbox)


@pytest.fixture
def hourly(bot: Any) -> HourlyUpkeep:
    return HourlyUpkeep(bot.database, bot.reads, bot.client, bot.budget, bot.bell, bot.clock, brand_id=BRAND)


def test_the_credit_x_names_is_remembered(bot: Any, hourly: HourlyUpkeep, database: Database) -> None:
    hourly.run()

    row = database.read(lambda c: brand.find(c, BRAND))
    assert row.credit_micro == 10_000_000_000
    assert row.credit_checked_at is not None


def test_while_ledger_and_credit_agree_nothing_is_said(sandbox: Any, bot: Any, hourly: HourlyUpkeep) -> None:
    hourly.run()
    for number in range(70):
        sandbox.post("ana", f"@BrightTel number {number}")
    bot.mentions.poll()

    hourly.run()

    assert bot.alarms() == []


def test_money_that_left_without_the_ledger_knowing_rings(
    sandbox: Any, bot: Any, hourly: HourlyUpkeep
) -> None:
    hourly.run()
    for number in range(70):
        sandbox.post("ana", f"@BrightTel number {number}")
    bot.client.mentions(BRAND)  # somebody else uses the same app

    hourly.run()

    assert bot.alarms() == ["credit-differs"]
    hourly.run()
    assert bot.alarms() == []


def test_bought_credit_is_no_difference(sandbox: Any, bot: Any, hourly: HourlyUpkeep) -> None:
    hourly.run()
    sandbox.call("PUT", "credit", usd=20_000)

    hourly.run()

    assert bot.alarms() == []


def test_credit_that_is_back_lets_the_bot_go_on(sandbox: Any, bot: Any, hourly: HourlyUpkeep) -> None:
    sandbox.call("PUT", "credit", usd=0)
    bot.mentions.poll()
    sandbox.post("ana", "@BrightTel #data")
    bot.mentions.poll()
    stopped = bot.alarms()
    sandbox.call("PUT", "credit", usd=5)

    hourly.run()

    assert stopped == ["x-credits-depleted"]
    assert bot.alarms() == []
    assert bot.mentions.poll().is_complete


def test_x_s_clock_is_remembered(sandbox: Any, bot: Any, hourly: HourlyUpkeep, database: Database) -> None:
    before = bot.clock.offset
    sandbox.advance(timedelta(hours=2))

    hourly.run()

    offset_ms = database.read(lambda c: brand.find(c, BRAND)).x_offset_ms
    assert timedelta(minutes=119) < timedelta(milliseconds=offset_ms) - before < timedelta(minutes=121)


def test_yesterday_s_charged_objects_are_forgotten(
    sandbox: Any, bot: Any, hourly: HourlyUpkeep, database: Database
) -> None:
    asked = sandbox.post("ana", "@BrightTel #data")
    bot.mentions.poll()
    today = bot.clock.now().date()
    sandbox.advance(timedelta(days=1))

    hourly.run()

    charged = database.read(lambda c: ledger.charged_already(c, BRAND, today, [f"post:{asked}"]))
    assert charged == set()


@pytest.mark.parametrize("alarm", [XAlarm.GAP, XAlarm.GARBLED, XAlarm.INVALID])
def test_an_alarm_that_nothing_can_end_ends_after_a_day(
    bot: Any, hourly: HourlyUpkeep, database: Database, alarm: XAlarm
) -> None:
    long_ago = bot.clock.now() - timedelta(hours=25)
    database.write(lambda c: alarms.raise_(c, BRAND, alarm.value, "once", long_ago))

    hourly.run()

    assert bot.alarms() == []


def test_while_x_is_down_it_waits_for_the_next_hour(sandbox: Any, bot: Any, hourly: HourlyUpkeep) -> None:
    sandbox.fault("*", "status", status=503, times=0)

    hourly.run()

    assert bot.alarms() == []
