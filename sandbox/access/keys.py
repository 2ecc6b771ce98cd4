"""The keys of a world: one app, owned by the brand, and one set of tokens for each person.

All are derived from the world's secret: they stay the same for as long as the world exists, and no table of
tokens is needed to find whose one is.
"""

import hashlib
import hmac
from dataclasses import dataclass

from sandbox.world.records import Person
from sandbox.world.snowflakes import id_of
from sandbox.world.world import World


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever makes a call: a person, or (person None) the app itself."""

    person: Person | None
    oauth1: bool = False


class Keys:
    """The app's keys and everybody's tokens."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._secrets: dict[int, str] = {}
        self.api_key = self._derive("api key", 25)
        self.api_secret = self._derive("api secret", 50)
        self.bearer_app = "AAAA" + self._derive("app bearer", 60)

    def access_token(self, person: Person) -> str:
        """A person's OAuth 1.0a token: their id, a hyphen and 40 characters, as X's look."""
        return f"{person.id}-{self._derive(f'token {person.id}', 40)}"

    def access_token_secret(self, person: Person) -> str:
        """The secret of that token."""
        known = self._secrets.get(person.id)
        if known is None:
            known = self._secrets[person.id] = self._derive(f"token secret {person.id}", 45)
        return known

    def bearer_user(self, person: Person) -> str:
        """A person's OAuth 2.0 token."""
        return f"U{person.id}.{self._derive(f'user bearer {person.id}', 60)}"

    def owner_of_token(self, token: str) -> Person | None:
        """Whose OAuth 1.0a token it is; None for a wrong one."""
        person = self._person(token.partition("-")[0])
        return person if person and hmac.compare_digest(token, self.access_token(person)) else None

    def owner_of_bearer(self, token: str) -> Caller | None:
        """Whose OAuth 2.0 token it is (a person's or the app's); None for a wrong one."""
        if hmac.compare_digest(token.encode(), self.bearer_app.encode()):
            return Caller(None)
        person = self._person(token.partition(".")[0].removeprefix("U"))
        good = person is not None and hmac.compare_digest(token.encode(), self.bearer_user(person).encode())
        return Caller(person) if good else None

    def shown(self, person: Person, base_url: str) -> dict[str, str]:
        """A person's keys as `/sandbox/keys` answers them."""
        return {
            "base_url": base_url,
            "user_id": str(person.id),
            "api_key": self.api_key,
            "api_secret": self.api_secret,
            "access_token": self.access_token(person),
            "access_token_secret": self.access_token_secret(person),
            "bearer_user": self.bearer_user(person),
            "bearer_app": self.bearer_app,
        }

    def _person(self, digits: str) -> Person | None:
        return self._world.crowd.by_id.get(id_of(digits) or 0)

    def _derive(self, label: str, length: int) -> str:
        return hmac.new(self._world.secret, label.encode(), hashlib.sha256).hexdigest()[:length]
