"""Holds back answers that have waited long, until it is known that no colleague gave them in X's own app.

Our own posts are read before an old mention is decided. Its answer may then wait again: while sending is
paused, while X or the budget keeps it back. So they are read once more before it leaves: not in the
transaction that claims it, which only asks what is known, but by whoever looks at X for the send side.
"""

import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from bot.clock import Clock

CHECK_AGAIN = timedelta(seconds=5)  # while our own posts cannot be read
_FRESH_FOR = timedelta(minutes=1)


class OwnPosts(Protocol):
    """What is known of our own posts; see `bot.x.feeds.own_post_feed`."""

    def own_posts_are_read(self, since: datetime, up_to: datetime) -> bool: ...
    def ensure_own_posts_read(self, since: datetime, up_to: datetime) -> bool: ...


class Colleagues:
    """Which answers wait until our own posts are read. Several threads may use it."""

    def __init__(self, own_posts: OwnPosts, clock: Clock, *, check_from: timedelta) -> None:
        """Mentions younger than `check_from` are answered without a look."""
        self._own_posts = own_posts
        self._clock = clock
        self._check_from = check_from
        self._lock = threading.Lock()
        self._waiting: dict[int, datetime] = {}  # delivery → when its mention was posted

    def may_have_answered(self, posted_at: datetime, now: datetime) -> bool:
        """Whether somebody may have answered a mention of that time, without our knowing it yet."""
        if posted_at >= now - self._check_from:
            return False
        return not self._own_posts.own_posts_are_read(posted_at, now - _FRESH_FOR)

    def wait(self, waiting: Iterable[tuple[int, datetime]]) -> None:
        """These deliveries are held back, each with the time of its mention, until `look` was made."""
        with self._lock:
            self._waiting |= dict(waiting)

    def look(self) -> list[int]:
        """Reads our own posts if anything waits for it; the deliveries that need not wait any longer.

        Raises: StorageTrouble.
        """
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        if not waiting:
            return []
        up_to = self._clock.now() - _FRESH_FOR
        known = self._own_posts.ensure_own_posts_read(min(waiting.values()), up_to)
        return sorted(waiting) if known else []
