"""X cannot be reached at all: what never left is known not to have left, and leaves once X is there again."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest


class Cable:
    """The line between the bot and X: one address that can be pulled out and plugged in again."""

    def __init__(self, to: str) -> None:
        self._to = (urlsplit(to).hostname, urlsplit(to).port)
        self._port = 0
        self._open: list[socket.socket] = []
        self.plug_in()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def plug_in(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def pull(self) -> None:
        """From now on nobody listens there, and the lines in use are cut."""
        for one in (self._listener, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open.clear()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self._to)
                self._open += [near, far]
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    @staticmethod
    def _carry(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while part := source.recv(65536):
                target.sendall(part)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)


@pytest.fixture
def cable(x: Any) -> Iterator[Cable]:
    cable = Cable(x.url)
    yield cable
    cable.pull()


@pytest.fixture
def served_url(database_url: str) -> str:
    """An empty database: with keys another X is served than without."""
    return database_url


@pytest.fixture
def stage(stage_of: Any, x: Any, cable: Cable) -> Any:
    return stage_of(**(x.keys() | {"x_base_url": cable.url}))


def test_an_answer_refused_a_connection_never_left_and_leaves_once(
    stage: Any, x: Any, cable: Cable, mallory: Any
) -> None:
    post = mallory.posts("@BrightTel #help")
    stage.looks()
    stage.handles()

    cable.pull()
    stage.sends()

    delivery = stage.delivery(post)
    assert (delivery.state, delivery.reason) == ("queued", "no connection")
    assert (delivery.attempts, delivery.unknown_fate) == (0, False)
    assert stage.unsettled() == 0

    cable.plug_in()
    stage.waits(seconds=10)
    stage.waits(minutes=5)

    assert len(x.replies_to(post)) == 1
    assert len(x.calls("POST", "/2/tweets")) == 1
    assert stage.delivery(post).attempts == 1
    stage.money_agrees()


def test_a_message_refused_a_connection_never_left_and_leaves_once(
    stage: Any, x: Any, cable: Cable, ana: Any
) -> None:
    ana.writes("#help")
    stage.looks()
    stage.handles()

    cable.pull()
    stage.sends()
    cable.plug_in()
    stage.waits(seconds=10)
    stage.waits(minutes=5)

    assert len(ana.got) == 1
    stage.money_agrees()


def test_mentions_written_while_x_is_out_of_reach_are_answered_afterwards(
    stage: Any, x: Any, cable: Cable, mallory: Any
) -> None:
    stage.settles()
    cable.pull()
    post = mallory.posts("@BrightTel #help")
    stage.settles()
    stage.waits(minutes=6)

    assert "x-down" in stage.alarms()

    cable.plug_in()
    stage.waits(minutes=6)

    assert len(x.replies_to(post)) == 1
    assert stage.alarms() == []
    stage.money_agrees()
