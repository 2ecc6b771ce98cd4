"""The whole handle side on a real database with the demo company, and what its customers write."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.backends.demo_company import load_demo
from bot.backends.embedded import EmbeddedAccounts
from bot.flow.context import House
from bot.flow.decide.case import Policy
from bot.flow.decide.mark import TAKEN_FOR, Marks
from bot.flow.decider import Decider
from bot.flow.enqueue import Terms
from bot.flow.handle import Hand, Handler, Timing
from bot.flow.invoke import Invoker
from bot.flow.receive import received_message, received_post
from bot.metrics import Metrics
from bot.x.wire import read_message, read_post, snowflake_at
from commands.api import BrandCard
from commands.hours import Calendar, OpeningHours
from commands.loading.guides import Guides
from commands.registry import BUILT_IN, Registry
from commands.wording.sentences import Sentences
from storage import deliveries, inbox, mentions, people
from storage.database import Database
from storage.journal import of_mention
from storage.states import MentionState
from storage.upkeep import brand, notices, own_posts
from storage.upkeep.leases import LeaseClock
from storage.upkeep.own_posts import OwnPostRow

LONDON = ZoneInfo("Europe/London")
BRAND_ID = "1"
PEOPLE = {
    "ana": "2000000000000000101",
    "ben": "2000000000000000102",
    "carys": "2000000000000000103",
    "mallory": "2000000000000000104",
    "brand": "1",
}


@dataclass
class Office:
    """The handle side over a database, with the demo company, and what its customers write."""

    database: Database
    clock: Any
    handler: Handler
    decider: Decider
    registry: Registry
    asked_for_own_posts: list[tuple[datetime, datetime]] = field(default_factory=list)
    own_posts_readable: bool = True
    last_id: int = 0

    def new_id(self) -> str:
        self.last_id = max(self.last_id + 1, int(snowflake_at(self.clock.now())))
        return str(self.last_id)

    def post(self, who: str, text: str, **fields: Any) -> str:
        """Somebody posts, and it is received; the post's id."""
        x_id = fields.pop("id", None) or self.new_id()
        at = text.find("@BrightTel")
        named = [{"start": at, "end": at + 10, "username": "BrightTel", "id": BRAND_ID}] if at >= 0 else []
        item = {
            "id": x_id,
            "text": text,
            "author_id": PEOPLE[who],
            "entities": {"mentions": named},
            **fields,
        }
        self._store(PEOPLE[who], received_post(read_post(item)))
        return x_id

    def message(self, who: str, text: str) -> str:
        """Somebody sends a direct message, and it is received; its id."""
        x_id = self.new_id()
        item = {"id": x_id, "text": text, "sender_id": PEOPLE[who], "event_type": "MessageCreate"}
        self._store(PEOPLE[who], received_message(read_message(item)))
        return x_id

    def _store(self, person_id: str, new: inbox.NewMention) -> None:
        def work(connection: Connection) -> None:
            inbox.store(connection, BRAND_ID, [new], self.clock.now())
            people.see(connection, BRAND_ID, [person_id], self.clock.now())

        self.database.write(work)

    @staticmethod
    def id_of(who: str) -> str:
        return PEOPLE[who]

    def hand(self) -> Hand:
        return Hand()

    def handle(self, hand: Hand | None = None) -> None:
        """Decides everything that waits."""
        hand = hand or Hand()
        while self.handler.step(hand).moved or hand.held:
            pass

    def handle_until_done(self, x_id: str, hand: Hand) -> None:
        """Goes on until this mention is decided, whatever else is still running."""
        while self.mention(x_id).state in (MentionState.WAITING, MentionState.HANDLING):
            self.handler.step(hand)

    def finish(self, hand: Hand) -> None:
        """Decides what this hand holds, and claims nothing."""
        while hand.held:
            self.handler.step(hand, at_most=0)

    def claimed_by_a_process_that_dies(self) -> None:
        """Somebody claims what a process claims, and is never heard of again; what was so before is freed."""
        self.handler.sweep(sole=True)

        def work(connection: Connection) -> None:
            if not inbox.claim_suspect(connection, BRAND_ID, "dead", 0, 10**15):
                inbox.claim(connection, BRAND_ID, "dead", 0, 10**15, 10)

        self.database.write(work)

    def everything_is_due(self) -> None:
        """As if the time had passed until which mentions were given back."""
        waiting = sa.text("UPDATE mentions SET due_ms = 0")
        self.database.write(lambda c: c.execute(waiting))

    def pause_sending(self) -> None:
        now = self.clock.now()
        self.database.write(lambda c: brand.pause_sending(c, BRAND_ID, by="dora", now=now))

    def colleague_replied(self, x_id: str) -> None:
        """A colleague answers under a post in X's own app, and that is seen."""
        row = OwnPostRow(self.new_id(), "public", self.clock.now(), x_id)
        self.database.write(lambda c: own_posts.store(c, BRAND_ID, [row]))

    def notices(self) -> list[notices.NoticeRow]:
        return self.database.write(
            lambda c: notices.claim(c, BRAND_ID, now_ms=10**15, lease_ms=1, at_most=10)
        )

    def let_hanging_commands_end(self) -> None:
        hangs = self.registry.current.commands["hangs"].declared.function
        hangs.__globals__["let_go"].set()

    def mention(self, x_id: str) -> mentions.MentionRow:
        return self.database.read(lambda c: mentions.find_x(c, BRAND_ID, [x_id])[x_id])

    def answers(self, x_id: str) -> list[deliveries.DeliveryRow]:
        row = self.mention(x_id)
        return self.database.read(lambda c: deliveries.of_mentions(c, BRAND_ID, [row.id])).get(row.id, [])

    def file(self, who: str) -> people.PersonFile:
        now = self.clock.now()
        return self.database.read(
            lambda c: people.files(c, BRAND_ID, [PEOPLE[who]], now=now, asked_since=now - timedelta(days=1))
        )[PEOPLE[who]]

    def journal_of(self, who: str) -> list[str]:
        wanted = sa.text("SELECT what FROM journal WHERE subject = :subject ORDER BY id")
        values = {"subject": f"person:{PEOPLE[who]}"}
        return list(self.database.read(lambda c: c.execute(wanted, values).scalars().all()))

    def journal(self, x_id: str) -> list[str]:
        row = self.mention(x_id)
        return [one.what for one in self.database.read(lambda c: of_mention(c, BRAND_ID, row.id))]

    def sent(self, x_id: str) -> None:
        """X takes what answers this mention."""
        for row in self.answers(x_id):
            known_as = self.new_id()
            self.database.write(
                lambda c, row=row, known_as=known_as: deliveries.mark_sent(
                    c, BRAND_ID, row.id, known_as, "", self.clock.now()
                )
            )


