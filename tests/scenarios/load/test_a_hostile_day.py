"""A botnet of a thousand accounts sets upon the brand: customers still get their answers, and limits hold."""

from typing import Any

import pytest

HOURS_BEFORE = 10.9  # of the day: then the first attack is six minutes away
MINUTES_OF_ATTACK = 5
SLOGANS = ("BrightTelFail", "bankrupt", "DROP TABLE", "example.com")


@pytest.fixture
def attacked(stage: Any, x: Any) -> Any:
    """The bot in the first minutes of the attack."""
    x.call("POST", "load", name="hostile", seed=3)
    stage.passes(hours=HOURS_BEFORE)
    stage.settles()
    stage.waits(minutes=6)
    return stage


def is_of_the_botnet(name: str) -> bool:
    return "_03b" in name


def posts_of_day(x: Any) -> list[dict[str, Any]]:
    return [one for one in x.posts() if one["author"] != "BrightTel"]


def test_customers_get_their_answers_and_limits_hold(
    attacked: Any, x: Any, ana: Any, ben: Any, carys: Any
) -> None:
    asked = [ana.posts("@BrightTel #data")]
    for minute in range(MINUTES_OF_ATTACK):
        attacked.waits(minutes=1)
        if minute == 2:
            asked += [ben.posts("@BrightTel #help"), carys.posts("@BrightTel #refund")]
    bots = sum(is_of_the_botnet(post["author"]) for post in posts_of_day(x))
    x.call("DELETE", "load")
    for _ in range(4):
        attacked.waits(minutes=16)

    assert bots > 100
    assert "GB" in ana.message
    assert [len(x.replies_to(post)) for post in asked] == [0, 1, 1]
    assert [attacked.reason(post) for post in asked] == ["answered"] * 3
    everybody_asked = [post["id"] for post in posts_of_day(x)]
    assert {attacked.mention(post).state for post in everybody_asked} == {"done"}
    assert max(len(x.replies_to(post)) for post in everybody_asked) == 1
    assert [one for one in x.calls("POST") + x.calls("GET") if one["status"] == 429] == []
    assert [text for text in x.ours() for slogan in SLOGANS if slogan in text] == []
    assert x.spent() < float(attacked.settings.daily_budget_usd)
    attacked.reads_messages()
    attacked.money_agrees()
