"""A sandbox over real HTTP for each test, and hands to work it: the brand's app, people, its keeper."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from requests_oauthlib import OAuth1

from sandbox.listening import QuietServer, listen
from sandbox.server import SandboxSettings, create_app

BRAND = "2000000000000000001"
TIMEOUT = 10


@dataclass
class LocalX:
    """A running sandbox: `control` works `/sandbox/…`, `call` calls X's API, signed as the brand."""

    base: str
    session: requests.Session = field(default_factory=requests.Session)
    stop: Callable[[], None] = lambda: None
    ask_to_stop: Callable[[], None] = lambda: None
    _keys: dict[str, dict[str, str]] = field(default_factory=dict)

    def control(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        answer = self.session.request(
            method, f"{self.base}/sandbox/{path}", json=sent or None, timeout=TIMEOUT
        )
        assert answer.ok, answer.text
        return answer.json()  # type: ignore[no-any-return]

    def keys(self, username: str = "BrightTel") -> dict[str, str]:
        if username not in self._keys:
            self._keys[username] = self.control("GET", f"keys?as={username}")
        return self._keys[username]

    def call(
        self,
        method: str,
        path: str,
        query: dict[str, Any] | None = None,
        *,
        by: str = "BrightTel",
        **sent: Any,
    ) -> requests.Response:
        keys = self.keys(by)
        auth = OAuth1(keys["api_key"], keys["api_secret"], keys["access_token"], keys["access_token_secret"])
        return self.session.request(
            method, self.base + path, params=query, json=sent or None, auth=auth, timeout=TIMEOUT
        )

    def bearer(self, token: str, path: str, query: dict[str, Any] | None = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return self.session.get(self.base + path, params=query, headers=headers, timeout=TIMEOUT)

    def get(self, path: str, **query: Any) -> Any:
        answer = self.call("GET", path, {name.replace("__", "."): value for name, value in query.items()})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def mentions(self, **query: Any) -> Any:
        return self.get(f"/2/users/{BRAND}/mentions", **query)

    def says(self, username: str, text: str, **more: Any) -> str:
        return str(self.control("POST", "posts", **{"as": username, "text": text}, **more)["id"])

    def writes(self, username: str, text: str, **more: Any) -> str:
        return str(self.control("POST", "messages", **{"as": username, "text": text}, **more)["id"])

    def reply(self, to: str, text: str) -> requests.Response:
        return self.call("POST", "/2/tweets", text=text, reply={"in_reply_to_tweet_id": to})

    def bill(self) -> dict[str, int]:
        return {line["item"]: line["count"] for line in self.control("GET", "bill")["lines"]}


Start = Callable[..., LocalX]


@pytest.fixture(scope="session")
def stopping() -> Iterator[list[threading.Thread]]:
    """Servers asked to stop; that all of them do is checked once, at the end."""
    threads: list[threading.Thread] = []
    yield threads
    for thread in threads:
        thread.join(TIMEOUT)
        assert not thread.is_alive()


@pytest.fixture
def start_x(stopping: list[threading.Thread]) -> Iterator[Start]:
    """Starts a sandbox: `start_x(profile="x", world=None)`."""
    running: list[LocalX] = []

    def start(profile: str = "x", world: Path | None = None) -> LocalX:
        listener = listen("127.0.0.1", 0)
        app = create_app(SandboxSettings(profile, world))
        server = QuietServer(app, app.state.endings)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
        thread.start()
        local_x = LocalX(f"http://127.0.0.1:{listener.getsockname()[1]}")

        def ask_to_stop() -> None:
            local_x.session.close()
            server.should_exit = True
            stopping.append(thread)

        def stop() -> None:
            ask_to_stop()
            running.remove(local_x)
            thread.join(TIMEOUT)

        local_x.stop, local_x.ask_to_stop = stop, ask_to_stop
        running.append(local_x)
        return local_x

    yield start
    for local_x in running:
        local_x.ask_to_stop()


@pytest.fixture
def x(start_x: Start) -> LocalX:
    """A sandbox of profile `x` with a new world."""
    return start_x()
