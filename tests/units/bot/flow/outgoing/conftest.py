"""The send side against a sandbox over HTTP, with a lease clock that is moved by hand.

A crash is a sender that is abandoned in mid-step, and another one built on the same database.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
import requests

from bot.alarm_bell import AlarmBell
from bot.clock import SystemClock
from bot.flow.outgoing.leaving import ROUTES, Finished, Leaving, Terms
from bot.flow.reconcile import Reconciler
from bot.flow.send import Sender
from bot.metrics import Metrics
from bot.x.budget import Budget
from bot.x.client import XClient
from bot.x.feeds.booked_reads import BookedReads
from bot.x.price_list import load_prices
from bot.x.route_limits import load_limits
from bot.x.signed_session import Keys, Wiring
from sandbox.listening import QuietServer, listen
from sandbox.server import SandboxSettings, create_app
from storage import deliveries, inbox, outbox, people, stories
from storage.database import Database
from storage.deliveries import DeliveryRow
from storage.promises import consents
from storage.states import Channel, ConsentKind, MentionKind, Purpose, Reason
from storage.upkeep import brand, ledger, windows

TIMEOUT = 30
# X's day changes at midnight, and with it what it charges for and what the ledger counts: no test may come
# by that by chance.
START_OF_DAY = timedelta(hours=12)


@dataclass
class LeaseClockByHand:
    """Moves only when told to."""

    ms: int = 1_000_000
    boot_id: str = "boot"

    def now_ms(self) -> int:
        return self.ms

    def advance(self, by: timedelta) -> None:
        self.ms += int(by.total_seconds() * 1000)


@dataclass
class LocalX:
    """A running sandbox, worked by the keeper of its world."""

    base: str
    session: requests.Session = field(default_factory=requests.Session)

    def control(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        answer = self.session.request(
            method, f"{self.base}/sandbox/{path}", json=sent or None, timeout=TIMEOUT
        )
        assert answer.ok, answer.text
        return answer.json()  # type: ignore[no-any-return]

    def set_to(self, time_of_day: timedelta) -> None:
        """Moves X's time on to this time of the next day, UTC."""
        now = datetime.fromisoformat(self.control("GET", "health")["now"])
        wanted = datetime.combine(now.date() + timedelta(days=1), time(), UTC) + time_of_day
        self.control("POST", "clock", advance_seconds=(wanted - now).total_seconds())

    def fault(self, route: str, kind: str, **more: Any) -> None:
        self.control("POST", "faults", route=route, kind=kind, **more)

    def heal(self) -> None:
        self.control("DELETE", "faults")

    def posts(self) -> list[str]:
        """What the brand has posted, oldest first."""
        return [post["text"] for post in self._seen("posts") if post["author"] == "BrightTel"]

    def messages(self) -> list[tuple[str, str]]:
        """What the brand has written, to whom."""
        return [(m["to"], m["text"]) for m in self._seen("messages") if m["from"] == "BrightTel"]

    def calls(self, path: str = "/2/tweets", method: str = "POST") -> int:
        made = self.control("GET", "requests?after=0")["requests"]
        return sum(1 for one in made if (one["method"], one["path"]) == (method, path))

    def bill(self) -> Decimal:
        return Decimal(str(self.control("GET", "bill")["total_usd"]))

    def _seen(self, what: str) -> list[dict[str, Any]]:
        return self.control("GET", "timeline?after=0")[what]  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def stopping() -> Iterator[list[threading.Thread]]:
    """Servers asked to stop; that all of them did is checked once, at the end: each takes a while."""
    threads: list[threading.Thread] = []
    yield threads
    for thread in threads:
        thread.join(TIMEOUT)
        assert not thread.is_alive()


@pytest.fixture
def x(stopping: list[threading.Thread]) -> Iterator[LocalX]:
    listener = listen("127.0.0.1", 0)
    app = create_app(SandboxSettings("x", None))
    server = QuietServer(app, app.state.endings)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    local = LocalX(f"http://127.0.0.1:{listener.getsockname()[1]}")
    local.set_to(START_OF_DAY)
    yield local
    local.session.close()
    server.should_exit = True
    stopping.append(thread)


