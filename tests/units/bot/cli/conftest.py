"""The command line in this process, on a database of its own, and the people its tests tell about."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy.engine import Connection

from bot.cli.main import main
from bot.settings import Settings
from storage import inbox, journal, outbox, people
from storage.database import Database
from storage.promises import consents, handovers, tickets
from storage.promises.tickets import NewTicket
from storage.states import Channel, ConsentKind, DeliveryState, MentionKind, Purpose, Reason
from storage.upkeep import alarms, brand, cursors, ledger

BRAND = "100"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Ran:
    """What one command came to."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads(self.out)
        return rows


@pytest.fixture
def cli(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., Ran]:
    """Runs `tweetserve` as if typed in an empty folder; settings are given by name."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def run(*arguments: str, **settings: str) -> Ran:
        url = database_url.replace("postgresql+psycopg:", "postgresql:")
        for name, value in {"DATABASE_URL": url, **settings}.items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        handlers = list(logging.getLogger().handlers)
        code = main(list(arguments))
        # A command sets up the logs of its process; this one goes on.
        logging.getLogger().handlers[:] = handlers
        structlog.reset_defaults()
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return run


@pytest.fixture
def started(database: Database) -> Database:
    """A database that has served BrightTel, with nothing in it yet."""
    database.write(
        lambda c: brand.settle_in(
            c, brand_id=BRAND, username="BrightTel", name="BrightTel", serves="sandbox:w1", now=NOON
        )
    )
    return database


@pytest.fixture
def busy_day(started: Database) -> Database:
    """Ana asked for a refund and got a ticket; ben's post waits; mallory is handed over."""
    started.write(_busy_day)
    return started


def _busy_day(c: Connection) -> None:
    people.see(c, BRAND, ["1", "2", "4"], NOON)
    people.name(c, BRAND, {"1": "ana"})
    consents.give(c, BRAND, "1", ConsentKind.DM, how="wrote us a message", wording_version="1", now=NOON)
    inbox.store(c, BRAND, [_post("501", "1", "@BrightTel #refund \x1b[2Jplease")], NOON)
    (mention,) = inbox.claim(c, BRAND, "worker", 1, 100, 1)
    ticket = tickets.open_(c, BRAND, NewTicket("BT-7KQ2-4", "refund", "1", NOON), NOON)
    tickets.add(c, BRAND, ticket, mention.id, NOON)
    answer = outbox.NewDelivery(
        "1",
        Channel.PUBLIC,
        Purpose.TICKET,
        "Your reference: BT-7KQ2-4",
        mention_id=mention.id,
        reply_to_id="501",
    )
    outbox.enqueue(c, BRAND, [answer], NOON)
    inbox.decided(c, [inbox.Decided(mention.id, mention.fence, Reason.ANSWERED, "refund")], NOON)
    journal.write(c, BRAND, [journal.Entry("ticket opened", mention.id, "ticket:BT-7KQ2-4")], NOON)
    (leaving,) = outbox.claim(c, BRAND, "sender", Channel.PUBLIC, now=NOON, now_ms=1, lease_ms=9, at_most=1)
    sent = outbox.Outcome(leaving.id, leaving.fence, DeliveryState.SENT, x_id="900", sent_at=NOON)
    outbox.record(c, [sent])
    inbox.store(c, BRAND, [_post("502", "2", "@BrightTel #data")], NOON)
    handovers.open_(c, BRAND, "4", reason="asked for a person", urgent=False, now=NOON)
    spent = ledger.Reservation("post.create.summoned", 1, 10_000, is_write=True)
    (line,) = ledger.reserve(c, BRAND, NOON.date(), [spent], NOON)
    ledger.settle(c, BRAND, [ledger.Charge(line, 10_000)])
    alarms.raise_(c, BRAND, "x-down", "no answer for 5 min", NOON)
    cursors.save(c, BRAND, cursors.CursorRow("mentions", "502", 1, NOON))


def _post(x_id: str, author: str, text: str) -> inbox.NewMention:
    return inbox.NewMention(
        x_id=x_id,
        kind=MentionKind.POST,
        author_id=author,
        conversation_key=author,
        edit_root_id=x_id,
        posted_at=NOON,
        text=text,
        x_json="{}",
    )
