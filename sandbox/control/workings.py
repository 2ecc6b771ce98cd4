"""Controls of the machine: keys, bill and credit, faults, the log of calls, the clock."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.access.keys import Keys
from sandbox.bill import Bill
from sandbox.control.asked import Refused, answer, body_of, need, number_of, person_of
from sandbox.faults import Fault, Faults, Kind
from sandbox.load.load_player import LoadPlayer
from sandbox.prices import MICRO
from sandbox.profiles import Profile
from sandbox.request_log import RequestLog
from sandbox.world.snowflakes import LAST_MS, iso
from sandbox.world.world import World
from sandbox.x_api.routes import ROUTES, canonical

_FAULT: dict[str, Any] = {
    "route": str,
    "kind": str,
    "status": int,
    "body": (str, dict, list),
    "headers": dict,
    "seconds": (int, float),
    "times": int,
    "probability": (int, float),
    "done": bool,
}
MOST_USD = 1_000_000_000
# What an answer's header may be called and say. Source: RFC 9110, section 5.
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+: [\x20-\x7e\xa0-\xff]*")
_STATUS = {Kind.HTML: 503, Kind.NO_RESET: 429}


class Workings:
    """What is behind the stage of the local X."""

    def __init__(
        self,
        world: World,
        bill: Bill,
        profile: Profile,
        faults: Faults,
        log: RequestLog,
        keys: Keys,
        player: LoadPlayer,
    ) -> None:
        self._player = player
        self._world, self._bill, self._profile = world, bill, profile
        self._faults, self._log, self._keys = faults, log, keys

    async def health(self, _: Request) -> Response:
        """That it runs, which world it is, and X's time."""
        profile = self._profile
        state = {"ok": True, "world_id": self._world.id, "profile": profile.name, "about": profile.about}
        return answer(state | {"now": self._world.clock.now()})

    async def keys(self, request: Request) -> Response:
        """Somebody's keys, the brand's by default."""
        username = request.query_params.get("as")
        person = person_of(self._world, username) if username else self._world.brand
        base_url = f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}"
        return answer(self._keys.shown(person, base_url))

    async def bill(self, _: Request) -> Response:
        """What the world's calls have cost."""
        return answer(self._bill.shown())

    async def set_credit(self, request: Request) -> Response:
        """Sets the credit that is left."""
        usd = need(await body_of(request, {"usd": (int, float)}), "usd")
        if abs(usd) > MOST_USD:
            raise Refused(400, f"'usd' is at most {MOST_USD:,}")
        self._bill.grant(usd)
        return answer({"credit_left_usd": self._bill.left_micro / MICRO})

    async def faults(self, _: Request) -> Response:
        """The faults still to happen."""
        return answer({"faults": [_shown(fault) for fault in self._faults.all()]})

    async def add_fault(self, request: Request) -> Response:
        """Asks for a fault."""
        sent = await body_of(request, _FAULT)
        route = need(sent, "route")
        name = route if route == "*" else canonical(route)
        if name is None:
            raise Refused(400, f"no route {route!r}; known are *, {', '.join(each.name for each in ROUTES)}")
        try:
            kind = Kind(need(sent, "kind"))
        except ValueError:
            raise Refused(400, f"'kind' is one of {', '.join(Kind)}") from None
        status = sent.get("status", _STATUS.get(kind, 500))
        times, probability = sent.get("times", 1), sent.get("probability", 1.0)
        seconds = sent.get("seconds", _SECONDS.get(kind, 0.0))
        if not 200 <= status <= 599 or min(times, seconds) < 0 or not 0 <= probability <= 1:
            raise Refused(
                400, "'status' is 200 to 599, 'times' and 'seconds' are 0 or more, 'probability' 0 to 1"
            )
        headers = {key: str(value) for key, value in sent.get("headers", {}).items()}
        for key, value in headers.items():
            if not _HEADER.fullmatch(f"{key}: {value}"):
                raise Refused(400, f"no HTTP header can be {f'{key}: {value}'!r}")
        fault = self._faults.add(
            route=name,
            kind=kind,
            status=status,
            body=sent.get("body"),
            headers=headers,
            seconds=float(seconds),
            left=times or None,
            probability=float(probability),
            done=sent.get("done", False),
        )
        return answer({"id": fault.id}, 201)

    async def remove_faults(self, request: Request) -> Response:
        """Deletes one fault, or all of them."""
        identity = request.path_params.get("id")
        count = self._faults.remove(identity)
        if identity is not None and not count:
            raise Refused(404, f"there is no fault {identity}")
        return answer({"deleted": count})

    async def requests(self, request: Request) -> Response:
        """The calls of the API after a number, or only the newest of them."""
        after, newest = number_of(request, "after") or 0, number_of(request, "newest")
        return answer({"requests": self._log.after(after, newest)})

    async def clock(self, request: Request) -> Response:
        """Moves X's time forward; the machine's clock, which judges OAuth timestamps, stays."""
        seconds = need(await body_of(request, {"advance_seconds": (int, float)}), "advance_seconds")
        if seconds < 0:
            raise Refused(400, "X's time only goes forward")
        if self._world.now_ms() + seconds * 1000 > LAST_MS:
            raise Refused(400, f"X's ids end on {iso(LAST_MS)}: no time after that can be played")
        self._player.advance(round(seconds * 1000))
        return answer({"now": self._world.clock.now()})


_SECONDS = {Kind.SLOW: 1.0, Kind.LATE: 5.0}


def _shown(fault: Fault) -> dict[str, Any]:
    return {
        "id": fault.id,
        "route": fault.route,
        "kind": fault.kind.value,
        "status": fault.status if fault.kind in (Kind.STATUS, Kind.HTML, Kind.NO_RESET) else None,
        "body": fault.body,
        "headers": fault.headers,
        "seconds": fault.seconds,
        "times": fault.left or 0,
        "probability": fault.probability,
        "done": fault.done,
    }
