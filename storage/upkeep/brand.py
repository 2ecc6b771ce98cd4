"""The brand this database serves, and the one X it serves it on: written at the first start, refused to any
other.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine.both_engines import insert_once
from storage.engine.rows import columns_for
from storage.tables import Brand

_brands = table_of(Brand)


@dataclass(frozen=True)
class BrandRow:
    """The brand as it stands."""

    brand_id: str
    username: str
    name: str
    serves: str
    first_started_at: datetime
    sending_paused_at: datetime | None
    sending_paused_by: str
    x_offset_ms: int
    boot_id: str
    credit_micro: int | None
    credit_checked_at: datetime | None


class ServesAnother(Exception):
    """The database belongs to another X: what it remembers has no meaning here."""

    def __init__(self, found: str, wanted: str) -> None:
        super().__init__(f"this database serves {found} and not {wanted}")
        self.found = found
        self.wanted = wanted


_rows = sa.select(*columns_for(BrandRow, _brands))
_by_id = _rows.where(_brands.c.brand_id == sa.bindparam("brand"))
_insert = insert_once(_brands, "brand_id")


def _note(**changes: object) -> sa.Update:
    return _brands.update().where(_brands.c.brand_id == sa.bindparam("brand")).values(**changes)


_at = sa.bindparam("at", type_=_brands.c.first_started_at.type)
_name = _note(username=sa.bindparam("called"), name=sa.bindparam("named"))
_pause = _note(sending_paused_at=_at, sending_paused_by=sa.bindparam("who"))
_resume = _note(sending_paused_at=None, sending_paused_by="")
_offset = _note(x_offset_ms=sa.bindparam("offset"))
_boot = _note(boot_id=sa.bindparam("boot"))
_credit = _note(credit_micro=sa.bindparam("left"), credit_checked_at=_at)
_paused = sa.select(_brands.c.sending_paused_at).where(_brands.c.brand_id == sa.bindparam("brand"))


def real_x(host: str, brand_id: str) -> str:
    """The name of a real X in `serves`: its host and the brand's account there."""
    return f"real:{host}:{brand_id}"


def sandbox_x(world_id: str) -> str:
    """The name of a sandbox's X in `serves`: its world, whatever port it listens on."""
    return f"sandbox:{world_id}"


def is_sandbox(serves: str) -> bool:
    """Whether a name in `serves` is a sandbox's."""
    return serves.startswith(sandbox_x(""))


def check(connection: Connection, serves: str) -> None:
    """Returns when the database is fresh or belongs to this X.

    Raises: ServesAnother.
    """
    for row in connection.execute(_rows):
        if row.serves != serves:
            raise ServesAnother(row.serves, serves)


def settle_in(
    connection: Connection, *, brand_id: str, username: str, name: str, serves: str, now: datetime
) -> BrandRow:
    """The brand's row, made at the first start; its names are brought up to date.

    Raises: ServesAnother.
    """
    check(connection, serves)
    values = {
        "brand_id": brand_id,
        "username": username,
        "name": name,
        "serves": serves,
        "first_started_at": now,
    }
    connection.execute(_insert.on(connection), values)
    connection.execute(_name, {"brand": brand_id, "called": username, "named": name})
    return find(connection, brand_id)


def find(connection: Connection, brand_id: str) -> BrandRow:
    """The brand's row.

    Raises: sqlalchemy's NoResultFound before the first start.
    """
    return BrandRow(*connection.execute(_by_id, {"brand": brand_id}).one())


def only(connection: Connection) -> BrandRow | None:
    """The one brand of this database, for whoever has no X to ask who we are; None before the first start."""
    row = connection.execute(_rows).first()
    return None if row is None else BrandRow(*row)


def pause_sending(connection: Connection, brand_id: str, *, by: str, now: datetime) -> None:
    """Nothing is sent until `resume_sending`."""
    connection.execute(_pause, {"brand": brand_id, "who": by, "at": now})


def resume_sending(connection: Connection, brand_id: str) -> None:
    """Sending goes on."""
    connection.execute(_resume, {"brand": brand_id})


def sending_paused(connection: Connection, brand_id: str) -> bool:
    """An operator has paused sending."""
    return connection.execute(_paused, {"brand": brand_id}).scalar() is not None


def note_offset(connection: Connection, brand_id: str, offset_ms: int) -> None:
    """How far X's clock is ahead of this machine's."""
    connection.execute(_offset, {"brand": brand_id, "offset": offset_ms})


def note_boot(connection: Connection, brand_id: str, boot_id: str) -> bool:
    """Notes which boot of the host the lease clock counts from; True when it is another one than before."""
    if find(connection, brand_id).boot_id == boot_id:
        return False
    connection.execute(_boot, {"brand": brand_id, "boot": boot_id})
    return True


def note_credit(connection: Connection, brand_id: str, left_micro: int, now: datetime) -> None:
    """What X says is left of the prepaid credit, in millionths of a USD."""
    connection.execute(_credit, {"brand": brand_id, "left": left_micro, "at": now})
