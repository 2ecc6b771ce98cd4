"""Probes: the questions that the bot asked itself, and when each was answered."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine.rows import columns_for
from storage.states import Channel, DeliveryState, ProbeState
from storage.tables import Delivery, Mention
from storage.upkeep.upkeep_tables import Probe

_probes = table_of(Probe)
_mentions = table_of(Mention)
_deliveries = table_of(Delivery)

OPEN = (ProbeState.ASKING, ProbeState.ASKED)


@dataclass(frozen=True)
class ProbeRow:
    """A probe as it stands. `state` is a word of ProbeState; both instants are X's."""

    id: int
    state: str
    text: str
    x_id: str | None
    line_id: int | None  # the ledger's line of the question
    asked_at: datetime
    answered_at: datetime | None
    detail: str

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def seconds(self) -> float | None:
        """From the question to its answer, by X's clock."""
        return None if self.answered_at is None else (self.answered_at - self.asked_at).total_seconds()


@dataclass(frozen=True)
class Heard:
    """The probe's question as it arrived at the brand's account, and our public answer once X has it."""

    x_id: str
    posted_at: datetime
    answer_x_id: str | None


_brand = _probes.c.brand_id == sa.bindparam("brand")
_newest = (
    sa.select(*columns_for(ProbeRow, _probes))
    .where(_brand)
    .order_by(_probes.c.id.desc())
    .limit(sa.bindparam("at_most"))
)
_begin = _probes.insert().returning(_probes.c.id)
_at = sa.bindparam("at", type_=_probes.c.asked_at.type)
_move = (
    _probes.update()
    .where(_brand, _probes.c.id == sa.bindparam("probe"))
    .values(
        state=sa.bindparam("to_state"),
        x_id=sa.func.coalesce(sa.bindparam("known_as", type_=sa.String), _probes.c.x_id),
        asked_at=sa.func.coalesce(sa.bindparam("posted", type_=_probes.c.asked_at.type), _probes.c.asked_at),
        answered_at=_at,
        detail=sa.bindparam("said"),
    )
)
_heard = (
    sa.select(_mentions.c.x_id, _mentions.c.posted_at, _deliveries.c.x_id)
    .select_from(
        _mentions.join(
            _deliveries,
            sa.and_(
                _deliveries.c.mention_id == _mentions.c.id,
                _deliveries.c.state == DeliveryState.SENT.value,
                _deliveries.c.channel == Channel.PUBLIC.value,
            ),
            isouter=True,
        )
    )
    .where(
        _mentions.c.brand_id == sa.bindparam("brand"),
        _mentions.c.author_id == sa.bindparam("who"),
        _mentions.c.posted_at >= sa.bindparam("since", type_=_mentions.c.posted_at.type),
    )
    .order_by(_mentions.c.posted_at)
    .limit(1)
)


def newest(connection: Connection, brand_id: str, at_most: int = 1) -> list[ProbeRow]:
    """The last probes, the newest first."""
    rows = connection.execute(_newest, {"brand": brand_id, "at_most": at_most})
    return [ProbeRow(*row) for row in rows]


def begin(connection: Connection, brand_id: str, text: str, line_id: int | None, now: datetime) -> int:
    """Notes that a question is about to be asked; its id. Its call may leave once this is committed."""
    values = {
        "brand_id": brand_id,
        "state": ProbeState.ASKING.value,
        "text": text,
        "line_id": line_id,
        "asked_at": now,
    }
    return int(connection.execute(_begin, values).scalar_one())


def move(
    connection: Connection,
    brand_id: str,
    probe_id: int,
    state: ProbeState,
    *,
    x_id: str | None = None,
    posted_at: datetime | None = None,
    answered_at: datetime | None = None,
    detail: str = "",
) -> None:
    """Notes how a probe stands; its X id, and X's time of the question, once they are known."""
    values = {
        "brand": brand_id,
        "probe": probe_id,
        "to_state": state.value,
        "known_as": x_id,
        "posted": posted_at,
        "at": answered_at,
        "said": detail,
    }
    connection.execute(_move, values)


def heard(connection: Connection, brand_id: str, person_id: str, since: datetime) -> Heard | None:
    """What this person has first asked us since then, as the inbox has it; None: nothing has arrived."""
    values = {"brand": brand_id, "who": person_id, "since": since}
    row = connection.execute(_heard, values).first()
    return None if row is None else Heard(*row)
