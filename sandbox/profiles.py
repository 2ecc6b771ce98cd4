"""The profiles the sandbox can play, and X's rate windows, as data.

Source of the windows: https://docs.x.com/x-api/fundamentals/rate-limits (collected 2026-11-21); what X does
not publish is marked. Numbers are calls per 15 minutes unless `day` is named.
"""

from dataclasses import astuple, dataclass, replace

QUARTER_MS = 900_000
UNLIMITED = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Window:
    """How often a route may be called: per user, per app (app-only calls), and in 24 hours."""

    user: int
    app: int = 0
    user_day: int = 0
    app_day: int = 0


@dataclass(frozen=True, slots=True)
class Profile:
    """A way of playing X: no `windows`, no limits; `credit_usd` is what a new world begins with."""

    name: str
    about: str
    windows: dict[str, Window]
    refuses_duplicates: bool
    credit_usd: int


X_WINDOWS: dict[str, Window] = {
    "GET /2/users/me": Window(75),
    "GET /2/users/:id": Window(900, 300),
    "GET /2/users": Window(900, 300),
    "GET /2/users/by": Window(900, 300),
    "GET /2/users/by/username/:username": Window(900, 300),
    "GET /2/users/:id/mentions": Window(300, 450),
    "GET /2/users/:id/tweets": Window(900, 10_000),
    "GET /2/tweets": Window(5_000, 3_500),
    "POST /2/tweets": Window(100, app_day=10_000),
    "GET /2/tweets/:id": Window(900, 450),
    "DELETE /2/tweets/:id": Window(50),
    "GET /2/tweets/search/recent": Window(300, 450),
    "POST /2/dm_conversations/with/:id/messages": Window(15, user_day=1_440),
    "GET /2/dm_conversations/with/:id/dm_events": Window(15),
    "GET /2/dm_events": Window(15),
    "GET /2/dm_events/:id": Window(15),
    "DELETE /2/dm_events/:id": Window(300, user_day=1_500),
    "POST /2/media/upload": Window(500),
    "POST /2/media/metadata": Window(500, app_day=50_000),
    "GET /2/usage/tweets": Window(50, 50),
    "GET /2/usage/credits": Window(50, 50),  # not published by X: assumed
}

_DM_READS = ("GET /2/dm_conversations/with/:id/dm_events", "GET /2/dm_events", "GET /2/dm_events/:id")

_WIDER = 1_000


def _widened(window: Window) -> Window:
    return Window(*(calls * _WIDER for calls in astuple(window)))


PROFILES: dict[str, Profile] = {
    "x": Profile("x", "X's own windows", X_WINDOWS, refuses_duplicates=True, credit_usd=10_000),
    "demo": Profile(
        "demo",
        "X's own windows, but 180 reads of private messages in 15 minutes instead of 15, so nobody waits",
        X_WINDOWS | {route: replace(X_WINDOWS[route], user=180) for route in _DM_READS},
        refuses_duplicates=True,
        credit_usd=1_000,
    ),
    "wide": Profile(
        "wide",
        "X's own windows, each a thousand times as wide, for tests that do in an hour what takes weeks",
        {route: _widened(window) for route, window in X_WINDOWS.items()},
        refuses_duplicates=True,
        credit_usd=1_000_000,
    ),
    "bench": Profile(
        "bench",
        "no windows, no refusal of duplicate texts",
        {},
        refuses_duplicates=False,
        credit_usd=1_000_000,
    ),
}
