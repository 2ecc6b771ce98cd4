"""Takes the picture of the timeline for the README, from a running product.

First `make run` on a fresh world, then `uv run --group browser python docs/images/take_timeline.py`.
`TIMELINE_URL` is the page's address (default http://127.0.0.1:8801), `CHROMIUM` a browser to use instead of
Playwright's own.
"""

import os
from pathlib import Path

import requests
from playwright.sync_api import Page, expect, sync_playwright

ADDRESS = os.environ.get("TIMELINE_URL", "http://127.0.0.1:8801")
PICTURE = Path(__file__).with_name("timeline.png")
SIZE = {"width": 1280, "height": 900}
PATIENCE_MILLISECONDS = 30_000

# Who asks what, and where the answer is awaited.
STORY = [
    ("mallory", "@BrightTel #handsets", "public"),
    ("carys", "@BrightTel #data os gwelwch yn dda", "public"),
    ("ana", "@BrightTel #refund I was charged twice in October", "public"),
    ("ana", "@BrightTel #data", "private"),
]


def tell_story(page: Page) -> None:
    """Posts as each person and waits until the bot has answered on the page."""
    for author, text, answered in STORY:
        asked = requests.post(f"{ADDRESS}/sandbox/posts", json={"as": author, "text": text}, timeout=10)
        asked.raise_for_status()
        thread = page.locator("li.thread").filter(has=page.locator(f'[data-id="{asked.json()["id"]}"]'))
        expect(thread).to_be_visible(timeout=PATIENCE_MILLISECONDS)
        answer = (
            thread.locator('[data-kind="brand"]') if answered == "public" else page.locator("#messages li")
        )
        expect(answer.first).to_be_visible(timeout=PATIENCE_MILLISECONDS)


def take_picture() -> None:
    """Writes `timeline.png` beside this file."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"))
        page = browser.new_page(viewport=SIZE, color_scheme="light", reduced_motion="reduce")
        page.goto(ADDRESS)
        page.get_by_role("radio", name="Ana Ruiz").check()
        tell_story(page)
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    take_picture()