@dataclass
class House:
    """One brand's send side on one database, and what a test does with it."""

    x: LocalX
    database: Database
    clock: SystemClock
    lease_clock: LeaseClockByHand
    client: XClient
    brand_id: str
    bell: AlarmBell
    daily_usd: Decimal = Decimal(100)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def terms(self, **changes: Any) -> Terms:
        return Terms(brand_id=self.brand_id, owner=f"process-{next(self._numbers)}", **changes)

    def budget(self) -> Budget:
        return Budget(
            self.brand_id,
            load_prices(),
            load_limits(),
            self.bell,
            daily_micro=int(self.daily_usd * 1_000_000),
            write_share=Decimal("0.8"),
        )

    def sender(self, **changes: Any) -> Sender:
        """A sender, as a process that starts builds it."""
        return Sender(
            database=self.database,
            lease_clock=self.lease_clock,  # type: ignore[arg-type]  # a clock that is moved by hand
            clock=self.clock,
            client=self.client,
            budget=self.budget(),
            prices=load_prices(),
            terms=self.terms(**changes),
            metrics=Metrics(),
        )

    def reconciler(self, **changes: Any) -> Reconciler:
        return Reconciler(
            database=self.database,
            lease_clock=self.lease_clock,  # type: ignore[arg-type]
            clock=self.clock,
            client=self.client,
            reads=BookedReads(self.database, self.budget(), self.clock),
            bell=self.bell,
            terms=self.terms(**changes),
            new_mark=lambda _: f"23:59:{next(self._numbers):02}",
            metrics=Metrics(),
        )

    def open_lines(self) -> list[int]:
        """What is reserved and not settled: the ledger lines' ids."""
        return [line.line_id for line in self.database.read(lambda c: ledger.unsettled(c, self.brand_id))]

    def restart(self) -> Reconciler:
        """The reconciler of a new process, which remembers nothing but what stands in the database."""
        self.bell = AlarmBell(self.brand_id)
        return self.reconciler()

    def advance(self, by: timedelta) -> None:
        """Lets X's time and the lease clock go on together."""
        self.lease_clock.advance(by)
        if by:
            self.x.control("POST", "clock", advance_seconds=by.total_seconds())
            self.client.me()  # X's clock is heard

    def ask(self, who: str = "ana", text: str = "@BrightTel #help") -> inbox.ClaimedMention:
        """Somebody asks us in public; their mention is stored and decided."""
        x_id = self.x.control("POST", "posts", **{"as": who, "text": text})["id"]
        person = self.x.control("GET", f"keys?as={who}")["user_id"]
        return self.database.write(lambda c: self._decided(c, x_id, person))

    def _decided(self, connection: Any, x_id: str, person: str) -> inbox.ClaimedMention:
        now = self.clock.now()
        new = inbox.NewMention(x_id, MentionKind.POST, person, person, x_id, now, "", "{}")
        people.see(connection, self.brand_id, [person], now)
        inbox.store(connection, self.brand_id, [new], now)
        (mention,) = inbox.claim(connection, self.brand_id, "test", 1, 100, 9)
        inbox.decided(connection, [inbox.Decided(mention.id, mention.fence, Reason.ANSWERED, "help")], now)
        return mention

    def answer(
        self,
        mention: inbox.ClaimedMention,
        text: str = "Commands: data, help · 12:00:00",
        *,
        channel: Channel = Channel.PUBLIC,
        **more: Any,
    ) -> int:
        """Enqueues an answer; a public one replies to the mention."""
        values = {"mark": "12:00:00", "reply_to_id": mention.x_id} if channel is Channel.PUBLIC else {}
        new = outbox.NewDelivery(
            mention.author_id,
            channel,
            **({"purpose": Purpose.ANSWER, "text": text, "mention_id": mention.id} | values | more),
        )
        return self.database.write(lambda c: outbox.enqueue(c, self.brand_id, [new], self.clock.now()))[0]

    def consent(self, mention: inbox.ClaimedMention) -> None:
        self.database.write(
            lambda c: consents.give(
                c,
                self.brand_id,
                mention.author_id,
                ConsentKind.DM,
                how="test",
                wording_version="1",
                now=self.clock.now(),
            )
        )

    def private_answer(self, text: str = "You have 4 GB left.", **more: Any) -> int:
        """Ana asks and has agreed to messages; her answer goes there."""
        mention = self.ask()
        self.consent(mention)
        return self.answer(mention, text, channel=Channel.PRIVATE, **more)

    def row(self, delivery_id: int) -> DeliveryRow:
        return self.database.read(lambda c: deliveries.find(c, self.brand_id, [delivery_id]))[delivery_id]

    def rows(self) -> list[DeliveryRow]:
        return self.database.read(
            lambda c: list(deliveries.find(c, self.brand_id, list(range(1, 50))).values())
        )

    def spent(self) -> Decimal:
        """The ledger's day: nothing may be left unsettled."""
        assert self.database.read(lambda c: ledger.unsettled(c, self.brand_id)) == []
        day = self.clock.now().date()
        total = self.database.read(lambda c: ledger.day_sum(c, self.brand_id, day)).settled_micro
        return Decimal(total) / 1_000_000

    def alarms(self) -> list[str]:
        listed = self.database.read(lambda c: stories.list_alarms(c, self.brand_id, standing_only=True))
        return [alarm["code"] for alarm in listed]

    def notices(self) -> list[str]:
        import sqlalchemy as sa

        return self.database.read(lambda c: list(c.execute(sa.text("SELECT about FROM notices")).scalars()))


def run(sender: Sender, at_most: int = 20) -> list[Finished]:
    """Sends everything that is due, one turn after the other."""
    done: list[Finished] = []
    finished: list[Finished] = []
    for _ in range(at_most):
        turn = sender.turn(finished, 4)
        finished = [sender.call(leaving) for leaving in turn.leaving]
        done += finished
        if not finished and not turn.more:
            return done
    raise AssertionError("there is no end to what is due")


@pytest.fixture
def send() -> Callable[[Sender], list[Finished]]:
    return run


@pytest.fixture
def claimed() -> Callable[[Sender], Leaving]:
    """The one delivery that may leave now."""

    def claim(sender: Sender) -> Leaving:
        (leaving,) = sender.turn([], 4).leaving
        return leaving

    return claim


@pytest.fixture
def house(x: LocalX, database: Database) -> Iterator[House]:
    keys = x.control("GET", "keys")
    signed = Keys(keys["api_key"], keys["api_secret"], keys["access_token"], keys["access_token_secret"])
    clock = SystemClock()
    wiring = Wiring(base_url=x.base, connect_timeout=timedelta(seconds=8), call_timeout=timedelta(seconds=9))
    client = XClient(signed, wiring, clock, heard_date=clock.learn)
    brand_id = keys["user_id"]
    client.me()  # X's clock is heard

    def settle_in(connection: Any) -> None:
        brand.settle_in(
            connection,
            brand_id=brand_id,
            username="BrightTel",
            name="BrightTel",
            serves="sandbox:test",
            now=clock.now(),
        )
        for route in ROUTES.values():  # it was called before: X has told how often it may be
            windows.learn(connection, brand_id, route, windows.Heard(load_limits()[route].calls))

    database.write(settle_in)
    yield House(x, database, clock, LeaseClockByHand(), client, brand_id, AlarmBell(brand_id))
    client.close()
