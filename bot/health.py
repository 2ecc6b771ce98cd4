"""The daemon's own address: `/healthz`, `/readyz` and `/metrics`, on the standard library's server.

It answers machines only. There is no page here and nothing that changes anything.
"""

import errno
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bot.errors import OperatorError
from bot.metrics import Metrics

_TEXT = "text/plain; charset=utf-8"
_EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


def _starting() -> str:
    return "the daemon is starting"


class HealthServer:
    """Serves health and metrics until closed.

    `ready` returns why the daemon cannot do its work, or None when it can: a sentence for /readyz.
    Raises: OperatorError when the port is in use, naming the setting.
    """

    def __init__(
        self, host: str, port: int, metrics: Metrics, ready: Callable[[], str | None] = _starting
    ) -> None:
        self._ready = ready
        try:
            self._server = _server(host, port, _handler(metrics, lambda: self._ready()))
        except OSError as refused:
            if refused.errno not in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
                raise
            free = "Stop the program that uses it, or set DAEMON_PORT to a free port."
            ours = "Set LISTEN to an address of this machine, for example 127.0.0.1."
            raise OperatorError(
                code="port-in-use",
                what=f"Port {port} on {host} cannot be used ({refused.strerror}).",
                who="Nobody is served by this start.",
                now="The daemon does not start.",
                next_step=ours if refused.errno == errno.EADDRNOTAVAIL else free,
            ) from refused
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="health", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask(self, ready: Callable[[], str | None]) -> None:
        """From now on `ready` says whether the daemon can do its work."""
        self._ready = ready

    def close(self) -> None:
        """Stops serving and frees the port; again, it does nothing."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _Ip6Server(ThreadingHTTPServer):
    address_family = socket.AF_INET6


def _server(host: str, port: int, handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    return (_Ip6Server if ":" in host else ThreadingHTTPServer)((host, port), handler)


def _handler(metrics: Metrics, ready: Callable[[], str | None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/healthz":
                self._say(200, _TEXT, b"alive\n")
            elif self.path == "/readyz":
                why_not = ready()
                self._say(503 if why_not else 200, _TEXT, f"{why_not or 'ready'}\n".encode())
            elif self.path == "/metrics":
                self._say(200, _EXPOSITION, metrics.exposition())
            else:
                self._say(404, _TEXT, b"Here are /healthz, /readyz and /metrics.\n")

        def _say(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # the base class's own name
            """Says nothing: a scrape every few seconds is no event."""

    return Handler
