"""Where the public reference data are, and a sandbox process to hold against them and against X's answers."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Protocol

import pytest
import requests
import yaml
from requests_oauthlib import OAuth1

BRAND = "2000000000000000001"
QUARTER_SECONDS = 901
TIMEOUT_SECONDS = 10

CHECKOUT = Path(__file__).parents[2]
SKIP_REASON = "reference data absent: set REFERENCE_DIR to the folder that holds them"


class ReferenceData:
    """The folder of public suites and descriptions; what is missing skips, or fails where it was promised."""

    def __init__(self) -> None:
        self._promised = "REFERENCE_DIR" in os.environ
        self.folder = Path(os.environ.get("REFERENCE_DIR") or CHECKOUT.parent / "shared" / "reference")
        if not self.folder.is_absolute():
            self.folder = CHECKOUT / self.folder

    def path(self, name: str) -> Path:
        """The file `name`; where it is absent the test is skipped, or fails if REFERENCE_DIR is set."""
        path = self.folder / name
        if not path.is_file():
            if self._promised:
                pytest.fail(f"REFERENCE_DIR is set, but {path} does not exist", pytrace=False)
            pytest.skip(SKIP_REASON)
        return path

    def yaml_tests(self, name: str) -> dict[str, list[dict[str, Any]]]:
        """The groups of cases in a YAML suite; none where the file is absent."""
        path = self.folder / name
        if not path.is_file():
            return {}
        tests = yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        groups: dict[str, list[dict[str, Any]]] = tests["tests"]
        return groups


@pytest.fixture(scope="session")
def reference_data() -> ReferenceData:
    return ReferenceData()


@pytest.fixture(scope="session")
def reference_dir(reference_data: ReferenceData) -> Path:
    """The folder of the reference data; a test that needs a file asks `reference_data.path(name)`."""
    return reference_data.folder


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each case of the groups a test names: `@pytest.mark.suite("file.yml", "group", ...)`.

    Where the file is absent one test remains, with the case None, and skips or fails by `suite_case`.
    """
    marker = metafunc.definition.get_closest_marker("suite")
    if marker is None:
        return
    file, *groups = marker.args
    found = ReferenceData().yaml_tests(file)
    cases = [(group, case) for group in groups for case in found.get(group, [None])]
    names = [f"{group}-{number}" for number, (group, _) in enumerate(cases)]
    metafunc.parametrize("suite_case", [(file, *one) for one in cases], ids=names, indirect=True)


@pytest.fixture
def suite_case(request: pytest.FixtureRequest, reference_data: ReferenceData) -> dict[str, Any]:
    """One case of a suite, with the name of its group under `group`."""
    file, group, case = request.param
    path = reference_data.path(file)
    if case is None:
        pytest.fail(f"{path} has no group {group}", pytrace=False)
    return {"group": group, **case}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "suite(file, *groups): run once for each case of a public YAML suite")


