"""Controls of the loads: a whole day of what people write, and its end."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.control.asked import Refused, answer, body_of, need
from sandbox.load.load_plan import plan_day
from sandbox.load.load_player import LoadPlayer
from sandbox.load.load_profiles import LOADS

_LOAD: dict[str, Any] = {"name": str, "seed": int, "speed": (int, float)}
FASTEST = 100_000


class LoadControls:
    """What begins and ends a load."""

    def __init__(self, player: LoadPlayer) -> None:
        self._player = player

    async def begin(self, request: Request) -> Response:
        """Begins a day of a load."""
        sent = await body_of(request, _LOAD)
        name, seed, speed = need(sent, "name"), need(sent, "seed"), sent.get("speed", 1)
        if name not in LOADS:
            raise Refused(400, f"no load {name!r}; known are {', '.join(LOADS)}")
        if not 0 < speed <= FASTEST:
            raise Refused(400, f"'speed' is above 0 and at most {FASTEST}")
        return answer({"posts": self._player.begin(plan_day(name, seed), float(speed))}, 201)

    async def stop(self, _: Request) -> Response:
        """Ends what is under way."""
        return answer({"dropped": self._player.stop()})
