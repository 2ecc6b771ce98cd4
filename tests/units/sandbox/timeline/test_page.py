"""The timeline page is served whole, safely, and without help from anywhere else."""

import re
from typing import Protocol

import pytest
import requests
from starlette.routing import Match, Route

from sandbox.faults import Kind
from sandbox.server import SandboxSettings, create_app
from sandbox.timeline.page import read_page_files
from sandbox.x_api.routes import canonical

FILES = {name: file.content.decode() for name, file in read_page_files().items()}
SCRIPTS = {name: text for name, text in FILES.items() if name.endswith(".js")}


class Sandbox(Protocol):
    """What these tests need of the running sandbox they are given."""

    base: str


def get(x: Sandbox, path: str, **headers: str) -> requests.Response:
    return requests.get(x.base + path, headers=headers, timeout=5)


def weighed(x: Sandbox, text: str) -> requests.Response:
    return requests.post(f"{x.base}/timeline/weigh", json={"text": text}, timeout=5)


def test_the_page_and_all_its_files_come_with_a_policy_that_allows_only_this_server(x: Sandbox) -> None:
    for path in ["/", *(f"/timeline/static/{name}" for name in FILES)]:
        answer = get(x, path)

        assert answer.status_code == 200
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/timeline/static/script/app.js", "text/javascript; charset=utf-8"),
        ("/timeline/static/look/tones.css", "text/css; charset=utf-8"),
        ("/timeline/static/mark.svg", "image/svg+xml"),
    ],
)
def test_every_file_says_what_it_is(x: Sandbox, path: str, content_type: str) -> None:
    assert get(x, path).headers["Content-Type"] == content_type


def test_a_file_the_browser_has_is_not_sent_again(x: Sandbox) -> None:
    first = get(x, "/timeline/static/script/app.js")

    again = get(x, "/timeline/static/script/app.js", **{"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "no-cache"
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize("name", ["nothing.js", "../page.py", "..%2fpage.py", "script/", ""])
def test_only_files_of_the_page_are_given_out(x: Sandbox, name: str) -> None:
    assert get(x, f"/timeline/static/{name}").status_code == 404


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("@BrightTel #data", 16),
        ("日本", 4),
        ("see https://example.com/a/very/long/address", 27),
        ("👩‍👩‍👧‍👦", 2),
    ],
)
def test_the_length_shown_while_typing_is_the_one_x_counts(x: Sandbox, text: str, length: int) -> None:
    assert weighed(x, text).json() == {"length": length, "limit": 280}


def test_a_text_longer_than_any_box_is_not_weighed(x: Sandbox) -> None:
    assert weighed(x, "x" * 25_001).status_code == 422


def test_every_file_the_page_names_exists() -> None:
    named = {
        name
        for text in FILES.values()
        for name in re.findall(r"[\"'(]/timeline/static/([\w./-]+)[\"')]", text)
    }

    assert named
    assert named <= FILES.keys()


def test_every_import_of_a_script_finds_its_file_and_its_name() -> None:
    for name, text in SCRIPTS.items():
        folder = name.rpartition("/")[0]
        for names, target in re.findall(r"^import (.+?) from \"(.+?)\";", text, re.MULTILINE):
            path = resolved(folder, target)
            assert path in SCRIPTS, f"{name} imports {target}"
            for wanted in re.findall(r"\w+", names) if names.startswith("{") else []:
                found = re.search(rf"export (?:async )?(?:const|function|class) {wanted}\b", SCRIPTS[path])
                assert found, f"{name} imports {wanted} from {target}"


def resolved(folder: str, target: str) -> str:
    parts = folder.split("/")
    for part in target.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def test_nothing_is_loaded_from_elsewhere() -> None:
    for name, text in FILES.items():
        addresses = re.findall(r"(?:https?:)?//[\w-]+\.[\w.-]+", text)
        allowed = ["http://www.w3.org"] if name.endswith(".svg") else []

        assert [address for address in addresses if address not in allowed] == [], name


def test_what_people_write_is_never_read_as_markup() -> None:
    for name, text in SCRIPTS.items():
        used = re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc", text
        )

        assert used == [], name


def test_the_page_has_no_inline_script_or_style_which_its_policy_would_refuse() -> None:
    page = FILES["timeline.html"]

    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page) == []


def test_every_label_and_description_points_at_something_on_the_page() -> None:
    page = FILES["timeline.html"]
    ids = re.findall(r"\sid=\"([\w-]+)\"", page)
    used = re.findall(r"(?:for|aria-labelledby|aria-describedby)=\"([\w-]+)\"|href=\"#([\w-]+)\"", page)
    asked = re.findall(r"\bat\(\"([\w-]+)\"\)", SCRIPTS["script/app.js"])

    assert len(ids) == len(set(ids))
    assert {first or second for first, second in used} | set(asked) <= set(ids)


def test_no_file_of_the_page_is_longer_than_a_reader_can_take_in() -> None:
    assert {name: text.count("\n") for name, text in FILES.items() if text.count("\n") > 400} == {}


def test_every_call_the_page_makes_is_one_the_sandbox_answers() -> None:
    api = SCRIPTS["script/api.js"]
    calls = re.findall(r"call\(\"([A-Z]+)\", (.+?)(?:, \{|, fault\)|\);|\)\))", api)
    paths = [
        (method, re.sub(r"\$\{.+?\}", "1", path).partition("?")[0])
        for method, expression in calls
        for path in re.findall(r"[\"`](/[^\"`]*)[\"`]", expression)
    ]
    paths.append(("GET", re.findall(r"STREAM = \"(.+?)\"", api)[0]))
    routes = [route for route in create_app(SandboxSettings()).routes if isinstance(route, Route)]

    def answered(method: str, path: str) -> bool:
        scope = {"type": "http", "method": method, "path": path, "headers": []}
        return any(route.matches(scope)[0] is Match.FULL for route in routes)

    assert len(paths) >= 15
    assert [call for call in paths if not answered(*call)] == []


def test_every_ready_made_fault_is_one_the_sandbox_knows() -> None:
    ready_made = re.findall(r"route: \"(.+?)\", kind: \"(\w+)\"", SCRIPTS["script/panes/workings.js"])

    assert len(ready_made) > 10
    assert [route for route, _ in ready_made if route != "*" and canonical(route) != route] == []
    assert {kind for _, kind in ready_made} <= set(Kind)