@dataclass
class LikeX:
    """A sandbox process: `control` works `/sandbox/…`, `call` calls X's API, signed as the brand or `by`."""

    base: str
    session: requests.Session = field(default_factory=requests.Session)
    _keys: dict[str, dict[str, str]] = field(default_factory=dict)

    def control(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        url = f"{self.base}/sandbox/{path}"
        answer = self.session.request(method, url, json=sent or None, timeout=TIMEOUT_SECONDS)
        assert answer.ok, answer.text
        return answer.json()  # type: ignore[no-any-return]

    def go_to_noon(self) -> None:
        """The next day's noon, UTC: X charges by the day, and no test may come by midnight by chance."""
        now = datetime.fromisoformat(self.control("GET", "health")["now"])
        noon = (now + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
        self.control("POST", "clock", advance_seconds=(noon - now).total_seconds())

    def keys(self, username: str = "BrightTel") -> dict[str, str]:
        if username not in self._keys:
            self._keys[username] = self.control("GET", f"keys?as={username}")
        return self._keys[username]

    def id_of(self, username: str) -> str:
        return self.keys(username)["user_id"]

    def call(
        self,
        method: str,
        path: str,
        query: dict[str, Any] | None = None,
        *,
        by: str = "BrightTel",
        changed: dict[str, str] | None = None,
        **sent: Any,
    ) -> requests.Response:
        """One call, signed by OAuth 1.0a; `changed` replaces some of the keys."""
        keys = self.keys(by) | (changed or {})
        auth = OAuth1(keys["api_key"], keys["api_secret"], keys["access_token"], keys["access_token_secret"])
        return self.session.request(
            method, self.base + path, params=query, json=sent or None, auth=auth, timeout=TIMEOUT_SECONDS
        )

    def bearer(self, token: str, method: str, path: str, **sent: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"}
        url = self.base + path
        return self.session.request(method, url, json=sent or None, headers=headers, timeout=TIMEOUT_SECONDS)

    def as_app(self, method: str, path: str, **sent: Any) -> requests.Response:
        return self.bearer(self.keys()["bearer_app"], method, path, **sent)

    def get(self, path: str, query: dict[str, Any] | None = None, **more: Any) -> Any:
        answer = self.call("GET", path, query, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def mentions(self, **query: Any) -> Any:
        return self.get(f"/2/users/{BRAND}/mentions", query)

    def says(self, username: str, text: str, **more: Any) -> str:
        return str(self.control("POST", "posts", **{"as": username, "text": text}, **more)["id"])

    def writes(self, username: str, text: str, **more: Any) -> str:
        return str(self.control("POST", "messages", **{"as": username, "text": text}, **more)["id"])

    def reply(self, to: str, text: str) -> requests.Response:
        return self.call("POST", "/2/tweets", text=text, reply={"in_reply_to_tweet_id": to})

    def message(self, username: str, text: str) -> requests.Response:
        return self.call("POST", f"/2/dm_conversations/with/{self.id_of(username)}/messages", text=text)

    def fault(self, route: str, kind: str, **more: Any) -> None:
        self.control("POST", "faults", route=route, kind=kind, **more)

    def new_windows(self) -> None:
        self.control("POST", "clock", advance_seconds=QUARTER_SECONDS)

    @contextmanager
    def person(self, username: str, **settings: bool) -> Iterator[None]:
        """While it lasts, somebody has these settings."""
        self.control("PATCH", f"people/{username}", **settings)
        try:
            yield
        finally:
            before = {name: not value for name, value in settings.items()}
            self.control("PATCH", f"people/{username}", **before)

    def bill(self) -> dict[str, tuple[int, Decimal]]:
        lines = self.control("GET", "bill")["lines"]
        return {line["item"]: (line["count"], Decimal(str(line["usd"]))) for line in lines}

    @contextmanager
    def billed(self) -> Iterator[dict[str, tuple[int, Decimal]]]:
        """What is booked while it lasts: count and US dollars by item, filled in at its end."""
        before, booked = self.bill(), dict[str, tuple[int, Decimal]]()
        yield booked
        for item, (count, usd) in self.bill().items():
            known_count, known_usd = before.get(item, (0, Decimal(0)))
            if count > known_count:
                booked[item] = (count - known_count, usd - known_usd)


@pytest.fixture(scope="module")
def fresh_x() -> Iterator[LikeX]:
    """A sandbox process of its own for each file of tests: profile `x`, a new world, ended at the end."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--profile", "x", "--watch-parent"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT)
    assert process.stdout is not None
    words = process.stdout.readline().split()
    assert words[:3] == ["sandbox", "listening", "on"], words
    like_x = LikeX(words[3])
    like_x.go_to_noon()
    yield like_x
    like_x.session.close()
    process.terminate()
    assert process.wait(TIMEOUT_SECONDS) == 0
    process.stdout.close()


@pytest.fixture
def x(fresh_x: LikeX) -> LikeX:
    """The file's sandbox, its windows new, nothing about to go wrong and credit to spend."""
    fresh_x.control("DELETE", "faults")
    fresh_x.control("PUT", "credit", usd=1_000)
    fresh_x.new_windows()
    return fresh_x


Refusals = dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def refusals() -> Refusals:
    """What X answers when it refuses, by name; each with its source."""
    rows: Refusals = yaml.safe_load((Path(__file__).parent / "x_refusals.yaml").read_text("utf-8"))
    return rows


class SaysAsX(Protocol):
    def __call__(self, answer: requests.Response, name: str) -> None: ...


@pytest.fixture(scope="session")
def says_as_x(refusals: Refusals) -> SaysAsX:
    """Checks a whole answer against a row of `x_refusals.yaml`: status, every key of the body, headers."""

    def check(answer: requests.Response, name: str) -> None:
        row = refusals[name]
        assert answer.status_code == row["status"], answer.text
        body = answer.json()
        assert body.keys() == row["body"].keys()
        for key, wanted in row["body"].items():
            assert _fits(key, body[key], wanted), f"{key}: {body[key]!r} instead of {wanted!r}"
        kind = answer.headers["content-type"].partition(";")[0]
        assert kind in ("application/json", "application/problem+json")
        assert parsedate_to_datetime(answer.headers["date"]).tzinfo is not None

    return check


def _fits(key: str, value: Any, wanted: Any) -> bool:
    if isinstance(wanted, str) and wanted.startswith("like: "):
        return re.fullmatch(wanted.removeprefix("like: "), str(value), re.DOTALL) is not None
    if key == "type":
        return bool(value.rpartition("/")[2] == wanted.rpartition("/")[2])
    return bool(value == wanted)
