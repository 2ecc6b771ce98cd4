"""Rings an alarm once and ends it once: the row, the notice to people, and the log line.

Takes part in the caller's transaction, so that an alarm stands exactly when what caused it is recorded.
"""

from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy.engine import Connection

from bot.errors import Sentences
from storage.upkeep import alarms, notices

log = structlog.get_logger()


class KnownAlarm(Protocol):
    """A code that is a heading of docs/operate.md, and what it says to people."""

    @property
    def value(self) -> str: ...

    @property
    def sentences(self) -> Sentences: ...


class AlarmBell:
    """One brand's alarms."""

    def __init__(self, brand_id: str) -> None:
        self._brand_id = brand_id
        # Codes that may stand; None: not asked yet. Spares a statement per call while all is well.
        self._perhaps: set[str] | None = None

    def ring(self, connection: Connection, alarm: KnownAlarm, detail: str, now: datetime) -> None:
        """Raises the alarm unless it stands already; the people who answer are told once."""
        self._maybe_standing(connection).add(alarm.value)
        raised = alarms.raise_(connection, self._brand_id, alarm.value, detail, now)
        if raised is None:
            return
        text = "\n".join((*alarm.sentences.lines(), detail, f"[{alarm.value}]"))
        notices.ring(connection, self._brand_id, f"alarm:{raised}", alarm.sentences.what, text, now)
        log.warning("alarm", code=alarm.value, detail=detail)

    def end(self, connection: Connection, alarm: KnownAlarm, now: datetime) -> None:
        """Ends the alarm if it stands; costs nothing while no alarm of this code was ever raised."""
        standing = self._maybe_standing(connection)
        if alarm.value not in standing:
            return
        if alarms.end(connection, self._brand_id, alarm.value, now):
            log.info("alarm over", code=alarm.value)
        else:
            # Forgotten only when none stands: the transaction that ends one may still be rolled back.
            standing.discard(alarm.value)

    def _maybe_standing(self, connection: Connection) -> set[str]:
        if self._perhaps is None:
            self._perhaps = {row.code for row in alarms.standing(connection, self._brand_id)}
        return self._perhaps
