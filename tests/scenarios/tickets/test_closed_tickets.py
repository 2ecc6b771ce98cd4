"""What was awaited for a ticket that is closed stands in nobody's way."""

from typing import Any

from bot.desk import ticket_acts


def test_a_closed_ticket_does_not_hide_the_answer_that_waits_for_a_message(stage: Any, carys: Any) -> None:
    carys.posts("@BrightTel #data")
    stage.settles()
    carys.posts("@BrightTel #refund")
    stage.settles()
    ticket_acts.close_ticket(stage.desk, stage.tickets()[0]["reference"], by="cleo")

    carys.writes("hello")
    stage.settles()

    assert "GB" in carys.message
