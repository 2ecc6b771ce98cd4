"""What one process of a brand does for all of them: each role is held by one at a time, and passes on alone.

A role is a lease in the database. Its holder renews it several times before it ends; when the holder is gone,
whoever asks next has it. A process that was stopped for longer finds its lease over by the lease clock, and
asks before it does anything more.
"""

import threading
from datetime import timedelta
from enum import StrEnum
from functools import partial

import structlog
from sqlalchemy.engine import Connection

from bot.crash_points import CrashPoint, reach
from storage.database import Database, StorageTrouble
from storage.upkeep import leases
from storage.upkeep.leases import LeaseClock

log = structlog.get_logger()

_MS = timedelta(milliseconds=1)


class Role(StrEnum):
    """Each may be held by another process."""

    MENTIONS = "mentions feed"  # looks at the brand's mentions
    MESSAGES = "messages feed"  # looks at its messages
    JOBS = "jobs"  # does what is done by the clock: the hourly upkeep, ending quiet hand-overs, names


class Roles:
    """The roles of one process. From any thread."""

    def __init__(
        self,
        database: Database,
        lease_clock: LeaseClock,
        *,
        brand_id: str,
        owner: str,
        lease: timedelta = timedelta(seconds=30),
    ) -> None:
        """`owner` names this process. Within `lease` of a holder's death another process has its roles."""
        self._database = database
        self._lease_clock = lease_clock
        self._brand_id = brand_id
        self._owner = owner
        # Lease and the wait until somebody asks come to 5/6 of the time in which a role must have passed on.
        self._lease_ms = lease * 2 // 3 // _MS
        self.renewed_every = lease / 6
        self._held_until_ms: dict[Role, int] = {}
        self._given_up = False
        self._asking = threading.Lock()

    def holds(self, role: Role) -> bool:
        """Whether this process has the role now; it takes it when it is free.

        Raises: StorageTrouble.
        """
        renewal_ms = self.renewed_every // _MS
        with self._asking:
            left_ms = self._held_until_ms.get(role, 0) - self._lease_clock.now_ms()
            if left_ms >= self._lease_ms - renewal_ms:
                return True
            return role in self._take([role])

    def keep(self) -> None:
        """Renews what this process holds, so that no role is lost during a long read. Never raises for the
        database: what could not be renewed is asked for again.
        """
        with self._asking:
            held = list(self._held_until_ms)
            try:
                if held:
                    self._take(held)
            except StorageTrouble as trouble:
                log.warning("database trouble", kind=trouble.kind.value, job="roles")

    def still_held(self, connection: Connection, role: Role) -> bool:
        """Whether the role is this process's until the transaction ends: to be asked where something is
        written that only its holder may write.
        """
        return leases.still_held(connection, self._brand_id, role.value, self._owner)

    def give_up(self) -> None:
        """Lets others have the roles at once, and takes none any more. Never raises for the database: the
        leases end by themselves.
        """
        with self._asking:
            self._given_up = True
            held, self._held_until_ms = list(self._held_until_ms), {}

        def work(connection: Connection) -> None:
            for role in held:
                leases.give_up(connection, self._brand_id, role.value, self._owner)

        try:
            self._database.write(work)
        except StorageTrouble as trouble:
            log.warning("database trouble", kind=trouble.kind.value, job="roles")

    def _take(self, roles: list[Role]) -> set[Role]:
        if self._given_up:
            return set()
        now_ms = self._lease_clock.now_ms()

        def take(connection: Connection, role: Role) -> int | None:
            fence = leases.take(
                connection, self._brand_id, role.value, self._owner, now_ms=now_ms, lease_ms=self._lease_ms
            )
            reach(CrashPoint.ROLE_TAKING)
            return fence

        # Each by itself: whoever writes what only a role's holder may write keeps its lease from changing
        # hands, and must not find itself waiting for one who holds another role and waits for this one.
        taken = {role for role in roles if self._database.write(partial(take, role=role)) is not None}
        reach(CrashPoint.ROLE_TAKEN)
        for role in roles:
            if role in taken and role not in self._held_until_ms:
                log.info("role taken", role=role.value)
            elif role not in taken and self._held_until_ms.pop(role, None) is not None:
                log.warning("role lost", role=role.value)
        self._held_until_ms |= dict.fromkeys(taken, now_ms + self._lease_ms)
        return taken
