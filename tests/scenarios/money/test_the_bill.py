"""What X charges is known: the ledger and the bill are the same, answer for answer."""

from typing import Any

import pytest


def micro(x: Any) -> int:
    return int(sum(usd for _, usd in x.bill().values()))


def test_a_public_answer_costs_eleven_thousandths(stage: Any, x: Any, mallory: Any) -> None:
    mallory.posts("@BrightTel #help")

    stage.settles()

    assert micro(x) == 11_000
    stage.money_agrees()


def test_a_private_answer_asked_in_public_costs_sixteen_and_ten_when_it_is_read_back(
    stage: Any, x: Any, ana: Any
) -> None:
    ana.posts("@BrightTel #data")
    stage.settles()
    assert micro(x) == 16_000

    stage.reads_messages()
    assert micro(x) == 26_000
    stage.money_agrees()


def test_a_private_answer_asked_in_private_costs_twenty_five(stage: Any, x: Any, ana: Any) -> None:
    ana.writes("#data")

    stage.settles()

    assert micro(x) == 25_000
    stage.money_agrees()


def test_looking_while_nobody_writes_costs_nothing(stage: Any, x: Any, mallory: Any) -> None:
    mallory.posts("@BrightTel #help")
    stage.settles()
    before = micro(x)

    for _ in range(30):
        stage.waits(seconds=5)
    stage.reads_messages()
    stage.reads_messages()

    assert micro(x) == before
    stage.money_agrees()


def test_after_a_restart_what_is_looked_at_again_is_not_charged_twice_that_day(
    stage: Any, x: Any, mallory: Any
) -> None:
    mallory.posts("@BrightTel #help")
    stage.settles()
    before = micro(x)

    stage.restart()
    stage.settles()

    assert micro(x) == before
    stage.money_agrees()


def test_on_the_next_day_x_charges_again_and_the_ledger_knows(stage: Any, x: Any, ana: Any) -> None:
    ana.writes("#data")
    stage.settles()
    stage.reads_messages()
    before = micro(x)

    stage.passes(hours=24)
    stage.reads_messages()
    stage.settles()

    assert micro(x) > before
    stage.money_agrees()


@pytest.mark.parametrize("fault", ["cut_after", "broken_json"])
def test_a_look_whose_answer_was_lost_stays_booked_until_it_is_read_again(
    stage: Any, x: Any, mallory: Any, fault: str
) -> None:
    mallory.posts("@BrightTel #help")
    x.fault("GET /2/users/:id/mentions", fault)
    stage.settles()
    assert stage.unsettled() == 1

    stage.waits(minutes=2)
    stage.waits(minutes=2)

    stage.money_agrees()


def test_refused_calls_cost_nothing(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel #help")
    stage.looks()
    stage.handles()
    x.delete(post)

    stage.works()

    assert micro(x) == 1_000
    stage.money_agrees()


def test_a_busy_hour_agrees_to_the_last_cent(
    stage: Any, x: Any, ana: Any, ben: Any, carys: Any, mallory: Any
) -> None:
    for who in (ana, ben, carys, mallory):
        for command in ("#help", "#data", "#refund", "#status"):
            who.posts(f"@BrightTel {command}")
    stage.settles()
    for who in (ana, ben, carys, mallory):
        who.writes("hello")
    stage.settles()
    stage.waits(minutes=16)
    stage.reads_messages()
    stage.works()

    stage.money_agrees()


def test_x_own_count_of_the_credit_is_compared_and_a_difference_is_rung(
    stage: Any, x: Any, mallory: Any
) -> None:
    stage.serving.hourly.run()
    mallory.posts("@BrightTel #help")
    stage.settles()
    stage.passes(hours=1)
    stage.serving.hourly.run()
    assert stage.alarms() == []

    x.call("PUT", "credit", usd=9_000)  # somebody else spends from the same account
    stage.passes(hours=1)
    stage.serving.hourly.run()

    assert stage.alarms() == ["credit-differs"]
