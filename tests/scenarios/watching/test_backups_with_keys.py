"""With real keys a database that nobody backs up is noticed from the first day on."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def served_url(database_url: str) -> str:
    """An empty database."""
    return database_url


def test_a_backup_that_was_never_made_rings(stage_of: Callable[..., Any], x: Any) -> None:
    stage = stage_of(poll_silence="9 d", **x.keys())
    stage.passes(hours=25)
    stage.watches()
    assert stage.alarms() == []

    stage.passes(hours=2)
    stage.watches()

    assert stage.alarms() == ["backup-old"]
    assert "none since the start" in stage.rung()[0]


def test_who_wants_no_such_alarm_gets_none(stage_of: Callable[..., Any], x: Any) -> None:
    stage = stage_of(poll_silence="9 d", backup_up_to=0, **x.keys())
    stage.passes(days=9)

    stage.watches()

    assert "backup-old" not in stage.alarms()
