"""Signs calls with OAuth 1.0a, HMAC-SHA1: the one thing each call needs that is new each time.

Keys and the words of the protocol stay the same for the life of a session, so what they come to is worked
out once; a call adds its route, its parameters, a nonce and the time.
Source: RFC 5849, section 3.4 (https://www.rfc-editor.org/rfc/rfc5849#section-3.4), read 2026-11-22.
"""

import hashlib
import hmac
import itertools
import secrets
from base64 import b64encode
from collections.abc import Sequence
from urllib.parse import quote

from bot.clock import signing_time


class Signer:
    """Makes the Authorization header of calls to one address. Safe for many threads."""

    def __init__(
        self, origin: str, *, api_key: str, api_secret: str, access_token: str, access_token_secret: str
    ) -> None:
        """`origin`: what stands before each path, as `https://host`, in lower case, no default port."""
        key, token = _escaped(api_key), _escaped(access_token)
        self._origin = _escaped(origin)
        # Of the parameters only nonce and time differ. In the base string each stands escaped once more.
        self._parameters = (
            f"oauth_consumer_key%3D{_escaped(key)}%26oauth_nonce%3D",
            "%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D",
            f"%26oauth_token%3D{_escaped(token)}%26oauth_version%3D1.0",
        )
        self._header = (
            f'OAuth oauth_consumer_key="{key}", oauth_token="{token}", oauth_signature_method="HMAC-SHA1", '
            'oauth_version="1.0", oauth_nonce="'
        )
        secret = f"{_escaped(api_secret)}&{_escaped(access_token_secret)}"
        self._keyed = hmac.new(secret.encode(), digestmod=hashlib.sha1)
        # Nobody may send a nonce twice; that it cannot be guessed adds nothing, since it is sent in the open.
        self._nonce, self._numbers = secrets.token_hex(12), itertools.count()

    def header(
        self, method: str, path: str, query: Sequence[tuple[str, str]] = (), *, nonce: str = "", at: int = 0
    ) -> str:
        """The value of the Authorization header. `query` holds the parameters escaped as they leave.

        `nonce` and `at` are for tests: without them they are new.
        """
        nonce = nonce or f"{self._nonce}{next(self._numbers):x}"
        stamp = str(at or signing_time())
        base = f"{method}&{self._origin}{_escaped(path)}&{self._joined(query, nonce, stamp)}"
        keyed = self._keyed.copy()
        keyed.update(base.encode())
        signature = _escaped(b64encode(keyed.digest()).decode())
        return f'{self._header}{nonce}", oauth_timestamp="{stamp}", oauth_signature="{signature}"'

    def _joined(self, query: Sequence[tuple[str, str]], nonce: str, stamp: str) -> str:
        """All parameters in order, escaped. Raises: ValueError where one is named like the protocol's."""
        first, second, third = self._parameters
        protocol = f"{first}{_escaped(nonce)}{second}{stamp}{third}"
        if not query:
            return protocol
        if any(name.startswith("oauth_") for name, _ in query):
            raise ValueError("a parameter is named like one of the signature's own")
        ordered = [(name, f"{_escaped(name)}%3D{_escaped(value)}") for name, value in sorted(query)]
        before = [words for name, words in ordered if name < "oauth_"]
        after = [words for name, words in ordered if name > "oauth_"]
        return "%26".join([*before, protocol, *after])


def _escaped(words: str) -> str:
    """As RFC 5849, section 3.6, escapes; what is escaped already is so once more."""
    return quote(words, safe="")
