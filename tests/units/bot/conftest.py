"""X as a sandbox process over HTTP, and the bot's side of it as the app builds it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
import requests

from bot.alarm_bell import AlarmBell
from bot.clock import SystemClock
from bot.flow.receive import received_message, received_post
from bot.x.budget import Budget
from bot.x.client import XClient
from bot.x.feeds.booked_reads import BookedReads
from bot.x.feeds.intake import Intake
from bot.x.feeds.mention_feed import MentionFeed
from bot.x.feeds.message_feed import MessageFeed
from bot.x.feeds.own_post_feed import OwnPostFeed
from bot.x.price_list import load_prices
from bot.x.route_limits import load_limits
from bot.x.signed_session import Keys, Wiring
from storage.database import Database
from storage.upkeep import alarms, brand, ledger

ROOT = Path(__file__).resolve().parents[3]
BRAND = "2000000000000000001"


class Sandbox:
    """A running sandbox, driven through its control routes."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._session = requests.Session()
        self._session.trust_env = False

    def call(self, method: str, path: str, **body: Any) -> Any:
        answer = self._session.request(
            method, f"{self.base_url}/sandbox/{path}", json=body or None, timeout=10
        )
        assert answer.ok, answer.text
        return orjson.loads(answer.content) if answer.content else None

    def post(self, person: str, text: str, **more: Any) -> str:
        made = self.call("POST", "posts", **{"as": person, "text": text}, **more)
        return str(made["id"])

    def message(self, person: str, text: str, **more: Any) -> str:
        made = self.call("POST", "messages", **{"as": person, "text": text}, **more)
        return str(made["id"])

    def fault(self, route: str, kind: str, **more: Any) -> str:
        return str(self.call("POST", "faults", route=route, kind=kind, **more)["id"])

    def heal(self) -> None:
        self.call("DELETE", "faults")

    def advance(self, by: timedelta) -> None:
        self.call("POST", "clock", advance_seconds=by.total_seconds())

    def go_to_noon(self) -> None:
        """The next day's noon, UTC: X charges by the day, and no test may come by midnight by chance."""
        now = datetime.fromisoformat(self.call("GET", "health")["now"])
        noon = (now + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
        self.advance(noon - now)

    def bill(self) -> dict[str, tuple[int, float]]:
        lines = self.call("GET", "bill")["lines"]
        return {line["item"]: (line["count"], round(line["usd"], 6)) for line in lines}

    def calls(self, path: str) -> list[dict[str, Any]]:
        seen = self.call("GET", "requests")["requests"]
        return [request for request in seen if request["path"] == path]

    def keys(self) -> dict[str, str]:
        found: dict[str, str] = self.call("GET", "keys")
        return found

    def close(self) -> None:
        self._session.close()


@pytest.fixture
def start_sandbox() -> Iterator[Callable[..., Sandbox]]:
    """Starts sandboxes of any profile; all end with the test."""
    running: list[tuple[subprocess.Popen[str], Sandbox]] = []

    def start(profile: str = "x") -> Sandbox:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--port", "0", "--profile", profile, "--watch-parent"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert process.stdout is not None
        sandbox = Sandbox(process.stdout.readline().split()[-1])
        running.append((process, sandbox))
        sandbox.go_to_noon()
        return sandbox

    yield start
    for process, sandbox in running:
        sandbox.close()
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture
def sandbox(start_sandbox: Callable[..., Sandbox]) -> Sandbox:
    """X, with X's own windows."""
    return start_sandbox()


@dataclass
class Bot:
    """The part of the bot that talks to X, on a database, as one process of it."""

    database: Database
    client: XClient
    clock: SystemClock
    budget: Budget
    bell: AlarmBell
    reads: BookedReads
    intake: Intake
    mentions: MentionFeed
    messages: MessageFeed
    own_posts: OwnPostFeed
    woken: list[None] = field(default_factory=list)

    def ledger_usd(self) -> float:
        day = self.clock.now().date()
        total = self.database.read(lambda c: ledger.day_sum(c, BRAND, day))
        return float(total.total_micro) / 1_000_000

    def unsettled(self) -> list[ledger.Unsettled]:
        return self.database.read(lambda c: ledger.unsettled(c, BRAND))

    def alarms(self) -> list[str]:
        return [row.code for row in self.database.read(lambda c: alarms.standing(c, BRAND))]


def connect(sandbox: Sandbox, clock: SystemClock, call_timeout: float) -> XClient:
    """X as the brand's account sees it in this sandbox."""
    keys = sandbox.keys()
    wiring = Wiring(
        base_url=sandbox.base_url,
        call_timeout=timedelta(seconds=call_timeout),
        user_agent="TweetServe tests",
    )
    return XClient(
        Keys(keys["api_key"], keys["api_secret"], keys["access_token"], keys["access_token_secret"]),
        wiring,
        clock,
        heard_date=clock.learn,
    )


def build(database: Database, client: XClient, clock: SystemClock, since: datetime, daily_usd: str) -> Bot:
    """The parts that talk to X, put together as the app does."""
    bell = AlarmBell(BRAND)
    micro = int(Decimal(daily_usd) * 1_000_000)
    budget = Budget(BRAND, load_prices(), load_limits(), bell, daily_micro=micro, write_share=Decimal("0.8"))
    reads = BookedReads(database, budget, clock)
    woken: list[None] = []
    intake = Intake(
        BRAND, received_post, received_message, our_time_since=since, wake=lambda: woken.append(None)
    )
    parts = (database, reads, client, intake)
    return Bot(
        database,
        client,
        clock,
        budget,
        bell,
        reads,
        intake,
        MentionFeed(*parts, bell, clock, brand_id=BRAND, username="BrightTel"),
        MessageFeed(*parts, bell, clock, brand_id=BRAND),
        OwnPostFeed(*parts, clock, brand_id=BRAND, our_time_since=since),
        woken,
    )


@pytest.fixture
def start_bot(database: Database) -> Iterator[Callable[..., Bot]]:
    """Builds the X side of the bot for a sandbox; called again, it is the same bot after a restart."""
    clients: list[XClient] = []

    def start(sandbox: Sandbox, *, daily_usd: str = "25", call_timeout: float = 5.0) -> Bot:
        clock = SystemClock()
        client = connect(sandbox, clock, call_timeout)
        clients.append(client)
        assert client.me().data is not None
        row = database.write(
            lambda c: brand.settle_in(
                c, brand_id=BRAND, username="BrightTel", name="BrightTel", serves="test", now=clock.now()
            )
        )
        return build(database, client, clock, row.first_started_at - timedelta(minutes=10), daily_usd)

    yield start
    for client in clients:
        client.close()
