"""The threads that decide mentions, one step of bot/flow/handle.py after another."""

import threading
from collections import deque
from concurrent.futures import Future

import structlog

from bot.flow.handle import BATCH, Hand, Handler
from storage.database import StorageTrouble

log = structlog.get_logger(__name__)

_AFTER_TROUBLE = 1.0  # seconds
_LOOK_EVERY = 1.0
_REST_OF_THE_OTHERS = 30.0


class HandlerThreads:
    """Several threads at the handler; woken by new mentions, and looking by themselves once a second.

    Whatever wakes them is only a hint: a lost one costs a second. Database trouble stops nothing for good;
    `trouble` says what it is while it lasts.
    """

    def __init__(self, handler: Handler, *, threads: int, on_request: bool = False) -> None:
        """`on_request`: mentions are claimed only when somebody asks; then as many as one batch holds."""
        self._handler = handler
        self._on_request = on_request
        self._asked: deque[Future[None]] = deque()
        self._changed = threading.Condition()
        self._hints = 0
        self._stopping = False
        self.trouble: StorageTrouble | None = None
        self._threads = [
            threading.Thread(target=self._serve, args=(number == 0,), name=f"handler-{number}", daemon=True)
            for number in range(threads)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """There may be something to decide."""
        with self._changed:
            self._hints += 1
            self._changed.notify()

    def ask(self) -> "Future[None]":
        """Done when a mention that was due is decided and written, or none is due."""
        asked: Future[None] = Future()
        with self._changed:
            self._asked.append(asked)
            self._hints += 1
            self._changed.notify()
        if self._stopping:
            _let_go_of(self._taken(BATCH))
        return asked

    def stop(self, seconds: float) -> None:
        """Ends the threads: what is decided is written, all else is given back. Waits at most so long."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=seconds)
        _let_go_of(self._taken(len(self._asked)))

    def _serve(self, looks_by_itself: bool) -> None:
        hand = Hand()
        served: list[Future[None]] = []
        while not self._stopping:
            try:
                if looks_by_itself:
                    self._handler.sweep_when_due()
                served += self._taken(BATCH - len(served))
                step = self._handler.step(hand, BATCH if served or not self._on_request else 0)
                self._well()
            except StorageTrouble as trouble:
                self._in_trouble(trouble)
                self._rest(_AFTER_TROUBLE)
                continue
            except Exception:  # a fault of ours: what is held stays held, and the thread goes on
                log.exception("handling failed")
                self._rest(_AFTER_TROUBLE)
                continue
            if not hand.size:
                _let_go_of(served)
            if step.claimed >= BATCH:
                self.wake()  # there is more than one thread can carry
            elif not hand.held and not step.moved:
                self._rest(_LOOK_EVERY if looks_by_itself else _REST_OF_THE_OTHERS)
        try:
            self._handler.let_go(hand)
        except StorageTrouble as trouble:
            self._in_trouble(trouble)  # the leases end by themselves
        _let_go_of(served)

    def _taken(self, at_most: int) -> "list[Future[None]]":
        """Those whose asking this thread serves now."""
        with self._changed:
            return [self._asked.popleft() for _ in range(min(at_most, len(self._asked)))]

    def _rest(self, at_most: float) -> None:
        with self._changed:
            if self._hints == 0 and not self._stopping:
                self._changed.wait(timeout=at_most)
            self._hints = max(0, self._hints - 1)

    def _in_trouble(self, trouble: StorageTrouble) -> None:
        if self.trouble is None or self.trouble.kind is not trouble.kind:
            log.error("database trouble", kind=trouble.kind.value, detail=trouble.detail)
        self.trouble = trouble

    def _well(self) -> None:
        if self.trouble is not None:
            log.info("database well again")
            self.trouble = None


def _let_go_of(served: "list[Future[None]]") -> None:
    for asked in served:
        if asked.set_running_or_notify_cancel():
            asked.set_result(None)
    served.clear()
