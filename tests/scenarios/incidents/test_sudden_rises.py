"""A sudden rise rings people and proposes an incident; it answers nothing, and opens nothing, by itself."""

import re
import shlex
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.cli.main import main
from storage.incidents import request_counts
from storage.upkeep import brand
from tests.scenarios.incidents.lead import closes, opens

SURGE = "request-surge"


def crowd_posts(x: Any, text: str, people: int, name: str = "neighbour") -> None:
    for number in range(people):
        x.person(f"{name}{number}").posts(f"@BrightTel {text} {number}")


def asked_before(stage: Any, what: str, per_hour: int, *, days: int = 29) -> None:
    """Four weeks in which each hour brought so many."""
    hour = stage.clock.now().replace(minute=0, second=0, microsecond=0)
    counts = {
        (what, hour - timedelta(days=day, minutes=-(shift % 60))): 1
        for day in range(1, days + 1)
        for shift in range(per_hour)
    }
    stage.database.write(lambda c: request_counts.add(c, stage.brand_id, counts))


def detail(stage: Any) -> str:
    return next(text for text in stage.rung() if SURGE in text)


def test_ten_requests_in_a_quarter_of_an_hour_ring_once_and_propose_an_incident(stage: Any, x: Any) -> None:
    crowd_posts(x, "#broken", 9)
    stage.settles()
    assert stage.alarms() == []

    x.person("tenth").posts("@BrightTel #broken too")
    stage.settles()
    stage.works()

    assert stage.alarms() == [SURGE]
    assert len(stage.rung()) == 1
    assert "#broken: 10 within 15 minutes" in detail(stage)


def test_the_proposed_command_can_be_typed_as_it_stands(
    stage: Any, x: Any, mallory: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    crowd_posts(x, "#broken", 10)
    stage.settles()
    (line,) = [line for line in detail(stage).splitlines() if line.startswith("tweetserve act")]
    apart_ms = (x.now() - datetime.now(UTC)) // timedelta(milliseconds=1)
    stage.database.write(lambda c: brand.note_offset(c, stage.brand_id, apart_ms))  # for the command line
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", stage.settings.database)

    code = main([*shlex.split(line)[1:], "--by", "dora"])
    post = mallory.posts("@BrightTel #broken")
    stage.settles()

    assert code == 0
    assert re.search(r"problem since \d\d:\d\d", x.reply_to(post))


def test_it_opens_no_incident_by_itself(stage: Any, x: Any, mallory: Any) -> None:
    crowd_posts(x, "#broken", 12)
    stage.settles()
    post = mallory.posts("@BrightTel #broken")
    stage.settles()

    assert "Sorry about that" in x.reply_to(post)


def test_a_known_trouble_counts_without_any_command_and_gets_no_answer(stage: Any, x: Any) -> None:
    crowd_posts(x, "there is no signal in Leeds", 10)

    stage.settles()

    assert stage.alarms() == [SURGE]
    assert "no signal: 10" in detail(stage)
    assert "--commands broken,poorservice,data,text" in detail(stage)
    assert x.ours() == []


def test_a_brand_adds_troubles_of_its_own(stage_of: Any, x: Any, tmp_path: Any) -> None:
    folder = tmp_path / "commands"
    folder.mkdir()
    (folder / "trouble_en.txt").write_text("[router lights: broken]\nred light\norange light\n")
    stage = stage_of(commands_folder=folder)
    crowd_posts(x, "my hub shows a red light", 10)

    stage.settles()

    assert "router lights: 10" in detail(stage)


def test_what_came_slowly_is_no_rise(stage: Any, x: Any) -> None:
    for part in range(3):
        crowd_posts(x, "#broken", 4, name=f"street{part}x")
        stage.settles()
        stage.passes(minutes=8)

    assert stage.alarms() == []


def test_after_four_weeks_what_the_hour_usually_brings_is_no_rise(stage: Any, x: Any) -> None:
    asked_before(stage, "#broken", per_hour=16)  # four in a quarter of an hour
    crowd_posts(x, "#broken", 11)

    stage.settles()

    assert stage.alarms() == []


def test_after_four_weeks_three_times_the_usual_rings(stage: Any, x: Any) -> None:
    asked_before(stage, "#broken", per_hour=16)
    crowd_posts(x, "#broken", 12)

    stage.settles()

    assert stage.alarms() == [SURGE]
    assert "usually 4" in detail(stage)


def test_before_four_weeks_are_over_the_figure_alone_counts(stage: Any, x: Any) -> None:
    asked_before(stage, "#broken", per_hour=40, days=20)
    crowd_posts(x, "#broken", 10)

    stage.settles()

    assert stage.alarms() == [SURGE]


def test_counts_survive_a_kill(stage: Any, x: Any) -> None:
    crowd_posts(x, "#broken", 6)
    stage.settles()
    stage.restart()
    crowd_posts(x, "#broken", 4, name="later")

    stage.settles()

    assert stage.alarms() == [SURGE]


def test_when_it_is_over_the_alarm_ends(stage: Any, x: Any) -> None:
    crowd_posts(x, "#broken", 10)
    stage.settles()

    stage.waits(minutes=16)

    assert stage.alarms() == []


def test_a_second_rise_rings_once_more_while_the_first_stands(stage: Any, x: Any) -> None:
    crowd_posts(x, "#broken", 10)
    stage.settles()
    crowd_posts(x, "#refund", 10, name="other")
    stage.settles()
    stage.works()

    assert stage.alarms() == [SURGE]
    assert len(stage.rung()) == 2
    assert "#refund: 10" in stage.rung()[1]


def test_what_an_open_incident_explains_rings_nobody(stage: Any, x: Any) -> None:
    opens(stage)
    crowd_posts(x, "#broken no signal", 12)
    stage.settles()
    assert stage.alarms() == []

    closes(stage)
    stage.works()

    assert stage.alarms() == []


def test_opening_the_incident_ends_the_alarm(stage: Any, x: Any) -> None:
    crowd_posts(x, "#broken", 10)
    stage.settles()

    opens(stage)
    stage.works()

    assert stage.alarms() == []


def test_a_flood_of_stops_proposes_nothing(stage: Any, x: Any) -> None:
    for number in range(12):
        x.person(f"tired{number}").posts("@BrightTel #stop")

    stage.settles()

    assert stage.alarms() == []