@pytest.fixture(scope="session")
def registry() -> Registry:
    made = Registry(LONDON)
    made.load([BUILT_IN, Path(__file__).parent / "awkward_commands"])
    return made


def house_of(database: Database) -> House:
    """BrightTel's own things, with the demo company's accounts."""
    hours = OpeningHours.parse("Mon-Fri 08:00-20:00; Sat 09:00-17:00")
    return House(
        brand=BrandCard(BRAND_ID, "BrightTel", "BrightTel", LONDON),
        calendar=Calendar(hours, LONDON),
        guides=Guides(()),
        accounts=EmbeddedAccounts(database, BRAND_ID),
        database=database,
    )


@pytest.fixture
def office_of(database: Database, clock: Any, registry: Registry) -> Iterator[Callable[..., Office]]:
    """Opens the handle side; what is not said is as usual."""
    now = clock.now()
    database.write(
        lambda c: brand.settle_in(
            c, brand_id=BRAND_ID, username="BrightTel", name="BrightTel", serves="sandbox:test", now=now
        )
    )
    load_demo(database, BRAND_ID, now)
    invokers: list[Invoker] = []
    registry.current.commands["hangs"].declared.function.__globals__["let_go"].clear()

    def make(*, terms: Terms = Terms(BRAND_ID), timing: Timing = Timing(), **policy: Any) -> Office:
        invokers.append(Invoker(threads=2, deadline=timedelta(seconds=5), monotonic=clock.monotonic))
        house = house_of(database)

        def taken(marks: Any) -> set[str]:
            since = clock.now() - TAKEN_FOR
            return database.read(lambda c: deliveries.marks_taken(c, BRAND_ID, marks, since))

        metrics = Metrics()
        decider = Decider(
            house=house,
            registry=registry,
            say=Sentences.load(registry.renderers, "BrightTel"),
            policy=Policy(BRAND_ID, **policy),
            marks=Marks(LONDON, taken),
            invoker=invokers[-1],
            clock=clock,
            metrics=metrics,
        )

        def own_posts_read(since: datetime, up_to: datetime) -> bool:
            office.asked_for_own_posts.append((since, up_to))
            return office.own_posts_readable

        handler = Handler(
            database=database,
            lease_clock=LeaseClock(database),
            owner="test",
            house=house,
            decider=decider,
            terms=terms,
            clock=clock,
            metrics=metrics,
            timing=timing,
            own_posts_read=own_posts_read,
        )
        office = Office(database, clock, handler, decider, registry)
        return office

    yield make
    for invoker in invokers:
        invoker.close()


@pytest.fixture
def office(office_of: Callable[..., Office]) -> Office:
    return office_of()
