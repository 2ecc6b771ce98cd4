"""The inbox: every post or message to us, stored once, claimed by one worker at a time, never forgotten
half-way.

A claim gives a row to a worker until its lease ends and raises the row's fence. Whatever the worker writes
later counts only while the fence is still the one it was given.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.dispatching.row_jobs import RowJob, Task, defer, withdraw
from storage.engine import conditions
from storage.engine.both_engines import PerEngine, claiming
from storage.engine.given_rows import insert_rows, packed, with_rows
from storage.engine.rows import columns_for, ids_in, literally
from storage.mentions import NO_BODY, bodies_of
from storage.states import MentionKind, MentionState, Reason
from storage.tables import Mention, MentionBody

_mentions = table_of(Mention)
_bodies = table_of(MentionBody)

END_OF_TIME_MS = 2**62  # past every lease
HELD_BACK_MS = 2**61  # until a read is complete: see storage/upkeep/held_back.py
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)  # before all that X ever showed


@dataclass(frozen=True)
class NewMention:
    """A post or message as it came from X. `skipped` stores it as done at once, with that reason."""

    x_id: str
    kind: MentionKind
    author_id: str
    conversation_key: str
    edit_root_id: str
    posted_at: datetime
    text: str = field(repr=False)
    x_json: str = field(repr=False)
    in_reply_to_id: str | None = None
    priority: int = 5
    skipped: Reason | None = None


@dataclass(frozen=True)
class ClaimedMention:
    """A mention that this worker alone may decide, until the lease ends."""

    id: int
    x_id: str
    kind: str
    author_id: str
    conversation_key: str
    position: int
    in_reply_to_id: str | None
    edit_root_id: str
    posted_at: datetime
    received_at: datetime
    priority: int
    tries: int
    suspect: bool  # it is handled alone
    commands: str  # that were about to run when it was tried alone before
    ticket_id: int | None
    handover_id: int | None
    lease_until_ms: int
    fence: int
    text: str = field(repr=False)
    x_json: str = field(repr=False)


@dataclass(frozen=True)
class Decided:
    """What was decided about a claimed mention."""

    mention_id: int
    fence: int
    reason: Reason
    commands: str = ""
    ticket_id: int | None = None
    handover_id: int | None = None
    state: MentionState = MentionState.DONE


_store = insert_rows(
    _mentions,
    (
        "brand_id",
        "x_id",
        "kind",
        "author_id",
        "conversation_key",
        "position",
        "in_reply_to_id",
        "edit_root_id",
        "posted_at",
        "received_at",
        "state",
        "reason",
        "decided_at",
        "priority",
    ),
    unique=("brand_id", "x_id"),
    returning=[_mentions.c.id, _mentions.c.x_id],
)
_store_body = _bodies.insert()

_earlier = _mentions.alias("earlier")


def _claimable(waiting: str) -> sa.Select[Any]:
    """The ids of those that wait under this condition and are due; of each conversation only its earliest."""
    return sa.select(_mentions.c.id).where(
        _mentions.c.brand_id == sa.bindparam("brand"),
        literally(_mentions, waiting),
        _mentions.c.due_ms <= sa.bindparam("now_ms"),
        _mentions.c.posted_at >= sa.bindparam("posted_since", type_=_mentions.c.posted_at.type),
        ~sa.exists().where(
            _earlier.c.brand_id == _mentions.c.brand_id,
            _earlier.c.conversation_key == _mentions.c.conversation_key,
            _earlier.c.position < _mentions.c.position,
            literally(_earlier, conditions.OPEN_MENTION),
        ),
    )


CLAIMED_COLUMNS = columns_for(ClaimedMention, _mentions, _bodies)[:-2]
_taken = {
    "state": MentionState.HANDLING.value,
    "tries": _mentions.c.tries + 1,
    "fence": _mentions.c.fence + 1,
    "lease_owner": sa.bindparam("owner"),
    "lease_until_ms": sa.bindparam("until_ms"),
}
_claim = claiming(
    _mentions,
    _claimable(conditions.WAITING)
    .where(_mentions.c.suspect.is_(sa.false()))
    .order_by(_mentions.c.priority, _mentions.c.id)
    .limit(sa.bindparam("at_most")),
    _taken,
    CLAIMED_COLUMNS,
)
# The least tried first: whoever ends process after process is left for the last, and the others are cleared.
_claim_suspect = claiming(
    _mentions,
    _claimable(conditions.SUSPECT).order_by(_mentions.c.tries, _mentions.c.priority, _mentions.c.id).limit(1),
    _taken,
    CLAIMED_COLUMNS,
)
_suspect_waits = sa.select(_claimable(conditions.SUSPECT).exists())
_held_rows = sa.select(_mentions.c.id, _mentions.c.fence).where(
    ids_in(_mentions.c.id), literally(_mentions, conditions.HANDLING)
)
_held = PerEngine(_held_rows, _held_rows.with_for_update())
_ours = sa.and_(
    _mentions.c.id == sa.bindparam("mention"),
    _mentions.c.fence == sa.bindparam("held_fence"),
    literally(_mentions, conditions.HANDLING),
)
_decide = with_rows(
    {
        "mention": _mentions.c.id.type,
        "held_fence": _mentions.c.fence.type,
        "to_state": _mentions.c.state.type,
        "why": _mentions.c.reason.type,
        "read": _mentions.c.commands.type,
        "to_ticket": _mentions.c.ticket_id.type,
        "to_handover": _mentions.c.handover_id.type,
        "at": _mentions.c.decided_at.type,
    },
    lambda given: (
        _mentions.update()
        .where(
            _mentions.c.id == given.c.mention,
            _mentions.c.fence == given.c.held_fence,
            literally(_mentions, conditions.HANDLING),
        )
        .values(
            state=given.c.to_state,
            reason=given.c.why,
            commands=given.c.read,
            ticket_id=sa.func.coalesce(given.c.to_ticket, _mentions.c.ticket_id),
            handover_id=sa.func.coalesce(given.c.to_handover, _mentions.c.handover_id),
            decided_at=given.c.at,
            lease_owner="",
        )
    ),
)
_give_back = (
    _mentions.update()
    .where(_ours)
    .values(
        state=MentionState.WAITING.value,
        due_ms=sa.bindparam("next_ms"),
        tries=_mentions.c.tries - sa.bindparam("untried"),
        lease_owner="",
    )
)
_due_at_once = (
    _mentions.update()
    .where(
        _mentions.c.brand_id == sa.bindparam("brand"),
        literally(_mentions, conditions.WAITING),
        _mentions.c.due_ms.not_in((0, HELD_BACK_MS)),
    )
    .values(due_ms=0)
)
_extend = _mentions.update().where(_ours).values(lease_until_ms=sa.bindparam("until_ms"))
_note_commands = _mentions.update().where(_ours).values(commands=sa.bindparam("read"))


def store(connection: Connection, brand_id: str, new: Sequence[NewMention], now: datetime) -> list[str]:
    """Stores what is not stored yet; the X ids of the new ones, in the order given."""
    if not new:
        return []
    first = {mention.x_id: mention for mention in reversed(new)}
    in_order = sorted(first.values(), key=lambda mention: int(mention.x_id))
    rows = [_as_row(brand_id, m, now) for m in in_order]
    made = connection.execute(_store.on(connection), {"given": packed(rows)})
    ids = {x_id: row_id for row_id, x_id in made}
    if ids:
        connection.execute(
            _store_body,
            [
                {"mention_id": ids[x_id], "brand_id": brand_id, "text": m.text, "x_json": m.x_json}
                for x_id, m in first.items()
                if x_id in ids
            ],
        )
        waiting = [m for m in in_order if m.x_id in ids and not m.skipped]
        jobs = [RowJob(ids[m.x_id], m.conversation_key, m.priority) for m in waiting]
        defer(connection, Task.HANDLE, jobs)
    return [x_id for x_id in dict.fromkeys(mention.x_id for mention in new) if x_id in ids]


def _as_row(brand_id: str, mention: NewMention, now: datetime) -> tuple[object, ...]:
    skipped = mention.skipped
    return (
        brand_id,
        mention.x_id,
        mention.kind.value,
        mention.author_id,
        mention.conversation_key,
        int(mention.x_id),
        mention.in_reply_to_id,
        mention.edit_root_id,
        mention.posted_at,
        now,
        (MentionState.DONE if skipped else MentionState.WAITING).value,
        skipped.value if skipped else None,
        now if skipped else None,
        mention.priority,
    )


def claim(
    connection: Connection,
    brand_id: str,
    owner: str,
    now_ms: int,
    lease_ms: int,
    at_most: int,
    *,
    posted_since: datetime = BEGINNING,
) -> list[ClaimedMention]:
    """Up to `at_most` waiting mentions, urgent first, then oldest; of each conversation only its earliest.

    None that is suspect: those are for `claim_suspect`. What was posted before `posted_since` is left
    waiting, and what follows it in its conversation.
    """
    values = {
        "brand": brand_id,
        "owner": owner,
        "now_ms": now_ms,
        "until_ms": now_ms + lease_ms,
        "at_most": at_most,
        "posted_since": posted_since,
    }
    claimed = with_bodies(connection, connection.execute(_claim.on(connection), values).all())
    withdraw(connection, Task.HANDLE, [mention.id for mention in claimed])
    return sorted(claimed, key=lambda mention: (mention.priority, mention.id))


def claim_suspect(
    connection: Connection,
    brand_id: str,
    owner: str,
    now_ms: int,
    lease_ms: int,
    *,
    posted_since: datetime = BEGINNING,
) -> list[ClaimedMention]:
    """The one suspect mention to be handled next, or none. The process handles nothing else meanwhile."""
    values = {
        "brand": brand_id,
        "owner": owner,
        "now_ms": now_ms,
        "until_ms": now_ms + lease_ms,
        "posted_since": posted_since,
    }
    return with_bodies(connection, connection.execute(_claim_suspect.on(connection), values).all())


def suspect_waits(connection: Connection, brand_id: str, now_ms: int) -> bool:
    """Whether there is a suspect mention that can be claimed."""
    values = {"brand": brand_id, "now_ms": now_ms, "posted_since": BEGINNING}
    return bool(connection.execute(_suspect_waits, values).scalar())


def with_bodies(connection: Connection, rows: Sequence[Sequence[Any]]) -> list[ClaimedMention]:
    """Rows of `CLAIMED_COLUMNS` together with what was said; one whose body is forgotten says nothing."""
    if not rows:
        return []
    found = connection.execute(bodies_of, {"ids": [row[0] for row in rows]})
    bodies = {mention_id: (text, x_json) for mention_id, text, x_json in found}
    return [ClaimedMention(*[*row, *bodies.get(row[0], NO_BODY)]) for row in rows]


def still_ours(connection: Connection, fences: dict[int, int]) -> set[int]:
    """Those of the claimed mentions (id → fence) that nobody else has taken over; locked until the
    transaction ends.

    The first thing to ask in the transaction that writes what was decided.
    """
    rows = connection.execute(_held.on(connection), {"ids": list(fences)})
    return {mention_id for mention_id, fence in rows if fences[mention_id] == fence}


def decided(connection: Connection, decisions: Sequence[Decided], now: datetime) -> None:
    """Closes claimed mentions with what was decided. One whose fence has moved on is left as it is."""
    if decisions:
        rows = [
            (
                d.mention_id,
                d.fence,
                d.state.value,
                d.reason.value,
                d.commands,
                d.ticket_id,
                d.handover_id,
                now,
            )
            for d in decisions
        ]
        connection.execute(_decide.on(connection), {"given": packed(rows)})


def give_back(
    connection: Connection, fences: dict[int, int], *, next_ms: int = 0, as_untried: bool = True
) -> None:
    """Puts claimed mentions back in the queue, not to be looked at before `next_ms`.

    `as_untried`: the claim does not count as a try, because nothing went wrong with the mention itself.
    """
    if fences:
        connection.execute(
            _give_back,
            [
                {"mention": mention, "held_fence": fence, "next_ms": next_ms, "untried": int(as_untried)}
                for mention, fence in fences.items()
            ],
        )


def extend(connection: Connection, fences: dict[int, int], until_ms: int) -> None:
    """Lengthens the leases of claimed mentions."""
    if fences:
        connection.execute(
            _extend,
            [
                {"mention": mention, "held_fence": fence, "until_ms": until_ms}
                for mention, fence in fences.items()
            ],
        )


def note_commands(connection: Connection, mention_id: int, fence: int, commands: str) -> None:
    """Notes on a claimed mention which commands are about to run, should they end the process."""
    connection.execute(_note_commands, {"mention": mention_id, "held_fence": fence, "read": commands})


def forget_lease_clock(connection: Connection, brand_id: str) -> None:
    """Makes all that waits due at once: the host has started anew, and its lease clock with it."""
    connection.execute(_due_at_once, {"brand": brand_id})
