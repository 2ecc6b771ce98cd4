"""The very first start: what was written long before is nobody's request to the bot."""

from pathlib import Path
from typing import Any

import pytest

from bot.cli.troubles import tell
from storage.upkeep.brand import ServesAnother


@pytest.fixture
def served_url(database_url: str) -> str:
    """An empty database: nobody has served this world yet."""
    return database_url


def test_what_is_older_than_ten_minutes_at_the_first_start_is_before_our_time(
    x: Any, stage_of: Any, ana: Any
) -> None:
    old = ana.posts("@BrightTel #help")
    x.advance(minutes=11)
    young = ana.posts("@BrightTel #handsets")
    x.advance(minutes=9)

    stage = stage_of()
    stage.settles()

    assert x.replies_to(old) == []
    assert stage.reason(old) == "before our time"
    assert len(x.replies_to(young)) == 1


def test_how_far_the_first_start_reaches_back_is_a_setting(x: Any, stage_of: Any, ana: Any) -> None:
    post = ana.posts("@BrightTel #help")
    x.advance(minutes=50)

    stage = stage_of(first_start_up_to="1 h")
    stage.settles()

    assert len(x.replies_to(post)) == 1


def test_old_messages_are_before_our_time_too(x: Any, stage_of: Any, ana: Any) -> None:
    message = ana.writes("#charges")
    x.advance(minutes=30)

    stage = stage_of()
    stage.settles()

    assert ana.got == []
    assert stage.reason(message) == "before our time"


def test_a_long_history_is_read_no_further_than_our_time(x: Any, stage_of: Any, ana: Any) -> None:
    ana.posts_many([f"@BrightTel number {number}" for number in range(120)])
    x.advance(hours=2)
    ana.posts_many([f"@BrightTel and {number}" for number in range(101)])

    stage = stage_of()
    stage.settles()

    assert len(x.calls("GET", "/mentions")) == 2  # the page on which our time begins is the last


def test_a_later_start_is_no_first_start(x: Any, stage_of: Any, ana: Any) -> None:
    stage = stage_of()
    stage.settles()
    stage.kill()
    post = ana.posts("@BrightTel #help")
    stage.passes(hours=5)

    stage.start()
    stage.settles()

    assert len(x.replies_to(post)) == 1


def test_a_database_that_serves_another_world_is_refused(
    x: Any, stage_of: Any, theatre: Any, tmp_path: Path
) -> None:
    stage = stage_of()
    stage.kill()
    x.close()
    x._path = tmp_path / "another.world"
    x._open()

    with pytest.raises(ServesAnother):
        stage.start()


def test_the_refusal_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    code = tell(ServesAnother("sandbox:world-1", "sandbox:world-2"))

    said = capsys.readouterr().err
    assert code != 0
    assert "DATABASE_URL" in said


def test_the_same_world_on_another_port_is_the_same_x(x: Any, stage_of: Any, ana: Any) -> None:
    stage = stage_of()
    stage.settles()
    x.restart()

    stage.restart()
    post = ana.posts("@BrightTel #help")
    stage.settles()

    assert len(x.replies_to(post)) == 1
