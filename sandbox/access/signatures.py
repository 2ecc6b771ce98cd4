"""OAuth 1.0a: is a request signed with HMAC-SHA1 by the keys it names, lately, and for the first time.

Source: RFC 5849; https://docs.x.com/resources/fundamentals/authentication (2026-11-21).
"""

import base64
import hashlib
import hmac
import re
import time
from collections import deque
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote

WINDOW_SECONDS = 300

Pairs = list[tuple[str, str]]


class SignatureError(Exception):
    """The signature does not hold; the message is for the log, X tells the caller nothing but 401."""


class Nonces:
    """The nonces of the last minutes, so that a captured request cannot be played again."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str, str]] = set()
        self._queue: deque[tuple[float, tuple[str, str, str]]] = deque()

    def is_new(self, token: str, timestamp: str, nonce: str) -> bool:
        """Remembers a nonce; False when it was used before."""
        now = time.monotonic()
        while self._queue and now - self._queue[0][0] > 2 * WINDOW_SECONDS:
            self._seen.discard(self._queue.popleft()[1])
        key = (token, timestamp, nonce)
        if key in self._seen:
            return False
        self._seen.add(key)
        self._queue.append((now, key))
        return True


def oauth_parameters(header: str) -> dict[str, str]:
    """The `oauth_…` parameters of an Authorization header, decoded."""
    found: dict[str, str] = {}
    for part in header[6:].split(","):
        name, _, value = part.strip().partition("=")
        found[unquote(name)] = unquote(value.strip('"'))
    found.pop("realm", None)
    return found


def check(
    method: str, url: str, oauth: dict[str, str], others: Iterable[tuple[str, str]], secrets: str
) -> None:
    """Checks form, age and signature of a request.

    `url` is scheme, host and path without the query; `others` are the query's and the form body's pairs;
    `secrets` are the app's and the token's secret, joined by `&`. The machine's clock judges the age, not
    X's.

    Raises: SignatureError.
    """
    if oauth.get("oauth_signature_method") != "HMAC-SHA1" or oauth.get("oauth_version", "1.0") != "1.0":
        raise SignatureError("unknown signature method or version")
    stamp = oauth.get("oauth_timestamp", "")
    if not re.fullmatch(r"[0-9]{1,12}", stamp) or abs(time.time() - int(stamp)) > WINDOW_SECONDS:
        raise SignatureError("timestamp out of bounds")
    if not oauth.get("oauth_nonce"):
        raise SignatureError("no nonce")
    signed: Pairs = [(name, value) for name, value in oauth.items() if name != "oauth_signature"]
    expected = signature(method, url, [*signed, *others], secrets)
    if not hmac.compare_digest(expected.encode(), oauth.get("oauth_signature", "").encode()):
        raise SignatureError("signature does not match")


def signature(method: str, url: str, parameters: Pairs, secrets: str) -> str:
    """The base64 HMAC-SHA1 signature of a request (RFC 5849, section 3.4)."""
    encoded = sorted((_encode(name), _encode(value)) for name, value in parameters)
    normal = "&".join(f"{name}={value}" for name, value in encoded)
    base = f"{method.upper()}&{quote(url, safe='')}&{quote(normal, safe='')}"
    return base64.b64encode(hmac.digest(secrets.encode(), base.encode(), hashlib.sha1)).decode()


def form_parameters(encoded: str) -> Pairs:
    """The name and value pairs of a query or form body; a malformed one has none."""
    try:
        return parse_qsl(encoded, keep_blank_values=True, strict_parsing=bool(encoded), errors="strict")
    except ValueError:
        return []


@lru_cache(maxsize=4096)
def _encode(text: str) -> str:
    return quote(text, safe="")
