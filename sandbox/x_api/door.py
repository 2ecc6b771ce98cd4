"""The way every call of the API goes: log, fault, who calls, window, credit, answer, fault again, headers."""

import asyncio
from email.utils import formatdate

import orjson
from starlette.types import Receive, Scope, Send

from sandbox.access.keys import Keys
from sandbox.access.signatures import form_parameters
from sandbox.bill import Bill
from sandbox.faults import Effects, Fault, Faults, Kind
from sandbox.limits import Headers, Limits
from sandbox.profiles import Profile
from sandbox.request_log import RequestLog, readable
from sandbox.world.world import World
from sandbox.x_api.call import Call
from sandbox.x_api.callers import Callers, admit
from sandbox.x_api.problem_bodies import Problem, credits_depleted, no_such_path, too_many_requests
from sandbox.x_api.routes import Route, find

LARGEST_BODY = 12 * 1024 * 1024
HANG_SECONDS = 120.0
CUT = "sandbox.cut"  # the scope's key of what cuts the connection (see sandbox.server)

JSON_TYPE = b"application/json; charset=utf-8"
PROBLEM_TYPE = b"application/problem+json; charset=utf-8"
HTML_TYPE = b"text/html; charset=utf-8"
HTML_PAGE = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Please wait.</body></html>"
)

Reply = tuple[int, bytes, bytes, Headers]


class Door:
    """X's API as an ASGI application."""

    def __init__(
        self, world: World, bill: Bill, profile: Profile, limits: Limits, faults: Faults, log: RequestLog
    ) -> None:
        self._world, self._bill, self._profile = world, bill, profile
        self._limits, self._faults, self._log = limits, faults, log
        self.keys = Keys(world)
        self._callers = Callers(self.keys)
        self._hanging: set[asyncio.Task[None]] = set()

    def close(self) -> None:
        """Lets go of all callers that are kept waiting for ever."""
        for waiting in self._hanging:
            waiting.cancel()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, or misbehaves as asked."""
        method, path = scope["method"], scope["path"]
        query = scope["query_string"].decode("latin-1")
        entry = self._log.add(self._world.now_ms(), method, path, query)
        found = find(method, path)
        name = found[0].name if found else ""
        fault, effects, kinds = self._faults.for_call(name)
        entry.fault = "+".join(kinds) or None
        if fault and fault.kind is Kind.CUT_BEFORE:
            return await _cut(scope, receive)
        headers = dict(scope["headers"])
        body = await _read(receive)
        if body is None:
            return None
        entry.body = readable(body, headers.get(b"content-type", b"").decode("latin-1")) if body else ""
        if fault and fault.kind is Kind.HANG:
            return await self._hang(fault, scope, receive)
        if fault and fault.kind is Kind.SLOW:
            await asyncio.sleep(fault.seconds)
        reply = self._spoiled(fault) if fault else None
        if reply is None or (fault and fault.done):
            own = self.reply(scope, found, headers, body, effects)
            reply = reply or own
        entry.status = reply[0]
        if fault and fault.kind is Kind.CUT_AFTER:
            return await _cut(scope, receive)
        if fault and fault.kind is Kind.BROKEN_JSON:
            reply = (reply[0], reply[1][: max(len(reply[1]) // 2, 1)], *reply[2:])
        return await self._send(send, reply)

    def reply(
        self,
        scope: Scope,
        found: tuple[Route, tuple[str, ...]] | None,
        headers: dict[bytes, bytes],
        body: bytes,
        effects: Effects,
    ) -> Reply:
        """The answer of a well-behaved X."""
        window: Headers = []
        try:
            if found is None:
                raise no_such_path()
            route, params = found
            query = scope["query_string"].decode("latin-1")
            host = headers.get(b"host", b"").decode("latin-1").lower()
            raw_path = scope.get("raw_path", scope["path"].encode()).decode("latin-1")
            url = f"{scope['scheme']}://{host}{raw_path}"
            caller = self._callers.identify(scope["method"], url, query, headers, body)
            admit(caller, route.who)
            allowed, window = self._limits.take(route.name, caller.person.id if caller.person else None)
            if not allowed:
                raise too_many_requests()
            if self._bill.left_micro <= 0 and not route.free:
                raise credits_depleted(str(self._world.brand.id))
            call = Call(
                self._world,
                self._bill,
                self._profile,
                caller,
                params,
                dict(form_parameters(query)),
                body,
                headers.get(b"content-type", b"").decode("latin-1"),
                effects,
            )
            status, answer = route.answer(call)
            return status, orjson.dumps(answer), JSON_TYPE, window
        except Problem as problem:
            return problem.status, orjson.dumps(problem.body), PROBLEM_TYPE, window

    def _spoiled(self, fault: Fault) -> Reply | None:
        """What a fault answers in X's place; None when it leaves the answer to X."""
        given = [(name.lower().encode(), value.encode("latin-1")) for name, value in fault.headers.items()]
        if fault.kind is Kind.HTML:
            body = fault.body.encode() if isinstance(fault.body, str) else HTML_PAGE
            return fault.status, body, HTML_TYPE, given
        if fault.kind is Kind.NO_RESET:
            limits = [(b"x-rate-limit-limit", b"15"), (b"x-rate-limit-remaining", b"0")]
            return 429, _fault_body(fault, 429), PROBLEM_TYPE, [*limits, *given]
        if fault.kind is not Kind.STATUS:
            return None
        names = {name for name, _ in given}
        if fault.status == 429 and b"x-rate-limit-reset" not in names:
            reset = int(self._world.now_ms() / 1000 + (fault.seconds or 60))
            given += [(b"x-rate-limit-limit", b"15"), (b"x-rate-limit-remaining", b"0")]
            given.append((b"x-rate-limit-reset", b"%d" % reset))
        return fault.status, _fault_body(fault, fault.status), _fault_type(fault), given

    async def _hang(self, fault: Fault, scope: Scope, receive: Receive) -> None:
        """Says nothing until the caller gives up, or the fault's time is over."""
        gone = asyncio.create_task(_gone(receive))
        self._hanging.add(gone)
        await asyncio.wait([gone], timeout=fault.seconds or HANG_SECONDS)
        self._hanging.discard(gone)
        gone.cancel()
        await _cut(scope, receive)

    async def _send(self, send: Send, reply: Reply) -> None:
        status, body, content_type, extra = reply
        headers = [
            (b"date", formatdate(self._world.now_ms() / 1000, usegmt=True).encode()),
            (b"content-type", content_type),
            (b"content-length", b"%d" % len(body)),
            *extra,
        ]
        own = {name for name, _ in extra}
        headers = [pair for i, pair in enumerate(headers) if i >= 3 or pair[0] not in own]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


