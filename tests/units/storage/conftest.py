"""The people and posts that the tests of storage tell about."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from storage import inbox, outbox
from storage.database import Database
from storage.states import Channel, MentionKind, Purpose

BRAND = "100"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def brand() -> str:
    return BRAND


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture
def post() -> Callable[..., inbox.NewMention]:
    """A public post to us, by default of ana's."""

    def make(x_id: int, author: str = "ana", **changes: object) -> inbox.NewMention:
        values: dict[str, object] = {
            "x_id": str(x_id),
            "kind": MentionKind.POST,
            "author_id": author,
            "conversation_key": author,
            "edit_root_id": str(x_id),
            "posted_at": NOON,
            "text": f"@BrightTel #help {x_id}",
            "x_json": "{}",
        }
        return inbox.NewMention(**(values | changes))  # type: ignore[arg-type]

    return make


@pytest.fixture
def reply() -> Callable[..., outbox.NewDelivery]:
    """A public answer, by default to ana."""

    def make(person: str = "ana", channel: Channel = Channel.PUBLIC, **changes: object) -> outbox.NewDelivery:
        values: dict[str, object] = {"purpose": Purpose.ANSWER, "text": "Hello"}
        return outbox.NewDelivery(person, channel, **(values | changes))  # type: ignore[arg-type]

    return make


@pytest.fixture
def stored(database: Database, brand: str, noon: datetime) -> Callable[..., list[str]]:
    """Stores posts at noon."""

    def store(*posts: inbox.NewMention) -> list[str]:
        return database.write(lambda connection: inbox.store(connection, brand, posts, noon))

    return store


@pytest.fixture
def claim(database: Database, brand: str) -> Callable[..., list[inbox.ClaimedMention]]:
    """Claims as a worker does, at lease-clock time 1000 for 500 ms."""

    def take(owner: str = "worker", at_most: int = 10, now_ms: int = 1000) -> list[inbox.ClaimedMention]:
        return database.write(lambda connection: inbox.claim(connection, brand, owner, now_ms, 500, at_most))

    return take
