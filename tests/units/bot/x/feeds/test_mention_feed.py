"""Mentions are read from the cursor, stored once, paid once, and a gap is filled or reported."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.x.outcomes import Later, LaterWhy
from bot.x.wire import snowflake_at
from storage.database import Database
from storage.inbox import claim
from storage.tables import Mention
from storage.upkeep import cursors
from storage.upkeep.cursors import CursorRow

BRAND = "2000000000000000001"
MENTIONS = "GET /2/users/:id/mentions"
PATH = f"/2/users/{BRAND}/mentions"
StartBot = Callable[..., Any]


def inbox(database: Database) -> dict[str, tuple[str, str | None]]:
    """State and reason by X id."""
    rows = database.read(lambda c: c.execute(sa.select(Mention.x_id, Mention.state, Mention.reason)).all())
    return {row[0]: (row[1], row[2]) for row in rows}


def claimed(database: Database) -> list[str]:
    """The X ids of what a handler gets now."""
    rows = database.write(lambda c: claim(c, BRAND, "tester", 10**12, 30_000, 1_000))
    return [row.x_id for row in rows]


def cursor(database: Database) -> CursorRow:
    return database.read(lambda c: cursors.find(c, BRAND, "mentions"))


def test_a_mention_is_stored_once_and_its_cursor_moves(
    sandbox: Any, start_bot: StartBot, database: Database
) -> None:
    bot = start_bot(sandbox)
    asked = sandbox.post("ana", "@BrightTel #data")

    first, second = bot.mentions.poll(), bot.mentions.poll()

    assert (first.is_complete, first.new, second.new) == (True, 1, 0)
    assert inbox(database) == {asked: ("waiting", None)}
    assert cursor(database).newest_id == asked
    assert len(bot.woken) == 1


def test_the_ledger_and_the_bill_agree_and_idle_polls_leave_no_line(
    sandbox: Any, start_bot: StartBot
) -> None:
    bot = start_bot(sandbox)
    sandbox.post("ana", "@BrightTel #data")
    sandbox.post("ben", "@BrightTel #data")

    for _ in range(4):
        bot.mentions.poll()

    assert sandbox.bill() == {"post.read.owned": (2, 0.002)}
    assert bot.ledger_usd() == pytest.approx(0.002)
    assert bot.unsettled() == []


def test_what_was_written_long_before_the_first_start_is_before_our_time(
    sandbox: Any, start_bot: StartBot, database: Database
) -> None:
    old = sandbox.post("ana", "@BrightTel #data")
    sandbox.advance(timedelta(minutes=11))
    young = sandbox.post("ben", "@BrightTel #data")
    bot = start_bot(sandbox)

    bot.mentions.poll()

    assert inbox(database) == {old: ("done", "before our time"), young: ("waiting", None)}


def test_all_pages_are_stored_before_the_cursor_moves(
    sandbox: Any, start_bot: StartBot, database: Database
) -> None:
    bot = start_bot(sandbox)
    bot.mentions.poll()
    first = sandbox.post("ana", "@BrightTel first")
    bot.mentions.poll()
    for number in range(150):
        sandbox.post("ben", f"@BrightTel number {number}")

    sandbox.fault(MENTIONS, "slow", seconds=0, times=1)  # lets the first page pass …
    sandbox.fault(MENTIONS, "status", status=503, times=1)  # … and stops the second
    stopped = bot.mentions.poll()
    place_then = cursor(database).newest_id
    stored_then = len(inbox(database))
    database.write(lambda c: c.execute(sa.text("UPDATE windows SET paused_until = NULL")))
    done = bot.mentions.poll()

    assert not stopped.is_complete
    assert place_then == first
    assert stored_then == 101
    assert done.is_complete
    assert len(inbox(database)) == 151
    assert int(cursor(database).newest_id or 0) > int(first)
    assert bot.ledger_usd() == pytest.approx(0.151)
    assert sandbox.bill()["post.read.owned"] == (151, 0.151)


def test_nothing_of_a_read_is_handled_before_the_older_ones_on_its_next_page(
    sandbox: Any, start_bot: StartBot, database: Database
) -> None:
    bot = start_bot(sandbox)
    bot.mentions.poll()
    first = sandbox.post("ana", "@BrightTel #stop")
    for number in range(100):
        sandbox.post("ben", f"@BrightTel number {number}")
    second = sandbox.post("ana", "@BrightTel #start")
    sandbox.fault(MENTIONS, "slow", seconds=0, times=1)
    sandbox.fault(MENTIONS, "status", status=503, times=1)

    bot.mentions.poll()
    stored_then, claimed_then = inbox(database), claimed(database)
    restarted = start_bot(sandbox)
    database.write(lambda c: c.execute(sa.text("UPDATE windows SET paused_until = NULL")))
    restarted.mentions.poll()

    assert (second in stored_then, first in stored_then, claimed_then) == (True, False, [])
    assert first in claimed(database)


def test_a_mention_that_x_shows_late_is_still_found(
    sandbox: Any, start_bot: StartBot, database: Database
) -> None:
    bot = start_bot(sandbox)
    sandbox.post("ana", "@BrightTel #help")
    bot.mentions.poll()
    fault = sandbox.fault(MENTIONS, "late", seconds=30, times=0)
    hidden = sandbox.post("ben", "@BrightTel #data")
    bot.mentions.poll()
    sandbox.call("DELETE", f"faults/{fault}")
    seen = sandbox.post("carys", "@BrightTel #data")
    database.write(
        lambda c: cursors.save(c, BRAND, CursorRow("mentions", seen, polls=9, read_at=bot.clock.now()))
    )
    restarted = start_bot(sandbox)

    restarted.mentions.poll()

    assert hidden in inbox(database)


def test_idle_polls_come_back_empty_once_the_cursor_is_old(sandbox: Any, start_bot: StartBot) -> None:
    bot = start_bot(sandbox)
    asked = sandbox.post("ana", "@BrightTel #data")
    bot.mentions.poll()
    sandbox.advance(timedelta(minutes=3))
    bot.client.me()  # hears the time

    for _ in range(12):
        bot.mentions.poll()

    since = [call["query"].split("since_id=")[1].split("&")[0] for call in _later(sandbox)]
    assert set(since) == {asked}


def _later(sandbox: Any) -> list[Any]:
    return [call for call in sandbox.calls(PATH) if "since_id=" in call["query"]][-11:]


def test_the_first_poll_after_a_start_looks_back_a_minute(sandbox: Any, start_bot: StartBot) -> None:
    bot = start_bot(sandbox)
    asked = sandbox.post("ana", "@BrightTel #data")
    bot.mentions.poll()
    restarted = start_bot(sandbox)

    restarted.mentions.poll()

    since = sandbox.calls(PATH)[-1]["query"].split("since_id=")[1].split("&")[0]
    assert int(asked) - int(since) >= 60_000 << 22


def test_a_first_poll_that_failed_looks_back_when_it_is_made_again(
    sandbox: Any, start_bot: StartBot, database: Database
) -> None:
    start_bot(sandbox).mentions.poll()
    sandbox.post("ana", "@BrightTel #data")
    start_bot(sandbox).mentions.poll()
    stands_at = cursor(database).newest_id
    restarted = start_bot(sandbox)
    sandbox.advance(timedelta(minutes=5))
    sandbox.fault(MENTIONS, "status", status=503)

    restarted.mentions.poll()
    sandbox.advance(timedelta(minutes=2))
    restarted.client.me()
    restarted.mentions.poll()
    restarted.mentions.poll()

    failed, again, after = [call["query"] for call in sandbox.calls(PATH)][-3:]
    assert failed == again
    assert f"since_id={stands_at}" not in again
    assert f"since_id={stands_at}" in after


def test_x_failing_moves_nothing_and_costs_nothing(
    sandbox: Any, start_bot: StartBot, database: Database
) -> None:
    bot = start_bot(sandbox)
    sandbox.post("ana", "@BrightTel #data")
    sandbox.fault(MENTIONS, "status", status=503, times=1)

    failed = bot.mentions.poll()

    assert isinstance(failed.outcome, Later)
    assert failed.outcome.why is LaterWhy.X_FAILED
    assert cursor(database).newest_id is None
    assert bot.ledger_usd() == 0
    held_back = bot.mentions.poll()
    assert held_back.stopped is not None


def test_a_lost_page_stays_reserved_until_it_is_read_again(
    sandbox: Any, start_bot: StartBot, database: Database
) -> None:
    bot = start_bot(sandbox)
    sandbox.post("ana", "@BrightTel #data")
    sandbox.fault(MENTIONS, "cut_after", times=1)

    lost = bot.mentions.poll()
    reserved = bot.ledger_usd()
    sandbox.advance(timedelta(minutes=2))
    bot.client.me()
    found = bot.mentions.poll()

    assert not lost.is_complete
    assert reserved == pytest.approx(0.1)
    assert found.new == 1
    assert bot.unsettled() == []
    assert bot.ledger_usd() == pytest.approx(0.001)
    assert sandbox.bill() == {"post.read.owned": (1, 0.001)}


def test_pages_with_doubled_and_disordered_items_are_stored_once(
    sandbox: Any, start_bot: StartBot, database: Database
) -> None:
    bot = start_bot(sandbox)
    asked = [sandbox.post("ana", f"@BrightTel number {number}") for number in range(8)]
    sandbox.fault(MENTIONS, "duplicates", times=0)
    sandbox.fault(MENTIONS, "reorder", times=0)

    bot.mentions.poll()

    assert sorted(inbox(database)) == sorted(asked)
    assert cursor(database).newest_id == max(asked, key=int)
    assert bot.ledger_usd() == pytest.approx(0.008)


def test_reads_shrink_their_page_before_they_stop_and_go_on_the_next_day(
    sandbox: Any, start_bot: StartBot
) -> None:
    bot = start_bot(sandbox, daily_usd="0.02")
    for number in range(30):
        sandbox.post("ana", f"@BrightTel number {number}")

    stopped = bot.mentions.poll()

    sizes = [call["query"].split("max_results=")[1].split("&")[0] for call in sandbox.calls(PATH)]
    assert sizes == ["20"]
    assert stopped.stopped is not None
    assert stopped.stopped.until.hour == stopped.stopped.until.minute == 0
    assert bot.alarms() == ["budget-reads"]
    sandbox.advance(timedelta(days=1))
    bot.client.me()
    bot.mentions.poll()
    assert len(sandbox.calls(PATH)) == 2
    assert bot.alarms() == []


def test_more_than_x_shows_is_filled_from_the_search(
    start_sandbox: Callable[..., Any], start_bot: StartBot, database: Database
) -> None:
    sandbox = start_sandbox("bench")
    bot = start_bot(sandbox)
    sandbox.post("ana", "@BrightTel #help")
    bot.mentions.poll()
    asked = [sandbox.post("ben", f"@BrightTel number {number}") for number in range(830)]

    polls = [bot.mentions.poll() for _ in range(2)]

    assert all(polled.is_complete for polled in polls)
    assert set(asked) <= set(inbox(database))
    assert cursor(database).gap_since_id is None
    assert bot.alarms() == []
    bill = sandbox.bill()
    assert bot.ledger_usd() == pytest.approx(sum(usd for _, usd in bill.values()), abs=0.0005)


def test_what_not_even_the_search_shows_is_reported_with_its_time_range(
    start_sandbox: Callable[..., Any], start_bot: StartBot, database: Database
) -> None:
    sandbox = start_sandbox("bench")
    bot = start_bot(sandbox)
    bot.mentions.poll()
    long_ago = bot.clock.now() - timedelta(days=9)
    place = CursorRow("mentions", snowflake_at(long_ago), polls=5, read_at=long_ago)
    database.write(lambda c: cursors.save(c, BRAND, place))
    for number in range(810):
        sandbox.post("ben", f"@BrightTel number {number}")

    bot.mentions.poll()

    assert bot.alarms() == ["mentions-gap"]
    assert len(inbox(database)) == 810
    assert cursor(database).gap_since_id is None
