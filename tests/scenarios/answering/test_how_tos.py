"""The brand's own how-tos: served until the day that stands in them, and not a day longer."""

from pathlib import Path
from typing import Any

import pytest

HOW_TO = """topic: foldable
renew by: {day}

## en Care for a foldable
Keep sand away from the hinge.
"""


@pytest.fixture
def stage(stage_of: Any, x: Any, tmp_path: Path) -> Any:
    """A brand with a how-to of its own, to be renewed within the week."""
    folder = tmp_path / "own"
    (folder / "android").mkdir(parents=True)
    last = x.now().date().isoformat()
    (folder / "android" / "foldable.md").write_text(HOW_TO.format(day=last), encoding="utf-8")
    return stage_of(commands_folder=folder)


def test_it_is_served_until_its_last_day_is_over(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel #android foldable")
    stage.settles()
    stage.passes(hours=11)  # it is noon when a story begins
    late = mallory.posts("@BrightTel #android foldable")
    stage.settles()

    assert "Keep sand away from the hinge." in x.reply_to(post)
    assert "Keep sand away from the hinge." in x.reply_to(late)


def test_after_its_last_day_it_is_neither_served_nor_offered(stage: Any, x: Any, mallory: Any) -> None:
    stage.waits(hours=13)
    asked = mallory.posts("@BrightTel #android foldable")
    listed = mallory.posts("@BrightTel #android")

    stage.settles()

    assert "hinge" not in x.reply_to(asked)
    assert "foldable" not in x.reply_to(asked)
    assert "foldable" not in x.reply_to(listed)
    assert "battery" in x.reply_to(listed)
