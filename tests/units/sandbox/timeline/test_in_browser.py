"""The timeline page does its work in a real browser. Skipped where Playwright or a Chromium is missing."""

import os
import shutil
from collections.abc import Iterator
from typing import Any, Protocol

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

DESK, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
expect = playwright.expect


class Sandbox(Protocol):
    """What these tests need of the running sandbox they are given."""

    base: str

    def says(self, username: str, text: str, **more: Any) -> str: ...
    def writes(self, username: str, text: str, **more: Any) -> str: ...


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, x: Sandbox) -> Iterator[Any]:
    context = chromium.new_context(viewport=DESK, reduced_motion="reduce")
    page = context.new_page()
    troubles: list[object] = []
    page.on("pageerror", lambda error: troubles.append(error))
    page.goto(x.base)
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    yield page
    context.close()
    assert troubles == []


def be(page: Any, name: str) -> None:
    page.get_by_role("radio", name=name).check(force=True)


def test_an_example_fills_the_box_and_its_post_and_answer_arrive_without_reload(
    page: Any, x: Sandbox
) -> None:
    be(page, "Ana Ruiz")
    page.get_by_role("button", name="#refund").click()
    expect(page.locator("#public-composer .count-number")).to_have_text("35 / 280")
    page.keyboard.press("Control+Enter")
    thread = page.locator(".thread")
    expect(thread).to_contain_text("#refund my bill is wrong")

    x.says(
        "BrightTel",
        "Your request is BT-7KQ2-4.",
        in_reply_to=thread.locator("article").get_attribute("data-id"),
    )

    expect(thread).to_contain_text("BT-7KQ2-4")
    expect(thread).to_contain_text("answered in")
    expect(page.locator("#announce")).to_contain_text("BrightTel replied")


def test_a_text_that_is_refused_stays_in_its_box_with_the_reason(page: Any, x: Sandbox) -> None:
    page.locator("#person-else").select_option("BrightTel")
    page.locator("#correspondent select").select_option("closed_kim")
    box = page.locator("#private-composer textarea")
    box.fill("hello Kim")
    box.press("Control+Enter")

    expect(page.locator("#private-composer .trouble")).to_contain_text("permission to DM")
    expect(box).to_have_value("hello Kim")


def test_private_messages_are_shown_to_their_person_only_and_counted_for_the_others(
    page: Any, x: Sandbox
) -> None:
    be(page, "Ana Ruiz")

    x.writes("carys", "helo")
    x.writes("BrightTel", "2.1 GB", to="carys")

    expect(page.locator(".person", has_text="Carys Morgan").locator(".badge")).to_contain_text("1")
    expect(page.locator("#messages li")).to_have_count(0)
    be(page, "Carys Morgan")
    expect(page.locator("#messages li")).to_have_count(2)
    expect(page.locator(".person", has_text="Carys Morgan").locator(".badge")).to_have_count(0)


def test_an_edited_post_keeps_its_place_and_its_answers(page: Any, x: Sandbox) -> None:
    be(page, "Ana Ruiz")
    first = x.says("ana", "@BrightTel #dat")
    x.says("BrightTel", "Did you mean #data?", in_reply_to=first)
    x.says("ben", "something newer")
    thread = page.locator(".thread").nth(1)
    thread.get_by_label("Change this post").click()
    thread.get_by_role("button", name="Edit").click()
    page.locator(".writing textarea").fill("@BrightTel #data")
    page.keyboard.press("Control+Enter")

    expect(thread.locator("article").first).to_contain_text("@BrightTel #data")
    expect(thread.locator("article").first).to_contain_text("edited")
    expect(thread.locator("article")).to_have_count(2)
    expect(page.locator(".thread")).to_have_count(2)


def test_markup_in_a_post_is_shown_as_it_was_written_and_runs_nothing(page: Any, x: Sandbox) -> None:
    hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>'

    x.says("mallory", hostile)

    expect(page.locator(".post-text")).to_have_text(hostile)
    expect(page).to_have_title("Timeline · TweetServe")


@pytest.mark.parametrize("width", [390, 320])
def test_a_phone_needs_no_sideways_scrolling_and_shows_one_room_at_a_time(
    page: Any, x: Sandbox, width: int
) -> None:
    x.says("ana", "@BrightTel " + "a-very-long-word-" * 14)
    page.set_viewport_size(PHONE | {"width": width})

    rooms = {"Public": "#public", "Private": "#private", "Bill and X": "#bill"}
    for tab, shown in rooms.items():
        page.locator(".tabs").get_by_role("button", name=tab).click()
        for room in rooms.values():
            expect(page.locator(room)).to_be_visible(visible=room == shown)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_thousands_of_posts_are_shown_a_part_at_a_time(page: Any, x: Sandbox) -> None:
    for number in range(70):
        x.says("ben", f"post {number}")

    expect(page.locator(".thread")).to_have_count(30)
    expect(page.locator(".thread").first).to_contain_text("post 69")
    page.get_by_role("button", name="Show older posts").click()
    expect(page.locator(".thread")).to_have_count(60)
