"""A mention the bot does not survive is set aside after three tries, with a ticket, and people are rung."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from bot.desk import mention_acts
from bot.errors import OperatorError

AWKWARD = Path(__file__).parents[2] / "units" / "bot" / "awkward_commands"


@pytest.fixture
def stage(stage_of: Any) -> Any:
    """A bot with a command that hangs, each time longer than the bot lives."""
    return stage_of(commands_folder=AWKWARD, command_deadline=3600)


@pytest.fixture(autouse=True)
def mended(stage: Any) -> Iterator[Event]:
    """Set when the command hangs no more."""
    mended: Event = stage.deciding.registry.current.commands["hangs"].declared.function.__globals__["let_go"]
    mended.clear()
    yield mended
    mended.set()


def dies_of(stage: Any, times: int) -> None:
    """Lets the bot die so often while it decides."""
    for _ in range(times):
        stage.settles()
        stage.restart()
        stage.serving.handler.sweep()


def test_it_gets_an_urgent_ticket_and_people_are_rung_once_with_the_posts_link(
    stage: Any, x: Any, mallory: Any
) -> None:
    post = mallory.posts("@BrightTel #hangs")

    dies_of(stage, 3)
    stage.waits(minutes=10)

    (ticket,) = stage.tickets()
    (rung,) = [text for text in stage.rung() if ticket["reference"] in text]
    assert (stage.mention(post).state, stage.reason(post)) == ("parked", "crashed")
    assert ticket["mention_ids"] == [post]
    assert post in rung
    assert x.ours() == [x.reply_to(post)]


def test_what_is_tried_for_the_second_time_is_not_given_up(
    stage: Any, x: Any, mallory: Any, mended: Any
) -> None:
    post = mallory.posts("@BrightTel #hangs")

    dies_of(stage, 2)
    mended.set()
    stage.settles()

    assert stage.mention(post).state == "done"
    assert len(x.replies_to(post)) == 1
    assert stage.tickets() == []


def test_set_aside_it_holds_up_nobody_not_even_its_own_author(
    stage: Any, x: Any, ana: Any, mallory: Any
) -> None:
    mallory.posts("@BrightTel #hangs")
    later, other = mallory.posts("@BrightTel #handsets"), ana.posts("@BrightTel #help")

    stage.settles()
    early = len(x.replies_to(other))
    dies_of(stage, 3)
    stage.settles()

    assert early == 1
    assert len(x.replies_to(other)) == 1
    assert len(x.replies_to(later)) == 1


def test_a_person_has_it_tried_again_once_the_fault_is_mended(
    stage: Any, x: Any, mallory: Any, mended: Any
) -> None:
    post = mallory.posts("@BrightTel #hangs")
    dies_of(stage, 3)

    mended.set()
    mention_acts.retry(stage.desk, post, by="cleo")
    stage.works()

    assert stage.mention(post).state == "done"
    assert len(x.replies_to(post)) == 1


def test_once_the_holding_reply_has_left_that_was_its_answer(
    stage: Any, x: Any, mallory: Any, mended: Any
) -> None:
    post = mallory.posts("@BrightTel #hangs")
    dies_of(stage, 3)
    stage.works()

    mended.set()
    with pytest.raises(OperatorError) as refused:
        mention_acts.retry(stage.desk, post, by="cleo")
    stage.works()

    assert refused.value.code == "mention-answered"
    assert len(x.replies_to(post)) == 1
