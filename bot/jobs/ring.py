"""Rings the people who answer: each hand-over, urgent ticket and alarm goes once to the PEOPLE_URLS.

A notice is claimed, sent, and only then noted as sent: a crash in between rings twice rather than never.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

import structlog

from bot.clock import Clock
from storage.database import Database
from storage.upkeep import notices
from storage.upkeep.leases import LeaseClock
from storage.upkeep.notices import NoticeRow

log = structlog.get_logger(__name__)

AT_MOST = 10  # rung in one run
MOST_TRIES = 8
FIRST_RETRY = timedelta(seconds=10)  # doubled each time: the eighth try comes after about twenty minutes
LEASE = timedelta(minutes=2)  # longer than ten notices can take with the time-outs of the way out
# Older ones are not rung any more, as when the first address is set on a day with many of them.
WORTH_RINGING_FOR = timedelta(hours=24)
_MS = timedelta(milliseconds=1)


class Bell(Protocol):
    """A way to tell people."""

    def ring(self, title: str, text: str) -> bool:
        """True when at least one address has taken it."""


class AppriseBell:
    """Rings at Apprise addresses: mail, chat, telephone. The library is loaded at the first ring."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = tuple(urls)

    def ring(self, title: str, text: str) -> bool:
        import apprise  # noqa: PLC0415  # 0.1 s and 30 MB that a daemon without addresses never needs

        taken = False
        for url in self._urls:
            bell = apprise.Apprise()
            known = bell.add(url)
            if known and bell.notify(body=text, title=title):
                taken = True
            else:
                # An address may hold a password: only its kind is told.
                log.warning("address not reached", kind=url.split(":", 1)[0], known=bool(known))
        return taken


def unknown_addresses(urls: Sequence[str]) -> list[str]:
    """The kinds of those addresses that Apprise cannot read. The addresses themselves may hold passwords."""
    import apprise  # noqa: PLC0415  # only for who has set addresses

    return [url.split(":", 1)[0] for url in urls if not apprise.Apprise().add(url)]


class Ringer:
    """Sends what waits to be rung. `run` is called every few seconds, never twice at once."""

    def __init__(
        self, database: Database, lease_clock: LeaseClock, clock: Clock, bell: Bell, *, brand_id: str
    ) -> None:
        self._database = database
        self._lease_clock = lease_clock
        self._clock = clock
        self._bell = bell
        self._brand_id = brand_id
        self._stopping = False
        self._stopped = False

    def stop(self) -> None:
        """Begins no further notice; what is being rung may end, and is noted."""
        self._stopping = True

    def let_go(self) -> None:
        """Writes nothing from now on: the database is about to close.

        A notice still being rung is rung again after the next start: rather twice than never.
        """
        self._stopped = True

    def run(self) -> int:
        """How many were rung. Raises: StorageTrouble."""
        now_ms, lease_ms = self._lease_clock.now_ms(), LEASE // _MS
        waiting = self._database.write(
            lambda c: notices.claim(c, self._brand_id, now_ms=now_ms, lease_ms=lease_ms, at_most=AT_MOST)
        )
        return sum(self._ring(notice) for notice in waiting)

    def _ring(self, notice: NoticeRow) -> bool:
        if self._stopping:
            return False  # its claim ends by itself
        if self._clock.now() - notice.created_at > WORTH_RINGING_FOR:
            self._database.write(lambda c: notices.failed(c, self._brand_id, notice.id))
            log.warning("too old to be rung", about=notice.about)
            return False
        reached = self._reached(notice)
        if self._stopped:
            return False
        if reached:
            self._database.write(lambda c: notices.sent(c, self._brand_id, notice.id))
            log.info("people rung", about=notice.about)
            return True
        if notice.tries >= MOST_TRIES:
            self._database.write(lambda c: notices.failed(c, self._brand_id, notice.id))
            log.error("people could not be reached", about=notice.about, tries=notice.tries)
        else:
            next_ms = self._lease_clock.now_ms() + FIRST_RETRY * 2 ** (notice.tries - 1) // _MS
            self._database.write(lambda c: notices.try_later(c, self._brand_id, notice.id, next_ms))
        return False

    def _reached(self, notice: NoticeRow) -> bool:
        try:
            return self._bell.ring(notice.title, notice.text)
        except Exception as error:  # whatever an address does, it must not stop the others
            log.warning("ringing failed", about=notice.about, exc_info=error)
            return False
