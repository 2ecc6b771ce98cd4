"""A mention that ends the process each time it is handled is set aside; whoever was near it is answered."""

from typing import Any

import pytest


def killed_while_handling(stage: Any) -> None:
    """Whatever the bot takes up next ends it; it is started again."""
    stage.serving.handler.sweep()
    stage.serving.handler._claim(stage.hand, 10)
    stage.restart()


def handles_one(stage: Any) -> None:
    """One more mention is taken up, and brought to its end."""
    stage.looks()
    for _ in range(100):
        stage.serving.handler.sweep()
        if stage.serving.handler.step(stage.hand).ended:
            return
    pytest.fail("no mention is brought to its end")


@pytest.fixture
def poison(stage: Any, mallory: Any) -> str:
    """A post that is seen."""
    return mallory.posts("@BrightTel #help me")


@pytest.fixture
def thrice_deadly(stage: Any, poison: str) -> str:
    """It has ended three processes."""
    stage.looks()
    for _ in range(3):
        killed_while_handling(stage)
    return poison


def test_it_is_parked_after_three_tries_with_a_ticket_and_one_public_reply(
    stage: Any, x: Any, thrice_deadly: str
) -> None:
    stage.settles()

    (ticket,) = stage.tickets()
    assert (stage.mention(thrice_deadly).state, stage.reason(thrice_deadly)) == ("parked", "crashed")
    assert x.reply_to(thrice_deadly).endswith(ticket["reference"])
    assert "something went wrong on our side" in x.reply_to(thrice_deadly)
    assert stage.mention(thrice_deadly).answered_at is not None
    assert len([text for text in stage.rung() if ticket["reference"] in text]) == 1
    stage.money_agrees()


def test_the_people_beside_it_get_their_answers(stage: Any, x: Any, poison: str, ana: Any, ben: Any) -> None:
    beside = [ana.posts("@BrightTel #help"), ben.posts("@BrightTel #handsets")]
    stage.looks()
    killed_while_handling(stage)  # all three at once
    killed_while_handling(stage)  # the first of them alone
    for _ in beside:
        handles_one(stage)
    killed_while_handling(stage)
    stage.settles()

    assert stage.mention(poison).state == "parked"
    assert len(x.replies_to(poison)) == 1
    assert [len(x.replies_to(post)) for post in beside] == [1, 1]
    assert [stage.reason(post) for post in beside] == ["answered", "answered"]


def test_three_kills_that_nobody_caused_park_nobody(
    stage: Any, x: Any, mallory: Any, ana: Any, ben: Any, carys: Any
) -> None:
    posts = [who.posts("@BrightTel #handsets") for who in (mallory, ana, ben, carys)]
    stage.looks()

    for _ in range(3):
        killed_while_handling(stage)
    stage.settles()

    assert [stage.reason(post) for post in posts] == ["answered"] * 4
    assert [len(x.replies_to(post)) for post in posts] == [1] * 4
    assert stage.tickets() == []


def test_while_a_suspect_is_handled_nobody_else_is(stage: Any, poison: str, ana: Any) -> None:
    stage.looks()
    killed_while_handling(stage)
    later = ana.posts("@BrightTel #help")
    stage.looks()
    stage.serving.handler.sweep()

    (alone,) = stage.serving.handler._claim(stage.hand, 10)
    stage.hand.fresh.append(alone)

    assert alone.x_id == poison
    assert stage.serving.handler._claim(stage.hand, 10) == []
    assert stage.mention(later).state == "waiting"


def test_asked_by_message_the_holding_reply_comes_there_once(stage: Any, x: Any, ana: Any) -> None:
    message = ana.writes("#handsets")
    stage.reads_messages()
    for _ in range(3):
        killed_while_handling(stage)

    stage.settles()

    assert stage.mention(message).state == "parked"
    assert stage.tickets()[0]["reference"] in ana.message


def test_somebody_who_said_stop_gets_a_ticket_and_no_reply(stage: Any, x: Any, mallory: Any) -> None:
    mallory.posts("@BrightTel #stop")
    stage.settles()
    poison = mallory.posts("@BrightTel #help me")
    stage.looks()
    for _ in range(3):
        killed_while_handling(stage)

    stage.settles()

    assert stage.mention(poison).state == "parked"
    assert len(stage.tickets()) == 1
    assert x.replies_to(poison) == []


def test_what_nobody_answers_anyway_is_no_ticket(stage: Any, x: Any, mallory: Any) -> None:
    first = mallory.posts("@BrightTel #help me")
    stage.looks()
    for _ in range(3):
        killed_while_handling(stage)
        if stage.mention(first).tries == 2:
            x.edit(first, "@BrightTel #handsets")
            stage.looks()

    stage.settles()

    assert stage.reason(first) == "edited"
    assert stage.tickets() == []


def test_what_it_asked_before_it_ended_the_process_is_on_record(stage: Any, mallory: Any) -> None:
    poison = mallory.posts("@BrightTel #handsets")
    stage.looks()
    killed_while_handling(stage)
    for _ in range(2):
        handler = stage.serving.handler
        handler.sweep()
        handler._begin(handler._claim(stage.hand, 10))
        stage.restart()
    stage.settles()

    (ticket,) = stage.tickets()
    assert ticket["command"] == "handsets"
    assert stage.steps(poison)[:2] == ["parked", "ticket opened"]


def test_a_second_one_of_the_same_person_adds_to_the_ticket(
    stage: Any, x: Any, thrice_deadly: str, mallory: Any
) -> None:
    stage.settles()
    again = mallory.posts("@BrightTel #help me again")
    stage.looks()
    for _ in range(3):
        killed_while_handling(stage)
    stage.settles()

    (ticket,) = stage.tickets()
    assert stage.mention(again).state == "parked"
    assert ticket["reference"] in x.reply_to(again)
