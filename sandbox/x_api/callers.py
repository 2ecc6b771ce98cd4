"""Finds out who makes a request, and refuses as X does whom it does not let in.

Source of the bodies: https://docs.x.com/x-api/fundamentals/response-codes-and-errors and the answers X gives
(2026-11-21).
"""

from enum import Enum

from sandbox.access.keys import Caller, Keys
from sandbox.access.signatures import Nonces, SignatureError, check, form_parameters, oauth_parameters
from sandbox.x_api.problem_bodies import unauthorized, unsupported_authentication


class Who(Enum):
    """Whom a route lets in."""

    USER = "a user, by OAuth 1.0a or OAuth 2.0"
    ANYONE = "a user or the app"
    APP = "the app only"


_KINDS = {
    Who.USER: ["OAuth 1.0a User Context", "OAuth 2.0 User Context"],
    Who.APP: ["OAuth 2.0 Application-Only"],
}


class Callers:
    """The doorkeeper of the API."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._nonces = Nonces()

    def identify(self, method: str, url: str, query: str, headers: dict[bytes, bytes], body: bytes) -> Caller:
        """Who calls.

        Raises: Problem 401 when the request carries no or wrong credentials.
        """
        header = headers.get(b"authorization", b"").decode("latin-1")
        scheme, _, rest = header.partition(" ")
        if scheme.lower() == "oauth":
            form = headers.get(b"content-type", b"").startswith(b"application/x-www-form-urlencoded")
            pairs = form_parameters(query) + (form_parameters(body.decode("latin-1")) if form else [])
            try:
                return self._signed(method, url, oauth_parameters(header), pairs)
            except SignatureError as wrong:
                raise unauthorized() from wrong
        caller = self._keys.owner_of_bearer(rest.strip()) if scheme.lower() == "bearer" else None
        if caller is None or (caller.person and caller.person.suspended):
            raise unauthorized()
        return caller

    def _signed(self, method: str, url: str, oauth: dict[str, str], pairs: list[tuple[str, str]]) -> Caller:
        if oauth.get("oauth_consumer_key") != self._keys.api_key:
            raise SignatureError("unknown consumer key")
        token = oauth.get("oauth_token", "")
        person = self._keys.owner_of_token(token)
        if person is None or person.suspended:
            raise SignatureError("unknown token")
        secrets = f"{self._keys.api_secret}&{self._keys.access_token_secret(person)}"
        check(method, url, oauth, pairs, secrets)
        if not self._nonces.is_new(token, oauth["oauth_timestamp"], oauth["oauth_nonce"]):
            raise SignatureError("nonce used before")
        return Caller(person, oauth1=True)


def admit(caller: Caller, who: Who) -> None:
    """Lets a caller pass to a route.

    Raises: Problem 403 `unsupported-authentication` when the route does not take this kind of token.
    """
    if who is Who.ANYONE or (caller.person is not None) == (who is Who.USER):
        return
    used = "OAuth 2.0 Application-Only"
    if caller.person is not None:
        used = "OAuth 1.0a User Context" if caller.oauth1 else "OAuth 2.0 User Context"
    raise unsupported_authentication(used, _KINDS[who])
