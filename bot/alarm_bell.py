"""Rings an alarm once and ends it once: the row, the notice to people, and the log line.

Takes part in the caller's transaction, so that an alarm stands exactly when what caused it is recorded.
"""

from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

import structlog
from sqlalchemy.engine import Connection

from bot.errors import Sentences
from storage.upkeep import alarms, notices

log = structlog.get_logger()

OFTEN_TIMES = 5
OFTEN_WITHIN = timedelta(hours=1)


class AlarmCode(StrEnum):
    """A code that is a heading of docs/operate.md; `sentences` says what happened, who is affected, what the
    bot does, what you can do. Each room that raises alarms lists its own.
    """

    sentences: Sentences

    def __new__(cls, code: str, what: str, who: str, now: str, next_step: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.sentences = Sentences(what, who, now, next_step)
        return member


def alarm_of(code: str) -> AlarmCode | None:
    """The alarm of this code, among those whose rooms are loaded."""
    return next((alarm for kind in AlarmCode.__subclasses__() for alarm in kind if alarm == code), None)


class AlarmBell:
    """One brand's alarms."""

    def __init__(self, brand_id: str) -> None:
        self._brand_id = brand_id
        # Codes that may stand; None: not asked yet. Spares a statement per call while all is well.
        self._perhaps: set[str] | None = None
        self._happened: dict[str, deque[datetime]] = {}

    def ring(self, connection: Connection, alarm: AlarmCode, detail: str, now: datetime) -> bool:
        """Raises the alarm unless it stands already; the people who answer are told once. Whether they are
        told by this.

        One that comes back before people were told of its end is the same one.
        """
        self._maybe_standing(connection).add(alarm.value)
        raised = alarms.raise_(connection, self._brand_id, alarm.value, detail, now)
        if raised is None:
            return False
        if raised.again:
            log.info("alarm again", code=alarm.value, detail=detail)
            return False
        text = "\n".join((*alarm.sentences.lines(), detail, f"[{alarm.value}]"))
        notices.ring(connection, self._brand_id, f"alarm:{raised.id}", alarm.sentences.what, text, now)
        log.warning("alarm", code=alarm.value, detail=detail)
        return True

    def ring_if_frequent(self, connection: Connection, alarm: AlarmCode, detail: str, now: datetime) -> None:
        """Raises the alarm when what it is about has happened often of late: once is nothing to ring for."""
        happened = self._happened.setdefault(alarm.value, deque(maxlen=OFTEN_TIMES))
        happened.append(now)
        if len(happened) == OFTEN_TIMES and now - happened[0] <= OFTEN_WITHIN:
            self.ring(connection, alarm, detail, now)

    def end_if_rare(self, connection: Connection, alarm: AlarmCode, now: datetime) -> None:
        """Ends such an alarm once it has not happened for as long."""
        happened = self._happened.get(alarm.value)
        if not happened or now - happened[-1] > OFTEN_WITHIN:
            self.end(connection, alarm, now)

    def end(self, connection: Connection, alarm: AlarmCode, now: datetime, *, quietly: bool = False) -> None:
        """Ends the alarm if it stands; costs nothing while no alarm of this code was ever raised.

        People are told when it has been over for a while (bot/jobs/watch/all_clear.py), unless `quietly`: its
        end is only that it is long ago.
        """
        standing = self._maybe_standing(connection)
        if alarm.value not in standing:
            return
        if alarms.end(connection, self._brand_id, alarm.value, now, quietly=quietly):
            log.info("alarm over", code=alarm.value)
        else:
            # Forgotten only when none stands: the transaction that ends one may still be rolled back.
            standing.discard(alarm.value)

    def end_if_earlier(
        self, connection: Connection, alarm: AlarmCode, before: datetime, now: datetime
    ) -> None:
        """Ends the alarm if it was raised before then; costs nothing while none of this code was raised."""
        earlier = alarm.value in self._maybe_standing(connection)
        if earlier and alarms.end_earlier(connection, self._brand_id, alarm.value, before, now):
            log.info("alarm over", code=alarm.value)

    def may_stand(self, connection: Connection, alarm: AlarmCode) -> bool:
        """False when no alarm of this code stands, from this run or an earlier one."""
        return alarm.value in self._maybe_standing(connection)

    def note_standing(self, codes: Iterable[str]) -> None:
        """Learns of alarms that stand: other processes raise some, and this one is to end them as well."""
        if self._perhaps is not None:
            self._perhaps.update(codes)

    def _maybe_standing(self, connection: Connection) -> set[str]:
        if self._perhaps is None:
            self._perhaps = {row.code for row in alarms.standing(connection, self._brand_id)}
        return self._perhaps
