"""People are rung for what needs them: once, with the post's link, through apprise."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import orjson
import pytest

# apprise looks for an image library of older Pythons; nothing of ours uses it.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


class Rings:
    """A company's own system that takes what apprise posts."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.answers = 200
        rings = self

        class Takes(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if rings.answers == 200:
                    rings.heard.append(orjson.loads(body))
                self.send_response(rings.answers)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Takes)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"json://127.0.0.1:{self._server.server_port}/"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def rings() -> Iterator[Rings]:
    rings = Rings()
    yield rings
    rings.close()


@pytest.fixture
def stage(stage_of: Any, rings: Rings) -> Any:
    return stage_of(people_urls=rings.url)


def test_a_handover_rings_once_with_the_posts_link(stage: Any, rings: Rings, ana: Any) -> None:
    post = ana.posts("@BrightTel #agent about my secret bill")

    stage.settles()
    stage.settles()

    (heard,) = rings.heard
    assert post in heard["message"]
    assert "secret" not in str(heard)


def test_a_restart_does_not_ring_again(stage: Any, rings: Rings, ana: Any) -> None:
    ana.posts("@BrightTel #agent")
    stage.settles()

    stage.restart()
    stage.waits(minutes=5)

    assert len(rings.heard) == 1


def test_an_alarm_rings_with_what_can_be_done(stage: Any, x: Any, rings: Rings, mallory: Any) -> None:
    x.fault("POST /2/tweets", "status", status=401, times=0)
    mallory.posts("@BrightTel #help")
    stage.settles()
    stage.waits(minutes=5)
    stage.waits(minutes=5)

    (heard,) = rings.heard
    assert "x-unauthorized" in heard["message"]
    assert "make new keys" in heard["message"]


def test_an_ordinary_ticket_rings_nobody(stage: Any, rings: Rings, mallory: Any) -> None:
    mallory.posts("@BrightTel #refund")

    stage.settles()

    assert rings.heard == []


def test_whom_nobody_could_be_reached_for_is_rung_later(stage: Any, rings: Rings, ana: Any) -> None:
    rings.answers = 500
    ana.posts("@BrightTel #agent")
    stage.settles()
    assert rings.heard == []

    rings.answers = 200
    stage.waits(minutes=2)

    assert len(rings.heard) == 1
