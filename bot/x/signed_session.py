"""tweepy's client with its transport replaced: bounded, never retried, never redirected, never logged.

tweepy knows X's routes and parameters and signs; this file decides how a call leaves and what comes back of
it. Measured against tweepy 4.17 (2026-11-21): the stock transport has no time-out, follows redirects (which
turn a post into a read), reads netrc, and prints tokens at debug level.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import orjson
import requests
import tweepy  # type: ignore[import-untyped]
from requests.structures import CaseInsensitiveDict
from tweepy.auth import OAuth1UserHandler  # type: ignore[import-untyped]
from urllib3.exceptions import HTTPError as Urllib3Error

from bot.x.deadline import Call, DeadlineAdapter, Watch, Withheld, serving

# At debug level these print tokens and signatures; nothing they say is needed.
for _name in ("tweepy", "oauthlib", "requests_oauthlib", "urllib3"):
    logging.getLogger(_name).setLevel(logging.WARNING)

# A page of 100 long posts is below 3 MB; more is not X.
LARGEST_ANSWER_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class Keys:
    """OAuth 1.0a keys of the brand's account. Their values are never shown, not even in a traceback."""

    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    access_token_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wiring:
    """How calls leave: where to, through what, and how long they may take."""

    base_url: str = "https://api.x.com"  # without /2
    connect_timeout: timedelta = timedelta(seconds=3)
    call_timeout: timedelta = timedelta(seconds=10)  # all of it; less than half a lease
    proxy: str | None = None
    ca_file: str | None = None  # certificate authorities trusted beside the usual ones
    threads: int = 16  # how many calls may be under way at once
    user_agent: str = "TweetServe"


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back of a call, before anybody has judged it."""

    status: int | None  # None: no answer
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    took: timedelta
    written: bool  # its first byte left this machine
    fault: str = ""  # what kind of trouble; never a secret, never a URL with parameters
    withheld: Withheld | None = None

    def json(self) -> Any:
        """The body's JSON. Raises: orjson.JSONDecodeError."""
        return orjson.loads(self.body)


class SignedSession(tweepy.Client):  # type: ignore[misc] # tweepy ships no types
    """tweepy's methods, each of which returns the `Heard` of its one attempt. Safe for many threads."""

    def __init__(self, keys: Keys, wiring: Wiring) -> None:
        # return_type: tweepy hands on what request() returns, unread, instead of building its own objects.
        super().__init__(
            consumer_key=keys.api_key,
            consumer_secret=keys.api_secret,
            access_token=keys.access_token,
            access_token_secret=keys.access_token_secret,
            return_type=requests.Response,
            wait_on_rate_limit=False,
        )
        self._base_url = wiring.base_url.rstrip("/")
        self._timeout = (wiring.connect_timeout.total_seconds(), wiring.call_timeout.total_seconds())
        self._proxies = {"http": wiring.proxy, "https": wiring.proxy} if wiring.proxy else {}
        self._headers = CaseInsensitiveDict(
            {"User-Agent": wiring.user_agent, "Accept": "application/json", "Accept-Encoding": "gzip"}
        )
        self._sign = OAuth1UserHandler(
            keys.api_key, keys.api_secret, keys.access_token, keys.access_token_secret
        ).apply_auth()
        self._watch = Watch()
        self._local = threading.local()
        self._build_session(wiring)

    def _build_session(self, wiring: Wiring) -> None:
        self.session.trust_env = False  # a netrc entry would replace our signature
        adapter = DeadlineAdapter(
            wiring.ca_file, pool_connections=2, pool_maxsize=wiring.threads, max_retries=0
        )
        self.session.mount("https://", adapter)
        self.session.mount("http://", adapter)

    def close(self) -> None:
        """Closes idle connections; calls under way end by themselves."""
        self._watch.close()
        self.session.close()

    def cut_reads(self) -> None:
        """Ends the reads under way as if X had not answered; writes are left to end by themselves."""
        self._watch.cut_reads()

    def leaving_if(self, may_leave: Callable[[], bool] | None) -> None:
        """Sets this thread's last check before the first byte of its next call."""
        self._local.may_leave = may_leave

    def request(
        self,
        method: str,
        route: str,
        params: Mapping[str, Any] | None = None,
        json: Mapping[str, Any] | None = None,
        user_auth: bool = True,  # noqa: ARG002 - tweepy passes it; every call of ours is signed by the user
    ) -> Heard:
        """One attempt at a call, whatever comes of it; never raises for what the network or X does."""
        may_leave = getattr(self._local, "may_leave", None)
        self._local.may_leave = None
        started = time.monotonic()
        call = Call(started + self._timeout[1], may_leave, is_write=method != "GET")
        with serving(call):
            self._watch.begin(call)
            try:
                status, headers, body = self._exchange(method, route, params, json)
                if call.cut:  # headers cut short look like an answer without a body
                    raise TimeoutError
                return Heard(status, headers, body, _since(started), True)
            except Withheld as withheld:
                return Heard(None, {}, b"", _since(started), False, "withheld", withheld)
            except (requests.RequestException, Urllib3Error, OSError, ValueError) as trouble:
                # The trouble's own words may hold the address with its parameters: only its kind is kept.
                fault = "over its deadline" if call.cut else type(trouble).__name__
                return Heard(None, {}, b"", _since(started), call.written, fault)

    def _exchange(
        self, method: str, route: str, params: Mapping[str, Any] | None, json: Mapping[str, Any] | None
    ) -> tuple[int, dict[str, str], bytes]:
        # The adapter, not the session: the session would look for redirects, cookies and netrc.
        prepared = self._prepared(method, route, params, json)
        response = self.session.get_adapter(prepared.url).send(
            prepared, stream=True, timeout=self._timeout, verify=True, proxies=self._proxies
        )
        with response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            return response.status_code, headers, _whole_body(response.raw)

    def _prepared(
        self, method: str, route: str, params: Mapping[str, Any] | None, json: Mapping[str, Any] | None
    ) -> requests.PreparedRequest:
        """The request as it leaves; the same arguments give the same bytes, but for nonce, time and
        signature.
        """
        prepared = requests.PreparedRequest()
        prepared.method = method
        query = "?" + urlencode(params, quote_via=quote) if params else ""
        prepared.url = f"{self._base_url}{route}{query}"
        prepared.headers = self._headers.copy()
        if json is not None:
            prepared.body = orjson.dumps(json)
            prepared.headers["Content-Type"] = "application/json"
            prepared.headers["Content-Length"] = str(len(prepared.body))
        return self._sign(prepared)  # type: ignore[no-any-return] # tweepy ships no types


def _whole_body(raw: Any) -> bytes:
    """The answer's body, decompressed.

    Raises: ValueError where it is too large; urllib3's own where it is cut short.
    """
    parts: list[bytes] = []
    room = LARGEST_ANSWER_BYTES
    # Read until nothing comes: only then does urllib3 say that an answer was cut short.
    while part := raw.read(room + 1, decode_content=True):
        room -= len(part)
        if room < 0:
            raise ValueError("an answer larger than any of X's")
        parts.append(part)
    return b"".join(parts)


def _since(started: float) -> timedelta:
    return timedelta(seconds=time.monotonic() - started)
