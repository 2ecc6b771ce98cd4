"""Messages are read newest first down to the last complete read, and ours are told from colleagues'."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from storage.database import Database
from storage.tables import Delivery, Mention
from storage.upkeep import cursors
from storage.upkeep.cursors import CursorRow
from storage.upkeep.upkeep_tables import OwnPost

BRAND = "2000000000000000001"
ANA = "2000000000000000101"
MESSAGES = "GET /2/dm_events"
PATH = "/2/dm_events"
StartBot = Callable[..., Any]


def inbox(database: Database) -> dict[str, tuple[str, str, str | None]]:
    """Kind, state and reason by X id."""
    wanted = sa.select(Mention.x_id, Mention.kind, Mention.state, Mention.reason)
    return {row[0]: tuple(row[1:]) for row in database.read(lambda c: c.execute(wanted).all())}


def colleagues(database: Database) -> dict[str, tuple[str, str | None]]:
    """Channel and person of what the bot did not send, by X id."""
    wanted = sa.select(OwnPost.x_id, OwnPost.channel, OwnPost.person_id)
    return {row[0]: (row[1], row[2]) for row in database.read(lambda c: c.execute(wanted).all())}


def sizes(sandbox: Any) -> list[int]:
    return [int(call["query"].split("max_results=")[1].split("&")[0]) for call in sandbox.calls(PATH)]


def deliver(database: Database, bot: Any, text: str, state: str, x_id: str | None = None) -> None:
    """A message of the bot to ana that stands in this state."""
    row = {
        "brand_id": BRAND,
        "person_id": ANA,
        "channel": "private",
        "purpose": "answer",
        "lane": f"{ANA}:private",
        "text": text,
        "state": state,
        "x_id": x_id,
        "created_at": bot.clock.now(),
        "asked_at": bot.clock.now(),
    }
    database.write(lambda c: c.execute(sa.insert(Delivery.__table__).values(**_defaults() | row)))  # type: ignore[attr-defined]


def _defaults() -> dict[str, Any]:
    made = Delivery(
        brand_id="", person_id="", channel="", purpose="", lane="", text="", created_at=None
    ).model_dump()
    made.pop("id")
    return made


def test_a_message_is_stored_once(sandbox: Any, start_bot: StartBot, database: Database) -> None:
    bot = start_bot(sandbox)
    asked = sandbox.message("ana", "data")

    first, second = bot.messages.poll(), bot.messages.poll()

    assert (first.new, second.new) == (1, 0)
    assert inbox(database) == {asked: ("message", "waiting", None)}
    assert sandbox.bill() == {"dm_event.read": (1, 0.01)}
    assert bot.ledger_usd() == pytest.approx(0.01)
    assert bot.unsettled() == []


def test_an_idle_look_asks_for_five_and_a_busy_one_for_more(
    sandbox: Any, start_bot: StartBot, database: Database
) -> None:
    bot = start_bot(sandbox)
    sandbox.message("ana", "the first")
    bot.messages.poll()
    for number in range(60):
        sandbox.message("ben", f"number {number}")

    busy = bot.messages.poll()
    bot.messages.poll()

    assert busy.new == 60
    assert sizes(sandbox) == [5, 5, 20, 80, 5]
    assert len(inbox(database)) == 61


def test_no_message_is_handled_before_the_older_ones_of_the_same_look(
    sandbox: Any, start_bot: StartBot, database: Database
) -> None:
    bot = start_bot(sandbox)
    sandbox.message("mallory", "hello")
    bot.messages.poll()
    for number in range(6):
        sandbox.message("ana", f"number {number}")
    sandbox.fault(MESSAGES, "slow", seconds=0, times=1)
    sandbox.fault(MESSAGES, "status", status=503, times=1)

    bot.messages.poll()
    due = "SELECT count(*) FROM mentions WHERE author_id = :ana AND due_ms = 0"
    ready = lambda: database.read(lambda c: c.execute(sa.text(due), {"ana": ANA}).scalar())  # noqa: E731
    before = ready()
    database.write(lambda c: c.execute(sa.text("UPDATE windows SET paused_until = NULL")))
    bot.messages.poll()

    assert (before, ready()) == (0, 6)


def test_ids_known_only_because_we_sent_them_do_not_stop_the_reading(
    sandbox: Any, start_bot: StartBot, database: Database
) -> None:
    bot = start_bot(sandbox)
    sandbox.message("ana", "the first")
    bot.messages.poll()
    hidden = sandbox.message("ben", "below our own")
    for number in range(6):
        sent = bot.client.send_message(ANA, f"answer {number}").data
        deliver(database, bot, f"answer {number}", "sent", sent.id)

    bot.messages.poll()

    assert hidden in inbox(database)
    assert colleagues(database) == {}


def test_the_first_read_ends_where_our_time_begins(
    sandbox: Any, start_bot: StartBot, database: Database
) -> None:
    for number in range(12):
        sandbox.message("ana", f"long ago {number}")
    sandbox.advance(timedelta(hours=1))
    young = sandbox.message("ben", "just now")
    bot = start_bot(sandbox)

    bot.messages.poll()

    assert sizes(sandbox) == [5]
    assert inbox(database)[young] == ("message", "waiting", None)
    assert {row[2] for x_id, row in inbox(database).items() if x_id != young} == {"before our time"}


def test_a_message_a_colleague_wrote_in_x_s_own_app_is_known_as_theirs(
    sandbox: Any, start_bot: StartBot, database: Database
) -> None:
    bot = start_bot(sandbox)
    sandbox.message("ana", "are you there?")
    written = sandbox.message("BrightTel", "Yes, this is Cleo.", to="ana")

    bot.messages.poll()

    assert colleagues(database) == {written: ("private", ANA)}


def test_our_own_message_is_no_colleague_s(sandbox: Any, start_bot: StartBot, database: Database) -> None:
    bot = start_bot(sandbox)
    sandbox.message("ana", "data")
    sent = bot.client.send_message(ANA, "You have 2 GB left.").data
    deliver(database, bot, "You have 2 GB left.", "sent", sent.id)

    bot.messages.poll()

    assert colleagues(database) == {}
    assert len(inbox(database)) == 1


@pytest.mark.parametrize("state", ["sending", "unsure"])
def test_our_message_seen_before_it_is_recorded_as_sent_is_no_colleague_s(
    sandbox: Any, start_bot: StartBot, database: Database, state: str
) -> None:
    bot = start_bot(sandbox)
    sandbox.message("ana", "data")
    text = "2 GB < 3 GB & more\nhttps://example.com/privacy"
    bot.client.send_message(ANA, text)
    deliver(database, bot, text, state)

    bot.messages.poll()

    assert colleagues(database) == {}


def test_other_words_than_those_under_way_are_a_colleague_s(
    sandbox: Any, start_bot: StartBot, database: Database
) -> None:
    bot = start_bot(sandbox)
    sandbox.message("ana", "data")
    deliver(database, bot, "You have 2 GB left.", "sending")
    written = sandbox.message("BrightTel", "Cleo here, one moment.", to="ana")

    bot.messages.poll()

    assert list(colleagues(database)) == [written]


def test_an_incomplete_read_does_not_move_the_cursor_and_goes_on_where_it_stopped(
    sandbox: Any, start_bot: StartBot, database: Database
) -> None:
    bot = start_bot(sandbox)
    first = sandbox.message("ana", "the first")
    bot.messages.poll()
    for number in range(12):
        sandbox.message("ben", f"number {number}")
    sandbox.fault(MESSAGES, "slow", seconds=0, times=1)  # lets the first page pass …
    sandbox.fault(MESSAGES, "status", status=503, times=1)  # … and stops the second

    stopped = bot.messages.poll()
    place_then = database.read(lambda c: cursors.find(c, BRAND, "messages")).newest_id
    database.write(lambda c: c.execute(sa.text("UPDATE windows SET paused_until = NULL")))
    done = bot.messages.poll()

    assert (stopped.is_complete, done.is_complete) == (False, True)
    assert place_then == first
    assert len(inbox(database)) == 13
    assert bot.ledger_usd() == pytest.approx(0.13)


def test_when_x_s_window_is_used_up_no_call_is_made(sandbox: Any, start_bot: StartBot) -> None:
    bot = start_bot(sandbox)
    for _ in range(15):
        bot.messages.poll()

    stopped = bot.messages.poll()

    assert stopped.stopped is not None
    assert stopped.stopped.why == "window"
    assert stopped.stopped.until > bot.clock.now() + timedelta(minutes=10)
    assert len(sandbox.calls(PATH)) == 15


def test_a_saved_place_survives_a_restart(sandbox: Any, start_bot: StartBot, database: Database) -> None:
    bot = start_bot(sandbox)
    sandbox.message("ana", "the first")
    bot.messages.poll()
    again = start_bot(sandbox)

    polled = again.messages.poll()

    assert polled.new == 0
    assert len(inbox(database)) == 1
    row: CursorRow = database.read(lambda c: cursors.find(c, BRAND, "messages"))
    assert row.polls == 2
