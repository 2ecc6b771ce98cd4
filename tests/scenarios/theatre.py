"""X for the stories: sandboxes behind one server over HTTP, and the people on them."""

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import requests

from sandbox.listening import QuietServer, listen
from sandbox.server import SandboxSettings, create_app

BRAND = "BrightTel"


class Theatre:
    """One server for all stories of this process; each story hangs its own world behind it."""

    def __init__(self) -> None:
        self.app: Any = None
        listener = listen("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._server = QuietServer(self, [])
        self._thread = threading.Thread(target=self._serve, args=(listener,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()

    def _serve(self, listener: Any) -> None:
        asyncio.run(self._server.serve(sockets=[listener]))
        listener.close()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await self.app(scope, receive, send)
            return
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await send({"type": "lifespan.shutdown.complete"})


class LocalX:
    """X as people and operators of the sandbox see it, and what makes it misbehave."""

    def __init__(self, theatre: Theatre, world_path: Path, profile: str = "x") -> None:
        self._theatre, self._path, self.profile = theatre, world_path, profile
        self.url = theatre.url
        self._session = requests.Session()
        self._session.trust_env = False
        self._changed = threading.Condition()
        self._changes = 0
        self._open()

    def _open(self) -> None:
        app = create_app(SandboxSettings(self.profile, self._path))
        app.state.world.listeners.append(self._hear)
        self._theatre.app = self.app = app

    def _hear(self, _kind: str, _record: object) -> None:
        with self._changed:
            self._changes += 1
            self._changed.notify_all()

    def until(self, happened: Callable[[], bool], within_seconds: float = 30.0) -> None:
        """Returns when this has happened on X, asked again after each change there."""
        deadline = time.monotonic() + within_seconds
        while True:
            seen = self._changes
            if happened():
                return
            with self._changed:
                left = deadline - time.monotonic()
                changed = self._changed.wait_for(lambda seen=seen: self._changes != seen, timeout=left)
            assert changed, "it did not happen in time"

    def close(self) -> None:
        for end in self.app.state.endings:
            end()
        self.app.state.world.close()

    def restart(self, profile: str | None = None) -> None:
        """Ends the sandbox and starts it again on the same world."""
        self.close()
        self.profile = profile or self.profile
        self._open()

    def end(self) -> None:
        self.close()
        self._session.close()

    def call(self, method: str, path: str, **body: Any) -> Any:
        answer = self._session.request(method, f"{self.url}/sandbox/{path}", json=body or None, timeout=20)
        assert answer.ok, answer.text
        return orjson.loads(answer.content)

    def keys(self) -> dict[str, str]:
        """The settings with which the bot takes this sandbox for the real X."""
        keys = self.call("GET", "keys")
        names = ("api_key", "api_secret", "access_token", "access_token_secret")
        given = {f"x_{name}": str(keys[name]) for name in names}
        return given | {"x_base_url": self.url, "privacy_url": "https://brighttel.example/privacy"}

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.app.state.world.now_ms() / 1000, UTC)

    def advance(self, **by: float) -> None:
        """Lets time go by for X alone."""
        self.call("POST", "clock", advance_seconds=timedelta(**by).total_seconds())

    def fault(self, route: str, kind: str, **more: Any) -> str:
        return str(self.call("POST", "faults", route=route, kind=kind, **more)["id"])

    def spends(self, window: str, calls: int) -> None:
        """So many calls of one of X's windows, named as sandbox/limits.py names it, are used from now on."""
        world = self.app.state.world
        world.other_events["calls"]([window, world.now_ms(), calls])

    def heal(self) -> None:
        self.call("DELETE", "faults")

    def person(self, username: str, **about: Any) -> "Person":
        """A new account on X."""
        self.call("POST", "people", username=username, **about)
        return Person(self, username)

    def known(self, username: str) -> "Person":
        """Somebody who is on X from the start."""
        return Person(self, username)

    def change(self, username: str, **about: Any) -> None:
        self.call("PATCH", f"people/{username}", **about)

    def delete(self, post: str) -> None:
        self.call("DELETE", f"posts/{post}")

    def edit(self, post: str, text: str) -> str:
        return str(self.call("PUT", f"posts/{post}", text=text)["id"])

    def posts(self) -> list[dict[str, Any]]:
        return list(self.call("GET", "timeline")["posts"])

    def messages(self) -> list[dict[str, Any]]:
        return list(self.call("GET", "timeline")["messages"])

    def replies_to(self, post: str, author: str = BRAND) -> list[str]:
        """The texts that stand under a post."""
        return [
            one["text"]
            for one in self.posts()
            if one["in_reply_to"] == post and one["author"] == author and not one["deleted"]
        ]

    def reply_to(self, post: str) -> str:
        """The one text of ours under a post."""
        (text,) = self.replies_to(post)
        return text

    def reply_id(self, post: str) -> str:
        (found,) = [one for one in self.posts() if one["in_reply_to"] == post and one["author"] == BRAND]
        return str(found["id"])

    def messages_to(self, username: str) -> list[str]:
        return [one["text"] for one in self.messages() if one["to"] == username and one["from"] == BRAND]

    def ours(self) -> list[str]:
        """Everything the brand has said, in public and in private."""
        said = [one["text"] for one in self.posts() if one["author"] == BRAND]
        return said + [one["text"] for one in self.messages() if one["from"] == BRAND]

    def bill(self) -> dict[str, tuple[int, int]]:
        """What was charged for: item → how many, and micro-USD."""
        lines = self.call("GET", "bill")["lines"]
        return {line["item"]: (line["count"], round(line["usd"] * 1_000_000)) for line in lines}

    def spent(self) -> float:
        return float(self.call("GET", "bill")["total_usd"])

    def calls(self, method: str, part: str = "") -> list[dict[str, Any]]:
        """The API calls made so far, as X's log has them."""
        seen = self.call("GET", "requests")["requests"]
        return [one for one in seen if one["method"] == method and part in one["path"]]


class Person:
    """Somebody on X."""

    def __init__(self, x: LocalX, name: str) -> None:
        self._x, self.name = x, name
        self.id = str(x.app.state.world.crowd.named(name).id)

    def posts(self, text: str, **more: Any) -> str:
        """Posts in public; the post's id."""
        return str(self._x.call("POST", "posts", **{"as": self.name, "text": text}, **more)["id"])

    def replies(self, to: str, text: str) -> str:
        return self.posts(text, in_reply_to=to)

    def posts_many(self, texts: list[str]) -> list[str]:
        """Posts a crowd of texts, quicker than one call after the other."""
        world = self._x.app.state.world
        author = world.crowd.named(self.name)
        return [str(world.post(author, text).id) for text in texts]

    def writes(self, text: str, **more: Any) -> str:
        """Sends the brand a direct message; its id."""
        return str(self._x.call("POST", "messages", **{"as": self.name, "text": text}, **more)["id"])

    @property
    def got(self) -> list[str]:
        """The direct messages from us, oldest first."""
        return self._x.messages_to(self.name)

    @property
    def message(self) -> str:
        """The one direct message from us."""
        (text,) = self.got
        return text
