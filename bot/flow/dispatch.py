"""The threads of the send side: one that records and claims, some that call X, one that looks up what is
uncertain.

Hints only make it quick: whatever is due is found by looking at the rows, at least once a second, so that a
lost hint, or a write of another process, loses nothing.
"""

import queue
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress

import structlog

from bot.flow.outgoing.leaving import Finished, Leaving
from bot.flow.outgoing.requested import Requests
from bot.flow.reconcile import Reconciler
from bot.flow.send import Sender
from storage.database import StorageTrouble

log = structlog.get_logger()

LOOK_AT_ROWS_EVERY = 1.0  # seconds
AFTER_TROUBLE = 1.0  # seconds between tries while the database is in trouble
WHILE_STOPPING = 0.2
TOGETHER = 0.003


class Dispatcher:
    """Runs one brand's send side from `start` to `stop`."""

    def __init__(
        self,
        sender: Sender,
        reconciler: Reconciler,
        *,
        senders: int = 16,
        storage_trouble: Callable[[StorageTrouble], None] = lambda _: None,
        on_request: bool = False,
    ) -> None:
        """`senders` is the number of calls under way at once; `storage_trouble` is told of each one.

        `on_request`: deliveries are claimed only when somebody asks; then as many as may leave.
        """
        self._sender = sender
        self._reconciler = reconciler
        self._senders = senders
        self._storage_trouble = storage_trouble
        self._events: queue.SimpleQueue[Finished | None] = queue.SimpleQueue()  # None: a hint
        self._work: queue.SimpleQueue[Leaving | None] = queue.SimpleQueue()
        self._requests = Requests() if on_request else None
        self._uncertain = threading.Event()
        self._stopping = threading.Event()
        self._under_way: Counter[str] = Counter()
        self._threads: list[threading.Thread] = []

    def start(self, *, sole: bool = False) -> None:
        """Starts the threads. `sole`: nobody else serves this database, so whatever is *sending* is
        abandoned.

        Raises: StorageTrouble.
        """
        self._sender.sweep(sole=sole)
        self._uncertain.set()
        bodies = [("dispatch", self._dispatch), ("reconcile", self._reconcile)]
        bodies += [(f"send-{n}", self._send) for n in range(self._senders)]
        self._threads = [threading.Thread(target=body, name=name, daemon=True) for name, body in bodies]
        for thread in self._threads:
            thread.start()

    def hint(self) -> None:
        """Something may be due. Costs nothing; may be called from any thread."""
        self._events.put(None)

    def ask(self) -> "Future[None]":
        """Done when a delivery that was due is sent and its outcome recorded, or none is due."""
        assert self._requests is not None, "this one looks by itself"
        asked = self._requests.add()
        self.hint()
        return asked

    def stop(self, within_seconds: float = 8.0) -> bool:
        """Lets the calls under way end, records them, gives the other claims back; True if all that was
        done.
        """
        self._sender.close()
        self._stopping.set()
        self._uncertain.set()
        self._events.put(None)
        deadline = time.monotonic() + within_seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    # -- the thread that records and claims

    def _dispatch(self) -> None:
        finished: list[Finished] = []
        next_look = time.monotonic()
        while True:
            stopping = self._stopping.is_set()
            finished += self._gather(time.monotonic() + WHILE_STOPPING if stopping else next_look)
            if stopping and not finished and not sum(self._under_way.values()):
                break
            if not finished and stopping:
                continue
            try:
                if not stopping and time.monotonic() >= next_look:
                    next_look = time.monotonic() + LOOK_AT_ROWS_EVERY
                    if self._sender.sweep():
                        self._uncertain.set()
                self._turn(finished)
                finished = []
            except StorageTrouble as trouble:
                self._trouble(trouble)
            except Exception:  # a bug in one turn must not end all sending
                log.exception("turn failed")
                self._stopping.wait(AFTER_TROUBLE)
        for _ in range(self._senders):
            self._work.put(None)
        if self._requests is not None:
            self._requests.close()

    def _gather(self, next_look: float) -> list[Finished]:
        """Waits for a hint, a call that is over, or the next look; all calls that are over.

        Calls that end one soon after the other are gathered for a moment: a turn costs the same for one as
        for many. What is new never waits for that while a sender is free.
        """
        finished: list[Finished] = []
        under_way = sum(self._under_way.values())
        until = next_look
        with suppress(queue.Empty):
            while len(finished) < under_way or not finished:
                event = self._events.get(timeout=max(0.0, until - time.monotonic()))
                if event is not None:
                    finished.append(event)
                    until = min(until, time.monotonic() + TOGETHER)
                elif under_way < self._senders:
                    until = 0.0
            while True:
                event = self._events.get_nowait()
                if event is not None:
                    finished.append(event)
        return finished

    def _turn(self, finished: list[Finished]) -> None:
        routes = Counter(one.leaving.route for one in finished)
        free = self._senders - sum(self._under_way.values()) + len(finished)
        if self._requests is not None:
            free = free if self._requests.waiting() else 0
            if not free and not finished:
                return
        turn = self._sender.turn(finished, free)
        if self._requests is not None:
            none_due = len(turn.leaving) < free and not turn.more
            self._requests.claimed(finished, turn.leaving, nothing_left=none_due)
        self._under_way -= routes
        self._under_way += Counter(leaving.route for leaving in turn.leaving)
        for leaving in turn.leaving:
            self._work.put(leaving)
        if turn.unusual:
            self._uncertain.set()
        if turn.unusual or turn.more:
            self._events.put(None)

    def _trouble(self, trouble: StorageTrouble) -> None:
        log.error("storage trouble", kind=trouble.kind.value, detail=trouble.detail)
        self._storage_trouble(trouble)
        if self._stopping.wait(AFTER_TROUBLE):
            time.sleep(WHILE_STOPPING)  # what came back is still to be recorded

    # -- the threads that call, and the one that looks

    def _send(self) -> None:
        while (leaving := self._work.get()) is not None:
            self._events.put(self._sender.call(leaving))

    def _reconcile(self) -> None:
        while not self._stopping.is_set():
            self._uncertain.wait(LOOK_AT_ROWS_EVERY)
            self._uncertain.clear()
            if self._stopping.is_set():
                return
            try:
                if self._reconciler.step():
                    self.hint()
            except StorageTrouble as trouble:
                self._trouble(trouble)
            except Exception:  # a bug in one look must not end all looking
                log.exception("look failed")
                self._stopping.wait(AFTER_TROUBLE)
