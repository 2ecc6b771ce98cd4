"""The stage on which customers' stories are played: X as a sandbox over HTTP, and the whole bot before it.

X's time stands at Monday noon when a story begins. The bot's parts are driven one after the other in the
test's own thread, until nothing moves any more; a part that is not driven is a process that was killed there.
Time goes on for X and for the bot alike, and only when a story says so.
"""

import asyncio
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import requests
import sqlalchemy as sa

from bot.app import (
    Access,
    build_client,
    build_deciding,
    load_demo_company,
    open_database,
    read_commands,
    settle_brand,
)
from bot.cli.sandbox_process import sandbox_access
from bot.clock import SystemClock
from bot.flow.handle import Hand
from bot.flow.outgoing.leaving import Finished, Leaving
from bot.metrics import Metrics
from bot.serving import Serving, build_serving, share
from bot.settings_check import load_settings
from commands.registry import Registry
from sandbox.listening import QuietServer, listen
from sandbox.server import SandboxSettings, create_app
from storage import deliveries, journal, mentions, stories
from storage.deliveries import DeliveryRow
from storage.mentions import MentionRow
from storage.states import Channel
from storage.upkeep import alarms, brand, ledger
from storage.upkeep.leases import LeaseClock

BRAND = "BrightTel"
POST, MESSAGE = "POST /2/tweets", "POST /2/dm_conversations/with/:id/messages"
MENTIONS, MESSAGES = "GET /2/users/:id/mentions", "GET /2/dm_events"
OWN_POSTS = "GET /2/users/:id/tweets"
SENDERS = 16
MOST_ROUNDS = 40


# --- X -----------------------------------------------------------------------------------------------------


