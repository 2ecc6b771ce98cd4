"""Who has asked for a delivery to be sent, and which delivery serves whom."""

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future

from bot.flow.outgoing.leaving import Finished, Leaving


class Requests:
    """Each request waits until a delivery is claimed for it, and is done when its outcome is recorded.

    A request may be added from any thread; all else is the dispatching thread's.
    """

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._waiting: deque[Future[None]] = deque()
        self._served: dict[int, Future[None]] = {}  # by delivery
        self._closed = False

    def add(self) -> "Future[None]":
        asked: Future[None] = Future()
        with self._changing:
            if not self._closed:
                self._waiting.append(asked)
                return asked
        _done(asked)
        return asked

    def waiting(self) -> bool:
        """Whether anything may be claimed."""
        return bool(self._waiting)

    def claimed(
        self, finished: Sequence[Finished], leaving: Sequence[Leaving], *, nothing_left: bool
    ) -> None:
        """After a turn: these calls are recorded, these deliveries claimed. `nothing_left`: no other is due,
        so whoever still waits waits for nothing.
        """
        over = [self._served.pop(one.leaving.delivery.id, None) for one in finished]
        with self._changing:
            for one, _ in zip(leaving, list(self._waiting), strict=False):
                self._served[one.delivery.id] = self._waiting.popleft()
            while nothing_left and self._waiting:
                over.append(self._waiting.popleft())
        for asked in over:
            _done(asked)

    def close(self) -> None:
        """Nobody is served any more."""
        with self._changing:
            self._closed = True
            left = [*self._waiting, *self._served.values()]
            self._waiting.clear()
            self._served.clear()
        for asked in left:
            _done(asked)


def _done(asked: "Future[None] | None") -> None:
    if asked is not None and asked.set_running_or_notify_cancel():
        asked.set_result(None)