_TITLES = {
    400: "Invalid Request",
    401: "Unauthorized",
    402: "CreditsDepleted",
    403: "Forbidden",
    404: "Not Found",
}
_TITLES |= {429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway"}
_TITLES |= {503: "Service Unavailable", 504: "Gateway Timeout"}


def _fault_body(fault: Fault, status: int) -> bytes:
    if status in (204, 304):
        return b""  # HTTP lets these say nothing
    if isinstance(fault.body, str):
        return fault.body.encode()
    if fault.body is not None:
        return orjson.dumps(fault.body)
    title = _TITLES.get(status, "Error")
    return orjson.dumps({"title": title, "detail": title, "type": "about:blank", "status": status})


def _fault_type(fault: Fault) -> bytes:
    if isinstance(fault.body, str):
        return HTML_TYPE if fault.body.lstrip().startswith("<") else b"text/plain; charset=utf-8"
    return PROBLEM_TYPE if fault.status >= 400 else JSON_TYPE


async def _read(receive: Receive) -> bytes | None:
    """The whole body; None when the caller has gone."""
    first = await receive()
    if first["type"] != "http.request":
        return None
    body = bytes(first.get("body", b""))
    if not first.get("more_body"):
        return body
    chunks = [body]
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        chunks.append(message.get("body", b""))
        if not message.get("more_body") or sum(map(len, chunks)) > LARGEST_BODY:
            return b"".join(chunks)


async def _cut(scope: Scope, receive: Receive) -> None:
    """Ends the connection without an answer, and waits until it has ended."""
    scope[CUT]()
    await _gone(receive)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
