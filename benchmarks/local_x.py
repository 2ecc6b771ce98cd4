"""A local X for one measurement: the sandbox with profile `bench` on a fresh world, and its controls."""

import http.client
import re
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson

from benchmarks.processes import Process, wait_until

BRAND = "BrightTel"
WORLD = "bench.world"
_LISTENS = re.compile(r"sandbox listening on http://([^:\s]+):(\d+)")


@dataclass(frozen=True)
class Answers:
    """What the brand has said since the last look."""

    posts: list[dict[str, Any]]
    messages: list[dict[str, Any]]

    def __len__(self) -> int:
        return len(self.posts) + len(self.messages)


class LocalX(Process):
    """The sandbox as a process of its own, and one kept connection to its controls."""

    def __init__(self, folder: Path) -> None:
        """Starts it on the world in `folder`, a fresh one if there is none."""
        command = [sys.executable, "-m", "sandbox", "--port", "0", "--profile", "bench", "--watch-parent"]
        super().__init__("sandbox", [*command, "--world", str(folder / WORLD)], folder, {})
        wait_until(lambda: _LISTENS.search(self.said()), "its address", self)
        found = _LISTENS.search(self.said())
        assert found is not None
        self.base_url = f"http://{found[1]}:{found[2]}"
        self._connection = http.client.HTTPConnection(found[1], int(found[2]), timeout=60)
        self._newest = "0"

    def ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """The answer of a control. Raises: RuntimeError when it refuses."""
        sent = None if body is None else orjson.dumps(body)
        self._connection.request(method, f"/sandbox/{path}", sent, {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:300]!r}")
        return dict(orjson.loads(content))

    def add_people(self, count: int) -> list[tuple[str, str]]:
        """New people: (id, username)."""
        names = [f"person_{number:05d}" for number in range(1, count + 1)]
        return [(str(self.ask("POST", "people", {"username": name})["id"]), name) for name in names]

    def post(self, username: str, text: str) -> str:
        """Somebody's post; its id."""
        return str(self.ask("POST", "posts", {"as": username, "text": text})["id"])

    def delay_calls(self, seconds: float) -> None:
        """From now on each call of the API takes this much longer. Controls do not."""
        self.ask("POST", "faults", {"route": "*", "kind": "slow", "seconds": seconds, "times": 0})

    def bill_usd(self) -> Decimal:
        """What X has charged since the world began."""
        return Decimal(str(self.ask("GET", "bill")["total_usd"]))

    def new_answers(self) -> Answers:
        """What the brand has posted and sent since the last call of this."""
        told = self.ask("GET", f"timeline?after={self._newest}")
        ids = [item["id"] for item in (*told["posts"], *told["messages"])]
        self._newest = max([self._newest, *ids], key=int)
        return Answers(
            [post for post in told["posts"] if post["author"] == BRAND],
            [message for message in told["messages"] if message["from"] == BRAND],
        )

    def answers_since(self, post_id: str) -> int:
        """How many posts and messages of the brand are newer."""
        told = self.ask("GET", f"timeline?after={post_id}")
        authors = [post["author"] for post in told["posts"]]
        return [*authors, *(message["from"] for message in told["messages"])].count(BRAND)

    def calls(self, method: str, path_ending: str, after: int = 0) -> int:
        """How many calls of the API went there, counting from the call numbered `after`."""
        listed = self.ask("GET", f"requests?after={after}")["requests"]
        return sum(one["method"] == method and one["path"].endswith(path_ending) for one in listed)

    def last_call(self) -> int:
        """The number of the newest call of the API; 0 before the first."""
        listed = self.ask("GET", "requests?newest=1")["requests"]
        return int(listed[-1]["n"]) if listed else 0
