"""The lease clock, which no change of the wall clock can move, and the roles that one process holds at a
time.

On SQLite, where all processes share a host, it is the host's clock since boot; a new boot starts it at zero,
so the boot is known by name. On PostgreSQL it is the database server's clock, the one that all hosts share.
"""

import threading
import time
import uuid
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.database import Database
from storage.engine.both_engines import PerEngine, insert_once
from storage.upkeep.upkeep_tables import Lease

_leases = table_of(Lease)

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")  # Source: proc(5), random(4), Linux
_RELEARN_AFTER_MS = 5_000

_server_ms = sa.text("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)")


class LeaseClock:
    """Milliseconds that only go forward, by which leases, deadlines and the wait for X's lag are counted."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._learning = threading.Lock()
        self._offset_ms = 0
        self._learnt_at_ms: int | None = None
        self.boot_id = host_boot_id() if database.is_sqlite else ""

    def now_ms(self) -> int:
        """The lease clock now.

        On PostgreSQL the server is asked every few seconds, and the host's clock since boot counts in
        between, so that looking at the clock before a call costs nothing.

        Raises: StorageTrouble when the server was never reached.
        """
        host_ms = _host_ms()
        if self._database.is_sqlite:
            return host_ms
        if self._learnt_at_ms is None or host_ms - self._learnt_at_ms > _RELEARN_AFTER_MS:
            self._learn()
        return _host_ms() + self._offset_ms

    def _learn(self) -> None:
        if not self._learning.acquire(blocking=self._learnt_at_ms is None):
            return  # another thread is asking; the offset known so far is good enough
        try:
            before = _host_ms()
            try:
                server = int(self._database.read(lambda c: c.execute(_server_ms).scalar_one()))
            except Exception:
                if self._learnt_at_ms is None:
                    raise
                return  # out of reach for now: nothing can be recorded either
            after = _host_ms()
            self._offset_ms = server - (before + after) // 2
            self._learnt_at_ms = after
        finally:
            self._learning.release()


def host_boot_id() -> str:
    """The name of this boot of the host; a new name at each call where the host gives none."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return uuid.uuid4().hex


def _host_ms() -> int:
    # BOOTTIME goes on while the machine sleeps; a lease must not outlive a closed lid.
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime_ns(clock) // 1_000_000


_ensure = insert_once(_leases, "brand_id", "role")
_take = (
    _leases.update()
    .where(
        _leases.c.brand_id == sa.bindparam("brand"),
        _leases.c.role == sa.bindparam("which"),
        sa.or_(_leases.c.until_ms < sa.bindparam("now_ms"), _leases.c.owner == sa.bindparam("who")),
    )
    .values(
        fence=sa.case((_leases.c.owner == sa.bindparam("who"), _leases.c.fence), else_=_leases.c.fence + 1),
        owner=sa.bindparam("who"),
        until_ms=sa.bindparam("until"),
    )
    .returning(_leases.c.fence)
)
_of_brand = _leases.c.brand_id == sa.bindparam("brand")
_give_up = (
    _leases.update()
    .where(_of_brand, _leases.c.role == sa.bindparam("which"), _leases.c.owner == sa.bindparam("who"))
    .values(owner="", until_ms=0)
)
_free_all = _leases.update().where(_of_brand).values(owner="", until_ms=0)
_held = sa.select(_leases.c.fence).where(
    _of_brand, _leases.c.role == sa.bindparam("which"), _leases.c.owner == sa.bindparam("who")
)
_is_held = PerEngine(_held, _held.with_for_update(read=True))


def take(
    connection: Connection, brand_id: str, role: str, owner: str, *, now_ms: int, lease_ms: int
) -> int | None:
    """Takes a role, or keeps it for longer; its fence, which grows with each new holder. None: another holds
    it.
    """
    connection.execute(_ensure.on(connection), {"brand_id": brand_id, "role": role})
    values = {"brand": brand_id, "which": role, "who": owner, "now_ms": now_ms, "until": now_ms + lease_ms}
    fence = connection.execute(_take, values).scalar()
    return None if fence is None else int(fence)


def give_up(connection: Connection, brand_id: str, role: str, owner: str) -> None:
    """Lets another process have the role at once."""
    connection.execute(_give_up, {"brand": brand_id, "which": role, "who": owner})


def still_held(connection: Connection, brand_id: str, role: str, owner: str) -> bool:
    """Nobody else has taken the role, and nobody takes it before this transaction ends."""
    values = {"brand": brand_id, "which": role, "who": owner}
    return connection.execute(_is_held.on(connection), values).first() is not None


def free_all(connection: Connection, brand_id: str) -> None:
    """Frees every role, whoever held it: for the start of the only process on this database."""
    connection.execute(_free_all, {"brand": brand_id})
