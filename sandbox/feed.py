"""What people see of the world, as JSON, and the live stream of its changes.

`GET /sandbox/stream` sends server-sent events named `post`, `message`, `edited`, `deleted` (data as in
`/sandbox/timeline`), `person` (as in `/sandbox/people`) and `bill` (as in `/sandbox/bill`). After a cut, a
caller that sends `Last-Event-ID` gets what it missed; when that is no longer known it gets one `reset` event,
and reads the timeline again.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator
from itertools import islice
from typing import Any

import orjson

from sandbox.bill import Bill
from sandbox.world.records import Message, Person, Post
from sandbox.world.snowflakes import id_of, iso, ms_of
from sandbox.world.world import World

KEPT = 2_000
HEARTBEAT_SECONDS = 15.0

Json = dict[str, Any]


def post_item(world: World, post: Post) -> Json:
    """A post as people see it."""
    item: Json = {
        "id": str(post.id),
        "author": world.crowd.by_id[post.author].username,
        "text": post.typed,
        "in_reply_to": str(post.parent) if post.parent else None,
        "created_at": iso(ms_of(post.id)),
        "deleted": post.deleted,
    }
    place = post.history.index(post.id)
    if place:
        item["edited_from"] = str(post.history[place - 1])
    if post.quotes:
        item["quotes"] = str(post.quotes)
    if post.reposts:
        item["reposts"] = str(post.reposts)
    return item


def message_item(world: World, message: Message) -> Json:
    """A private message as its two people see it."""
    return {
        "id": str(message.id),
        "from": world.crowd.by_id[message.sender].username,
        "to": world.crowd.by_id[message.receiver].username,
        "text": message.typed,
        "media": [
            {"id": str(one), "alt_text": world.media[one].alt_text, "url": f"/sandbox/media/{one}"}
            for one in message.media
        ],
        "created_at": iso(ms_of(message.id)),
    }


def person_item(world: World, person: Person) -> Json:
    """An account and its settings."""
    item = {name: getattr(person, name) for name in Person.__slots__}
    return item | {"id": str(person.id), "brand": person.id == world.brand.id}


class Feed:
    """Remembers the last changes and hands them to everybody who listens."""

    def __init__(self, world: World, bill: Bill) -> None:
        self._world, self._bill = world, bill
        self._boot = secrets.token_hex(4)
        self._count = 0
        self._recent: deque[tuple[int, str, Any]] = deque(maxlen=KEPT)
        self._listeners: set[asyncio.Event] = set()
        self._bill_changes = 0
        self._closed = False
        world.listeners.append(self._changed)
        bill.on_change = self._bill_changed

    async def stream(self, last_seen: str | None) -> AsyncIterator[bytes]:
        """The changes after an event id (None: from now on), for ever."""
        bell = asyncio.Event()
        self._listeners.add(bell)
        try:
            position, known = self._resume(last_seen)
            yield b": listening\n\n" if known else b"event: reset\ndata: {}\n\n"
            bill_seen = self._bill_changes
            while not self._closed:
                for number, kind, record in self._after(position):
                    position = number
                    yield self._event(number, kind, record)
                if bill_seen != self._bill_changes:
                    bill_seen = self._bill_changes
                    yield b"event: bill\ndata: " + orjson.dumps(self._bill.shown()) + b"\n\n"
                if position == self._count and bill_seen == self._bill_changes:
                    yield await self._wait(bell)
        finally:
            self._listeners.discard(bell)

    def close(self) -> None:
        """Ends all streams."""
        self._closed = True
        self._ring()

    async def _wait(self, bell: asyncio.Event) -> bytes:
        try:
            await asyncio.wait_for(bell.wait(), HEARTBEAT_SECONDS)
        except TimeoutError:
            return b": still here\n\n"  # keeps the connection open, and notices that the other side has gone
        bell.clear()
        return b""

    def _resume(self, last_seen: str | None) -> tuple[int, bool]:
        if not last_seen:
            return self._count, True
        boot, _, number = last_seen.partition("-")
        oldest = self._recent[0][0] if self._recent else self._count + 1
        seen = id_of(number)
        if boot != self._boot or seen is None or not oldest - 1 <= seen <= self._count:
            return self._count, False
        return seen, True

    def _after(self, position: int) -> list[tuple[int, str, Any]]:
        fresh = min(self._count - position, len(self._recent))
        return list(islice(self._recent, len(self._recent) - fresh, None)) if fresh else []

    def _event(self, number: int, kind: str, record: Any) -> bytes:
        make: Any = {"message": message_item, "person": person_item}.get(kind, post_item)
        data = orjson.dumps(make(self._world, record))
        return b"id: %s-%d\nevent: %s\ndata: %s\n\n" % (self._boot.encode(), number, kind.encode(), data)

    def _changed(self, kind: str, record: Any) -> None:
        self._count += 1
        self._recent.append((self._count, kind, record))
        self._ring()

    def _bill_changed(self) -> None:
        self._bill_changes += 1
        self._ring()

    def _ring(self) -> None:
        for bell in self._listeners:
            bell.set()
