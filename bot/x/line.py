"""The line to X: kept connections, through a proxy where one is set, each call in one write.

requests knows how proxies, authorities and TLS are set up and urllib3 opens and keeps the connections. The
call itself is an exchange of bytes on one of them: what both would do around it (redirects, cookies, tries,
a dozen objects a call) is not wanted here, and would cost more than everything else a call does.
"""

from typing import Any, cast

import requests
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.util import parse_url
from urllib3.util.ssl_ import create_urllib3_context

from bot.x.deadline import Call
from bot.x.one_answer import Said, read_answer

_USUAL_PORTS = {"http": 80, "https": 443}


class Line:
    """Calls to one address. Safe for many threads; closed, it opens again with the next call."""

    def __init__(
        self, base_url: str, *, proxy: str | None, ca_file: str | None, threads: int, connect_seconds: float
    ) -> None:
        """`ca_file` names certificate authorities trusted beside the usual ones."""
        url = parse_url(base_url)
        self._tunnelled = proxy is not None and url.scheme == "https"
        self._connect_seconds = connect_seconds
        self._proxies = {"http": proxy, "https": proxy} if proxy else {}
        self._adapter = _Adapter(ca_file, pool_connections=2, pool_maxsize=threads, max_retries=0)
        self._address = requests.Request("GET", base_url).prepare()
        self._pool: HTTPConnectionPool | None = None
        port = "" if url.port in (None, _USUAL_PORTS.get(url.scheme or "")) else f":{url.port}"
        host = f"{url.host}{port}"
        self.origin = f"{url.scheme}://{host}{(url.path or '').rstrip('/')}"  # what stands before each path
        # A proxy that is no tunnel is told the whole address, and its name and password with each call.
        self._before_path = self._adapter.request_url(self._address, self._proxies).rstrip("/")
        told = self._adapter.proxy_headers(proxy) if proxy and not self._tunnelled else {}
        self._headers = f"Host: {host}\r\n" + "".join(f"{name}: {told[name]}\r\n" for name in told)

    def exchange(self, call: Call, method: str, target: str, headers: str, body: bytes = b"") -> Said:
        """One call, whatever its answer. `target` is path and query, escaped; each header ends its line.

        Raises: Withheld before the first byte; later and before what read_answer and connecting raise.
        """
        if not (target.isascii() and target.isprintable() and " " not in target):
            raise ValueError("a target that is not escaped")
        start = f"{method} {self._before_path}{target} HTTP/1.1\r\n"
        whole = f"{start}{self._headers}{headers}\r\n".encode("latin-1") + body
        pool = self._pool or self._opened()
        connection: Any = pool._get_conn()  # urllib3 has no public way to a kept connection
        said = None
        try:
            if connection.sock is None:
                self._connect(pool, connection)
            call.leave(connection)
            connection.sock.sendall(whole)
            call.has_left()
            said = read_answer(connection.sock, method)
            return said
        finally:
            call.end()
            if said is None or not said.goes_on:
                connection.close()
            pool._put_conn(connection)

    def close(self) -> None:
        """Closes idle connections."""
        self._pool = None
        self._adapter.close()

    def _opened(self) -> HTTPConnectionPool:
        pool = self._adapter.get_connection_with_tls_context(self._address, True, self._proxies)
        self._pool = cast(HTTPConnectionPool, pool)
        return self._pool

    def _connect(self, pool: HTTPConnectionPool, connection: Any) -> None:
        connection.timeout = self._connect_seconds
        if self._tunnelled:
            pool._prepare_proxy(connection)
        else:
            connection.connect()
        # From here on the call's deadline holds, and ends what waits: with a time-out of its own the socket
        # would be asked before each read and write whether it is ready.
        connection.sock.settimeout(None)


class _Adapter(HTTPAdapter):
    def __init__(self, ca_file: str | None, **kwargs: Any) -> None:
        self._tls: dict[str, Any] = {}
        if ca_file is not None:
            trust = create_urllib3_context()
            trust.load_verify_locations(ca_file)
            self._tls = {"ssl_context": trust}  # requests adds the usual authorities to it
        super().__init__(**kwargs)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **(kwargs | self._tls))

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, **(kwargs | self._tls))
