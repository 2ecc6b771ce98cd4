"""A week's posts in a day, 200 in the worst minute: nothing is lost, it rings, and who asks is answered."""

from typing import Any

import pytest

HOURS_BEFORE = 9.6  # of the day: the surge begins four minutes later
MINUTES_OF_SURGE = 8
UNSEEN = "private_pat"  # X shows nobody what she posts


@pytest.fixture
def surging(stage: Any, x: Any) -> Any:
    """The bot just before the surge."""
    x.call("POST", "load", name="outage", seed=5)
    stage.passes(hours=HOURS_BEFORE)
    stage.settles()
    return stage


def test_everything_is_read_the_lead_is_rung_and_customers_get_their_answers(
    surging: Any, x: Any, ana: Any, ben: Any, carys: Any
) -> None:
    before = surging.alarms()
    for _ in range(4 + MINUTES_OF_SURGE // 2):
        surging.waits(minutes=1)
    asked = [ana.posts("@BrightTel #data"), ben.posts("@BrightTel #help"), carys.posts("@BrightTel #broken")]
    for _ in range(MINUTES_OF_SURGE // 2):
        surging.waits(minutes=1)
    standing = surging.alarms()
    x.call("DELETE", "load")
    surging.waits(minutes=16)

    everybody = [one["id"] for one in x.posts() if one["author"] not in ("BrightTel", UNSEEN)]
    assert len(everybody) > 1_000
    assert {surging.mention(post).state for post in everybody} == {"done"}
    assert (before, "request-surge" in standing) == ([], True)
    assert "GB" in ana.message
    assert [len(x.replies_to(post)) for post in asked] == [0, 1, 1]
    assert max(len(x.replies_to(post)) for post in everybody) == 1
    assert [one for one in x.calls("POST") + x.calls("GET") if one["status"] == 429] == []
    surging.reads_messages()
    surging.money_agrees()
