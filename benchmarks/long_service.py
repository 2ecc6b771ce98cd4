"""The database of a bot that has served for long: old mentions with all that was written about them."""

from datetime import UTC, datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from benchmarks.prepared import Prepared
from storage import inbox, journal, mentions, outbox
from storage.columns import table_of
from storage.database import Database
from storage.inbox import NewMention
from storage.outbox import NewDelivery
from storage.states import Channel, DeliveryState, MentionKind, Purpose, Reason
from storage.tables import Delivery
from storage.upkeep import ledger

_SERVED_FOR = timedelta(days=90)
_BATCH = 1_000
_X_EPOCH = datetime.fromtimestamp(1_288_834_974.657, UTC)  # where the milliseconds in X's ids begin
_WRITE_MICRO = 10_000
_READ_MICRO = 1_000
_deliveries = table_of(Delivery)
_sent = (
    _deliveries.update()
    .where(_deliveries.c.id == sa.bindparam("row"))
    .values(
        state=DeliveryState.SENT.value,
        x_id=sa.bindparam("answer"),
        attempts=1,
        sent_at=_deliveries.c.created_at,
        first_call_at=_deliveries.c.created_at,
        last_call_at=_deliveries.c.created_at,
    )
)
_JSON = '{{"id":"{0}","author_id":"{1}","text":"@BrightTel #help","conversation_id":"{0}"}}'


def fill(world: Prepared, count: int) -> None:
    """That many mentions of the same people, answered over the last months, with journal and money."""
    began = datetime.now(UTC) - _SERVED_FOR
    with Database(world.database_url) as database:
        for first in range(0, count, _BATCH):
            at = began + _SERVED_FOR * first / count
            database.write(partial(_serve, world=world, first=first, at=at))


def _serve(connection: Connection, world: Prepared, first: int, at: datetime) -> None:
    """One batch, as it stands after everything about it was written."""
    brand_id = world.brand_id
    old = [_mention(world, number, at) for number in range(first, first + _BATCH)]
    inbox.store(connection, brand_id, old, at)
    rows = mentions.find_x(connection, brand_id, [mention.x_id for mention in old])
    in_order = [rows[mention.x_id] for mention in old]
    new = [_delivery(row.id, row.author_id, row.x_id, first + place) for place, row in enumerate(in_order)]
    ids = outbox.enqueue(connection, brand_id, new, at)
    answer_ids = [{"row": row_id, "answer": f"9{row_id:018d}"} for row_id in ids]
    connection.execute(_sent, answer_ids)
    mentions.answered(connection, [row.id for row in in_order], at)
    steps = ("decided", "enqueued", "sent")
    journal.write(
        connection, brand_id, [journal.Entry(step, row.id) for row in in_order for step in steps], at
    )
    _pay(connection, brand_id, ids, at)


def _mention(world: Prepared, number: int, at: datetime) -> NewMention:
    """The mention of that number; ids rise with the numbers, as X's do."""
    x_id = str(((at - _X_EPOCH) // timedelta(milliseconds=1) << 22) + number)
    author_id = world.people[number % len(world.people)][0]
    return NewMention(
        x_id=x_id,
        kind=MentionKind.POST,
        author_id=author_id,
        conversation_key=author_id,
        edit_root_id=x_id,
        posted_at=at,
        text="@BrightTel #help",
        x_json=_JSON.format(x_id, author_id),
        skipped=Reason.ANSWERED,
    )


def _delivery(mention_id: int, person_id: str, x_id: str, number: int) -> NewDelivery:
    is_public = number % 2 == 0
    return NewDelivery(
        person_id=person_id,
        channel=Channel.PUBLIC if is_public else Channel.PRIVATE,
        purpose=Purpose.ANSWER,
        text=f"I can help with your bill, your data and your orders. Number {number}",
        mention_id=mention_id,
        command="help" if is_public else "data",
        mark=f"12:00:00 {number}" if is_public else "",
        reply_to_id=x_id if is_public else None,
        state=DeliveryState.DROPPED,
    )


def _pay(connection: Connection, brand_id: str, ids: list[int], at: datetime) -> None:
    """What the answers and the reading of the mentions cost."""
    calls = [ledger.Reservation("post.create.summoned", 1, _WRITE_MICRO, True, row_id) for row_id in ids]
    calls.append(ledger.Reservation("post.read.owned", len(ids), len(ids) * _READ_MICRO))
    lines = ledger.reserve(connection, brand_id, at.date(), calls, at)
    charges = [ledger.Charge(line, call.micro, call.count) for line, call in zip(lines, calls, strict=True)]
    ledger.settle(connection, brand_id, charges)
