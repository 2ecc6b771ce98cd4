"""tweepy's client with its transport replaced: bounded, never retried, never redirected, never logged.

tweepy knows X's routes and parameters; this file decides how a call is signed and what comes back of it, and
line.py how it leaves. Measured against tweepy 4.17 (2026-11-21): the stock transport has no time-out,
follows redirects (which turn a post into a read), reads netrc, and prints tokens at debug level.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPException
from typing import Any
from urllib.parse import quote

import orjson
import requests
import tweepy  # type: ignore[import-untyped]
from urllib3.exceptions import HTTPError as Urllib3Error

from bot.x.deadline import Call, Watch, Withheld
from bot.x.line import Line
from bot.x.one_answer import Said
from bot.x.signature import Signer

# At debug level these print tokens and signatures; nothing they say is needed.
for _name in ("tweepy", "oauthlib", "requests_oauthlib", "urllib3"):
    logging.getLogger(_name).setLevel(logging.WARNING)


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
        self._line = Line(
            wiring.base_url,
            proxy=wiring.proxy,
            ca_file=wiring.ca_file,
            threads=wiring.threads,
            connect_seconds=wiring.connect_timeout.total_seconds(),
        )
        self._seconds = wiring.call_timeout.total_seconds()
        self._headers = (
            f"User-Agent: {wiring.user_agent}\r\nAccept: application/json\r\nAccept-Encoding: gzip\r\n"
        )
        self._signer = Signer(
            self._line.origin,
            api_key=keys.api_key,
            api_secret=keys.api_secret,
            access_token=keys.access_token,
            access_token_secret=keys.access_token_secret,
        )
        self._watch = Watch()
        self._local = threading.local()

    def close(self) -> None:
        """Closes idle connections; calls under way end by themselves."""
        self._watch.close()
        self._line.close()

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
        call = Call(started + self._seconds, may_leave, is_write=method != "GET")
        self._watch.begin(call)
        try:
            said = self._exchange(call, method, route, params, json)
            if call.cut:  # headers cut short look like an answer without a body
                raise TimeoutError
            return Heard(said.status, said.headers, said.body, _since(started), True)
        except Withheld as withheld:
            return Heard(None, {}, b"", _since(started), False, "withheld", withheld)
        except (Urllib3Error, HTTPException, requests.RequestException, OSError, ValueError) as trouble:
            # The trouble's own words may hold the address with its parameters: only its kind is kept.
            fault = "over its deadline" if call.cut else type(trouble).__name__
            return Heard(None, {}, b"", _since(started), call.written, fault)
        finally:
            call.end()

    def _exchange(
        self,
        call: Call,
        method: str,
        route: str,
        params: Mapping[str, Any] | None,
        json: Mapping[str, Any] | None,
    ) -> Said:
        """The same arguments leave as the same bytes, but for nonce, time and signature."""
        query = [(_escaped(name), _escaped(value)) for name, value in params.items()] if params else []
        signed = self._signer.header(method, route, query)
        headers = f"{self._headers}Authorization: {signed}\r\n"
        target = f"{route}?{'&'.join(f'{name}={value}' for name, value in query)}" if query else route
        if json is None:
            return self._line.exchange(call, method, target, headers)
        body = orjson.dumps(json)
        headers += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return self._line.exchange(call, method, target, headers, body)


def _escaped(value: object) -> str:
    return quote(str(value), safe="")


def _since(started: float) -> timedelta:
    return timedelta(seconds=time.monotonic() - started)