class Theatre:
    """One server for all stories of this process; each story hangs its own world behind it."""

    def __init__(self) -> None:
        self.app: Any = None
        listener = listen("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._server = QuietServer(self, [])
        self._thread = threading.Thread(target=self._serve, args=(listener,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()

    def _serve(self, listener: Any) -> None:
        asyncio.run(self._server.serve(sockets=[listener]))
        listener.close()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await self.app(scope, receive, send)
            return
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await send({"type": "lifespan.shutdown.complete"})


class LocalX:
    """X as people and operators of the sandbox see it, and what makes it misbehave."""

    def __init__(self, theatre: Theatre, world_path: Path, profile: str = "x") -> None:
        self._theatre, self._path, self.profile = theatre, world_path, profile
        self.url = theatre.url
        self._session = requests.Session()
        self._session.trust_env = False
        self.changed = threading.Condition()
        self._open()

    def _open(self) -> None:
        app = create_app(SandboxSettings(self.profile, self._path))
        app.state.world.listeners.append(self._hear)
        self._theatre.app = self.app = app

    def _hear(self, _kind: str, _record: object) -> None:
        with self.changed:
            self.changed.notify_all()

    def close(self) -> None:
        for end in self.app.state.endings:
            end()
        self.app.state.world.close()

    def restart(self, profile: str | None = None) -> None:
        """Ends the sandbox and starts it again on the same world."""
        self.close()
        self.profile = profile or self.profile
        self._open()

    def end(self) -> None:
        self.close()
        self._session.close()

    def call(self, method: str, path: str, **body: Any) -> Any:
        answer = self._session.request(method, f"{self.url}/sandbox/{path}", json=body or None, timeout=20)
        assert answer.ok, answer.text
        return orjson.loads(answer.content)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.app.state.world.now_ms() / 1000, UTC)

    def advance(self, **by: float) -> None:
        """Lets time go by for X alone."""
        self.call("POST", "clock", advance_seconds=timedelta(**by).total_seconds())

    def fault(self, route: str, kind: str, **more: Any) -> str:
        return str(self.call("POST", "faults", route=route, kind=kind, **more)["id"])

    def heal(self) -> None:
        self.call("DELETE", "faults")

    def person(self, username: str, **about: Any) -> "Person":
        """A new account on X."""
        self.call("POST", "people", username=username, **about)
        return Person(self, username)

    def known(self, username: str) -> "Person":
        """Somebody who is on X from the start."""
        return Person(self, username)

    def change(self, username: str, **about: Any) -> None:
        self.call("PATCH", f"people/{username}", **about)

    def delete(self, post: str) -> None:
        self.call("DELETE", f"posts/{post}")

    def edit(self, post: str, text: str) -> str:
        return str(self.call("PUT", f"posts/{post}", text=text)["id"])

    def posts(self) -> list[dict[str, Any]]:
        return list(self.call("GET", "timeline")["posts"])

    def messages(self) -> list[dict[str, Any]]:
        return list(self.call("GET", "timeline")["messages"])

    def replies_to(self, post: str, author: str = BRAND) -> list[str]:
        """The texts that stand under a post."""
        return [
            one["text"]
            for one in self.posts()
            if one["in_reply_to"] == post and one["author"] == author and not one["deleted"]
        ]

    def reply_to(self, post: str) -> str:
        """The one text of ours under a post."""
        (text,) = self.replies_to(post)
        return text

    def reply_id(self, post: str) -> str:
        (found,) = [one for one in self.posts() if one["in_reply_to"] == post and one["author"] == BRAND]
        return str(found["id"])

    def messages_to(self, username: str) -> list[str]:
        return [one["text"] for one in self.messages() if one["to"] == username and one["from"] == BRAND]

    def ours(self) -> list[str]:
        """Everything the brand has said, in public and in private."""
        said = [one["text"] for one in self.posts() if one["author"] == BRAND]
        return said + [one["text"] for one in self.messages() if one["from"] == BRAND]

    def bill(self) -> dict[str, tuple[int, int]]:
        """What was charged for: item → how many, and micro-USD."""
        lines = self.call("GET", "bill")["lines"]
        return {line["item"]: (line["count"], round(line["usd"] * 1_000_000)) for line in lines}

    def spent(self) -> float:
        return float(self.call("GET", "bill")["total_usd"])

    def calls(self, method: str, part: str = "") -> list[dict[str, Any]]:
        """The API calls made so far, as X's log has them."""
        seen = self.call("GET", "requests")["requests"]
        return [one for one in seen if one["method"] == method and part in one["path"]]


class Person:
    """Somebody on X."""

    def __init__(self, x: LocalX, name: str) -> None:
        self._x, self.name = x, name
        self.id = str(x.app.state.world.crowd.named(name).id)

    def posts(self, text: str, **more: Any) -> str:
        """Posts in public; the post's id."""
        return str(self._x.call("POST", "posts", **{"as": self.name, "text": text}, **more)["id"])

    def replies(self, to: str, text: str) -> str:
        return self.posts(text, in_reply_to=to)

    def posts_many(self, texts: list[str]) -> list[str]:
        """Posts a crowd of texts, quicker than one call after the other."""
        world = self._x.app.state.world
        author = world.crowd.named(self.name)
        return [str(world.post(author, text).id) for text in texts]

    def writes(self, text: str, **more: Any) -> str:
        """Sends the brand a direct message; its id."""
        return str(self._x.call("POST", "messages", **{"as": self.name, "text": text}, **more)["id"])

    @property
    def got(self) -> list[str]:
        """The direct messages from us, oldest first."""
        return self._x.messages_to(self.name)

    @property
    def message(self) -> str:
        """The one direct message from us."""
        (text,) = self.got
        return text


# --- time --------------------------------------------------------------------------------------------------


class Travel:
    """How far the machine's clocks were moved, beyond the time that has really passed."""

    def __init__(self) -> None:
        self.by = timedelta(0)


class TravelClock(SystemClock):
    """The bot's clock on a machine whose time can be moved."""

    def __init__(self, travel: Travel, offset: timedelta) -> None:
        self._travel = travel
        super().__init__(offset - travel.by)

    def now(self) -> datetime:
        return super().now() + self._travel.by

    def monotonic(self) -> float:
        return super().monotonic() + self._travel.by.total_seconds()


class TravelLeases(LeaseClock):
    """The lease clock of the same machine."""

    def __init__(self, database: Any, travel: Travel) -> None:
        self._travel = travel
        super().__init__(database)

    def now_ms(self) -> int:
        return super().now_ms() + self._travel.by // timedelta(milliseconds=1)


# --- the bot -----------------------------------------------------------------------------------------------


_REGISTRIES: dict[Path, Registry] = {}


class Stage:
    """The whole bot before X, driven step by step."""

    def __init__(self, x: LocalX, database_url: str, **settings: Any) -> None:
        self.x = x
        self._travel = Travel()
        self._open: list[Callable[[], None]] = []
        self._read_messages_up_to = 0
        self.given: dict[str, Any] = {
            "database_url": database_url,
            "sandbox_url": x.url,
            "opening_hours": "always",
            "daemon_port": 0,
        }
        self.start(**settings)

    def start(self, **settings: Any) -> None:
        """Builds all parts as `tweetserve run` does, and takes over what an earlier run held."""
        self.given |= settings
        self.settings = load_settings(None, **self.given)
        self.database = open_database(self.settings, group_commit=True)
        found = sandbox_access(self.x.url)
        access = Access(found.base_url, found.keys, found.world_id)
        known = self.database.read(brand.only)
        offset = timedelta(milliseconds=known.x_offset_ms if known else 0)
        clock, metrics = TravelClock(self._travel, offset), Metrics()
        client = build_client(self.settings, access, clock, metrics)
        row = settle_brand(self.database, access, client, clock)
        clock.learn(self.x.now(), timedelta(0))
        load_demo_company(self.database, row, clock.now())
        deciding = build_deciding(self.settings, self.database, row, clock, metrics, self._commands())
        shared = share(self.settings, self.database, row, client, clock, metrics)
        shared = replace(shared, lease_clock=TravelLeases(self.database, self._travel))
        self._open = [client.close, deciding.invoker.close, self.database.close]
        self.brand_id, self.client, self.clock, self.deciding = row.brand_id, client, clock, deciding
        self.hand = Hand()
        self.serving: Serving = build_serving(shared, deciding)
        self.serving.take_over()

    def _commands(self) -> Registry:
        """The commands, read once for each folder they come from: compiling them takes longest."""
        folder = self.settings.commands_folder
        if folder not in _REGISTRIES:
            _REGISTRIES[folder] = read_commands(self.settings)
        return _REGISTRIES[folder]

    def kill(self) -> None:
        """Ends the bot where it stands: nothing of its own stopping is run."""
        for close in self._open:
            close()
        self._open = []

    def restart(self, **settings: Any) -> None:
        """A kill and a new start, perhaps with other settings."""
        self.kill()
        self.start(**settings)

    # -- driving it

    def looks(self) -> None:
        """One look at the mentions, and at the messages where somebody has written."""
        self.serving.polling.run_mentions()
        newest = max((int(one["id"]) for one in self.x.messages() if one["from"] != BRAND), default=0)
        if newest > self._read_messages_up_to:
            self.reads_messages()
            self._read_messages_up_to = newest

    def reads_messages(self) -> None:
        """One look at the messages, which X allows 15 times in 15 minutes."""
        self.serving.polling.run_messages()

    def handles(self) -> bool:
        """Decides all that waits; whether there was any. A command that hangs is left in the hand."""
        moved = False
        for _ in range(MOST_ROUNDS):
            step = self.serving.handler.step(self.hand)
            moved = moved or step.moved
            if not step.moved:
                break
        return moved

    def claims(self) -> list[Leaving]:
        """Marks what is due as being sent, and makes no call."""
        return list(self.serving.sender.turn([], SENDERS).leaving)

    def calls(self, leaving: list[Leaving]) -> list[Finished]:
        return [self.serving.sender.call(one) for one in leaving]

    def records(self, finished: list[Finished]) -> list[Leaving]:
        return list(self.serving.sender.turn(finished, SENDERS).leaving)

    def sends(self) -> bool:
        """Sends all that is due; whether anything was."""
        self.serving.handler.sweep()
        self.serving.sender.sweep()
        leaving = self.claims()
        moved = bool(leaving)
        while leaving:
            leaving = self.records(self.calls(leaving))
        return moved

    def settles(self) -> None:
        """Looks once, and then works until nothing moves any more."""
        self.looks()
        self.works()

    def works(self) -> None:
        for _ in range(MOST_ROUNDS):
            moved = self.handles()
            moved = self.sends() or moved
            moved = self.serving.reconciler.step() > 0 or moved
            if not moved:
                break
        else:
            pytest.fail("the bot does not come to rest")
        self.serving.release.run()
        if self.serving.ringer is not None:
            self.serving.ringer.run()

    def passes(self, **by: float) -> None:
        """Lets time go by for X and for the bot's machine, while the bot does nothing."""
        self.x.advance(**by)
        self._travel.by += timedelta(**by)

    def waits(self, **by: float) -> None:
        """Lets time go by, and then everything that is due happen."""
        self.passes(**by)
        self.settles()

    # -- what is on record

    def read(self, work: Callable[[sa.Connection], Any]) -> Any:
        return self.database.read(work)

    def mention(self, x_id: str) -> MentionRow:
        return self.read(lambda c: mentions.find_x(c, self.brand_id, [x_id]))[x_id]

    def knows(self, x_id: str) -> bool:
        return x_id in self.read(lambda c: mentions.find_x(c, self.brand_id, [x_id]))

    def reason(self, x_id: str) -> str | None:
        return self.mention(x_id).reason

    def deliveries(self, x_id: str) -> list[DeliveryRow]:
        row = self.mention(x_id)
        return self.read(lambda c: deliveries.of_mentions(c, self.brand_id, [row.id])).get(row.id, [])

    def delivery(self, x_id: str, channel: Channel | None = None) -> DeliveryRow:
        (found,) = [one for one in self.deliveries(x_id) if channel in (None, one.channel)]
        return found

    def steps(self, x_id: str) -> list[str]:
        """What the journal tells of a mention."""
        row = self.mention(x_id)
        return [one.what for one in self.read(lambda c: journal.of_mention(c, self.brand_id, row.id))]

    def alarms(self) -> list[str]:
        """The codes of the alarms that stand."""
        return [row.code for row in self.read(lambda c: alarms.standing(c, self.brand_id))]

    def tickets(self) -> list[dict[str, Any]]:
        return list(self.read(lambda c: stories.list_tickets(c, self.brand_id)))

    def handovers(self, *, open_only: bool = True) -> list[dict[str, Any]]:
        return list(self.read(lambda c: stories.list_handovers(c, self.brand_id, open_only=open_only)))

    def file_of(self, person: Person) -> dict[str, Any]:
        (found,) = self.read(lambda c: stories.list_people(c, self.brand_id, x_id=person.id))
        return dict(found)

    def rung(self) -> list[str]:
        """What people were or are to be rung for: title and text of each notice."""
        wanted = sa.select(sa.column("title"), sa.column("text")).select_from(sa.table("notices"))
        rows = self.read(lambda c: c.execute(wanted.order_by(sa.column("id"))).all())
        return [f"{row.title}\n{row.text}" for row in rows]

    def unsettled(self) -> int:
        return len(self.read(lambda c: ledger.unsettled(c, self.brand_id)))

    def ledger(self) -> dict[str, tuple[int, int]]:
        """Item → how many, and micro-USD, as settled."""
        booked: dict[str, tuple[int, int]] = {}
        for line in self.read(lambda c: stories.list_ledger(c, self.brand_id)):
            count, micro = booked.get(line["item"], (0, 0))
            more = round(float(line["settled_usd"]) * 1_000_000)
            booked[line["item"]] = (count + int(line["count"]), micro + more)
        return booked

    def money_agrees(self) -> None:
        """Nothing is unsettled, and ledger and X's bill name the same sums."""
        assert self.unsettled() == 0
        booked = {item: micro for item, (_, micro) in self.ledger().items() if micro}
        assert booked == {item: micro for item, (_, micro) in self.x.bill().items() if micro}


# --- fixtures ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def theatre() -> Iterator[Theatre]:
    theatre = Theatre()
    yield theatre
    theatre.close()


@pytest.fixture(scope="session")
def first_day(theatre: Theatre, tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Path:
    """A folder with a world whose time stands at Monday noon, and a database that serves it since then."""
    folder = tmp_path_factory.mktemp("first_day")
    x = LocalX(theatre, folder / "x.world")
    now = x.now()
    noon = (now + timedelta(days=7 - now.weekday())).replace(hour=12, minute=0, second=0, microsecond=0)
    x.advance(seconds=(noon - now).total_seconds())
    shutil.copy(migrated_file, folder / "served.db")
    stage = Stage(x, f"sqlite:///{folder / 'served.db'}")
    stage.kill()
    x.end()
    return folder


@pytest.fixture
def x(theatre: Theatre, first_day: Path, tmp_path: Path) -> Iterator[LocalX]:
    """A world of this story's own."""
    shutil.copy(first_day / "x.world", tmp_path / "x.world")
    x = LocalX(theatre, tmp_path / "x.world")
    yield x
    x.end()


@pytest.fixture
def served_url(request: pytest.FixtureRequest, first_day: Path, tmp_path: Path) -> str:
    """A database of this story's own that serves the world since Monday noon, with the demo company in it."""
    url: str = request.getfixturevalue("database_url")
    if url.startswith("sqlite:///"):
        shutil.copy(first_day / "served.db", url.removeprefix("sqlite:///"))
    return url


@pytest.fixture
def stage_of(x: LocalX, served_url: str) -> Iterator[Callable[..., Stage]]:
    """Starts the bot with other settings than the usual ones."""
    stages: list[Stage] = []

    def start(**settings: Any) -> Stage:
        stages.append(Stage(x, served_url, **settings))
        return stages[-1]

    yield start
    for stage in stages:
        stage.kill()


@pytest.fixture
def stage(stage_of: Callable[..., Stage]) -> Stage:
    return stage_of()


@pytest.fixture
def ana(x: LocalX) -> Person:
    """A customer who is linked and takes our messages."""
    return Person(x, "ana")


@pytest.fixture
def ben(x: LocalX) -> Person:
    """A customer whose X account is not linked yet."""
    return Person(x, "ben")


@pytest.fixture
def carys(x: LocalX) -> Person:
    """A customer who speaks Welsh: linked, without consent to messages."""
    return Person(x, "carys")


@pytest.fixture
def mallory(x: LocalX) -> Person:
    """Somebody who means no good."""
    return Person(x, "mallory")


@pytest.fixture
def colleague(x: LocalX) -> Person:
    """A colleague who uses the brand's account in X's own app."""
    return Person(x, BRAND)
