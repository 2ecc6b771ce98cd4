"""Two daemons on one SQLite file: one serves, the other stands by, and takes over when the first is gone."""

from collections.abc import Callable
from signal import SIGKILL
from typing import Any

import pytest
import requests

from tests.scenarios.theatre import LocalX


@pytest.fixture
def start(run: Callable[..., Any], x: LocalX) -> Callable[..., Any]:
    """Starts a daemon on the file that all daemons of the story share."""
    x.restart("bench")
    return lambda **settings: run(SANDBOX_URL=x.url, **settings)


def ready(port: int) -> tuple[int, str]:
    answer = requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5)
    return answer.status_code, answer.text


def answered(x: LocalX, post: str) -> bool:
    return len(x.replies_to(post)) == 1


def test_the_second_one_stands_by_and_serves_when_the_first_is_killed_without_an_operator(
    start: Any, x: LocalX, free_port: Any, mallory: Any, ben: Any
) -> None:
    port = free_port()
    first = start()
    first.says("Serving")
    second = start(DAEMON_PORT=str(port))
    assert "is in use by process" in second.says("Standing by")
    assert ready(port)[0] == 503
    assert ready(port)[1].startswith("standby: ")
    x.fault("POST /2/tweets", "slow", seconds=1)
    under_way = mallory.posts("@BrightTel #help")
    first.says("decided")
    assert len(x.calls("GET", "/2/users/me")) == 1  # the second has not asked X for anything

    first.signal(SIGKILL)
    later = ben.posts("@BrightTel #help")

    second.says("takes over")
    x.until(lambda: answered(x, later))
    assert ready(port) == (200, "ready\n")
    x.until(lambda: answered(x, under_way))


def test_without_keys_the_sandbox_goes_over_as_well(run: Any, free_port: Any) -> None:
    sandbox_port = str(free_port())
    first = run(SANDBOX_PORT=sandbox_port)
    first.says("Serving")
    second = run(SANDBOX_PORT=sandbox_port)
    second.says("Standing by")

    first.signal(SIGKILL)

    second.says("Serving @BrightTel")
    assert requests.get(f"http://127.0.0.1:{sandbox_port}/sandbox/health", timeout=5).ok
