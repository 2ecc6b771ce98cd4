"""Rate windows as X keeps them: fixed windows that begin with their first call, shown in headers.

They belong to the world: a restart gives nobody new calls. With a profile without windows the headers are
there all the same and say that plenty is left.
"""

from sandbox.profiles import QUARTER_MS, UNLIMITED, X_WINDOWS, Profile
from sandbox.world.snowflakes import DAY_MS
from sandbox.world.world import World

Headers = list[tuple[bytes, bytes]]


class Limits:
    """Counts calls per subject (a user's id, or `app`) and route, in X's time."""

    def __init__(self, world: World, profile: Profile) -> None:
        self._world = world
        self._profile = profile
        self._counts: dict[str, tuple[int, int]] = {}
        world.other_events["calls"] = self._replayed

    def take(self, route: str, user_id: int | None) -> tuple[bool, Headers]:
        """Counts a call of a user (None: the app itself): whether it is allowed, and X's headers for it."""
        now_ms = self._world.now_ms()
        allowed = True
        headers: Headers = []
        windows = self._windows(route, user_id)
        states = [(*window, *self._state(window[0], window[2], now_ms)) for window in windows]
        if any(used >= limit for _, limit, _, _, _, used in states):
            allowed = False
        for key, limit, span_ms, prefix, start_ms, used in states:
            if allowed:
                used += 1
                self._keep(key, start_ms, used)
            reset_s = (start_ms + span_ms + 999) // 1000
            headers += _headers(prefix, limit, max(limit - used, 0), reset_s)
        return allowed, headers if states else _plenty(route, now_ms)

    def _windows(self, route: str, user_id: int | None) -> list[tuple[str, int, int, bytes]]:
        window = self._profile.windows.get(route)
        if window is None:
            return []
        subject = "app" if user_id is None else str(user_id)
        limit = (window.app or window.user) if user_id is None else window.user
        found = [(f"{subject} {route}", limit, QUARTER_MS, b"x-rate-limit")]
        if window.user_day and user_id is not None:
            found.append((f"{subject} day {route}", window.user_day, DAY_MS, b"x-user-limit-24hour"))
        if window.app_day:
            found.append((f"app day {route}", window.app_day, DAY_MS, b"x-app-limit-24hour"))
        return found

    def _state(self, key: str, span_ms: int, now_ms: int) -> tuple[int, int]:
        start_ms, used = self._counts.get(key, (now_ms, 0))
        return (now_ms, 0) if now_ms - start_ms >= span_ms else (start_ms, used)

    def _keep(self, key: str, start_ms: int, used: int) -> None:
        self._counts[key] = (start_ms, used)
        self._world.record("calls", [key, start_ms, used])

    def _replayed(self, row: tuple[str, int, int]) -> None:
        key, start_ms, used = row
        self._counts[key] = (start_ms, used)


def _plenty(route: str, now_ms: int) -> Headers:
    """Without windows: the headers that X sends on this route, its day's too, with more calls than anybody
    makes.
    """
    headers = _headers(b"x-rate-limit", UNLIMITED, UNLIMITED, (now_ms + QUARTER_MS) // 1000)
    window = X_WINDOWS.get(route)
    if window is not None and (window.user_day or window.app_day):
        prefix = b"x-user-limit-24hour" if window.user_day else b"x-app-limit-24hour"
        headers += _headers(prefix, UNLIMITED, UNLIMITED, (now_ms + DAY_MS) // 1000)
    return headers


def _headers(prefix: bytes, limit: int, remaining: int, reset_s: int) -> Headers:
    return [
        (prefix + b"-limit", b"%d" % limit),
        (prefix + b"-remaining", b"%d" % remaining),
        (prefix + b"-reset", b"%d" % reset_s),
    ]
