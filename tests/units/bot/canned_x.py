"""An X that gives canned answers over HTTP, whatever name it is called by."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest


class Server(ThreadingHTTPServer):
    daemon_threads = True  # a client that keeps its connection is not waited for
    block_on_close = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    url: str  # path and query
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Canned:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class CannedX:
    """What it answers, and what it was asked. What it has no answer for is 404."""

    answers: dict[tuple[str, str], Canned] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def will(
        self,
        method: str,
        url: str,
        *,
        status: int = 200,
        json: Any = None,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        content_type: str = "application/json",
    ) -> None:
        """From now on it answers this address so."""
        said = body if body is not None else orjson.dumps(json)
        named = {"content-type": content_type, **(headers or {})}
        self.answers[method, urlsplit(url).path] = Canned(status, named, said)

    def get(self, url: str, **answer: Any) -> None:
        self.will("GET", url, **answer)

    def post(self, url: str, **answer: Any) -> None:
        self.will("POST", url, **answer)

    def delete(self, url: str, **answer: Any) -> None:
        self.will("DELETE", url, **answer)

    @contextmanager
    def served(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Whatever urllib3 connects to meanwhile is this."""
        server = Server(("127.0.0.1", 0), self._handler())
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()

        def connect(*_: Any, **__: Any) -> socket.socket:
            return socket.create_connection(server.server_address[:2])

        monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
        yield
        server.shutdown()
        server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        x = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                x.asked.append(Asked(self.path, dict(self.headers), body))
                canned = x.answers.get((self.command, urlsplit(self.path).path), Canned(404, {}, b"{}"))
                self.send_response_only(canned.status)
                for name, value in canned.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(canned.body)))
                self.end_headers()
                self.wfile.write(canned.body)

        for method in ("GET", "POST", "DELETE"):
            setattr(Handler, f"do_{method}", Handler.answer)
        return Handler
