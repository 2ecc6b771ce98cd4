"""What operators read: each figure of /metrics with its number, each step of a mention as one log event."""

from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

SECRET = "my bill from Penarth"


@pytest.fixture
def figures(stage: Any) -> Any:
    """The value of each series, by name and labels as /metrics writes them."""
    metrics = stage.serving.shared.metrics
    metrics.read_on_scrape(stage.serving.readings.gauges)

    def read() -> dict[str, float]:
        lines = metrics.exposition().decode().splitlines()
        parted = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        return {name: float(value) for name, value in parted}

    return read


def test_a_quiet_day_in_figures(stage: Any, x: Any, figures: Any, ana: Any, mallory: Any) -> None:
    mallory.posts("@BrightTel #help")
    ana.posts("@BrightTel #data")
    ana.posts("@BrightTel nice weather")
    ana.writes("#refund")
    stage.settles()
    seen = figures()

    expected = {
        'tweetserve_mentions_total{kind="post"}': 3,
        'tweetserve_mentions_total{kind="message"}': 1,
        'tweetserve_skips_total{reason="no command"}': 1,
        'tweetserve_answers_total{channel="public",command="help"}': 1,
        'tweetserve_answers_total{channel="private",command="data"}': 1,
        'tweetserve_answers_total{channel="private",command="refund"}': 1,
        'tweetserve_seconds_to_answer_count{channel="public"}': 1,
        'tweetserve_seconds_to_answer_count{channel="private"}': 2,
        'tweetserve_x_calls_total{outcome="sent",route="POST /2/tweets"}': 1,
        'tweetserve_open_tickets{state="open"}': 1,
        "tweetserve_unsure": 0,
        "tweetserve_database_up": 1,
        "tweetserve_reserved_usd": 0,
        "tweetserve_spent_usd": x.spent(),
        'tweetserve_calls_left{route="POST /2/tweets"}': 99,
        'tweetserve_calls_left{route="POST /2/dm_conversations/with/:id/messages"}': 13,
    }
    assert {name: seen.get(name) for name in expected} == pytest.approx(expected)
    last = seen['tweetserve_last_poll_seconds{feed="mentions"}']
    assert abs(last - stage.clock.now().timestamp()) < 60
    assert all(name.startswith("tweetserve_") for name in seen)


def test_trouble_in_figures(stage: Any, x: Any, figures: Any, mallory: Any) -> None:
    x.fault("POST /2/tweets", "cut_after")
    x.fault("GET /2/users/:id/tweets", "status", status=503, times=0)
    mallory.posts("@BrightTel #help")
    stage.settles()
    stage.waits(minutes=2)
    seen = figures()

    assert seen["tweetserve_unsure"] == 1
    assert seen['tweetserve_open_deliveries{state="unsure"}'] == 1
    assert seen['tweetserve_alarm{code="send-cannot-look"}'] == 1
    assert seen["tweetserve_reserved_usd"] == pytest.approx(0.01)
    assert seen['tweetserve_x_calls_total{outcome="unsure",route="POST /2/tweets"}'] == 1


@pytest.fixture
def logged() -> Any:
    structlog.reset_defaults()
    with capture_logs() as events:
        yield events


def of(events: list[Any], name: str) -> list[Any]:
    return [one for one in events if one["event"] == name]


def test_each_step_of_a_mention_is_one_event_with_the_same_keys(
    logged: list[Any], stage: Any, x: Any, mallory: Any
) -> None:
    x.fault("POST /2/tweets", "cut_after")
    post = mallory.posts("@BrightTel #help")

    stage.settles()
    stage.waits(minutes=2)

    row, delivery = stage.mention(post), stage.delivery(post)
    (received,) = of(logged, "received")
    (decided,) = of(logged, "decided")
    (unsure,) = of(logged, "of unknown fate")
    (found,) = of(logged, "found at X")
    assert (received["kind"], received["count"]) == ("post", 1)
    assert (decided["mention"], decided["reason"], decided["commands"]) == (row.id, "answered", ("help",))
    assert decided["deliveries"] == 1
    assert (unsure["mention"], unsure["delivery"]) == (row.id, delivery.id)
    assert (found["mention"], found["delivery"], found["x_id"]) == (row.id, delivery.id, x.reply_id(post))


def test_on_debug_each_call_each_look_and_each_way_is_told(
    logged: list[Any], stage: Any, x: Any, mallory: Any
) -> None:
    x.fault("POST /2/tweets", "status", status=503)
    post = mallory.posts("@BrightTel #help")
    chat = mallory.posts("@BrightTel good morning")

    stage.settles()
    stage.waits(minutes=2)
    stage.watches()

    delivery = stage.delivery(post)
    ways = {one["mention"]: (one["way"], one["reason"], one["commands"]) for one in of(logged, "routed")}
    assert ways == {
        stage.mention(post).id: ("Run", "", ["help"]),
        stage.mention(chat).id: ("Skip", "no command", []),
    }
    assert [(one["delivery"], one["attempt"], one["outcome"]) for one in of(logged, "called")] == [
        (delivery.id, 1, "Unsure")
    ]
    assert ("POST /2/tweets", 503, "X failed") in {
        (one["route"], one["status"], one["why"]) for one in of(logged, "x answered")
    }
    looked = [one for one in of(logged, "looked") if one["feed"] == "GET /2/users/:id/mentions"]
    assert sum(one["new"] for one in looked) == 2
    assert of(logged, "looked for")[0] | {"log_level": ""} == {
        "event": "looked for",
        "log_level": "",
        "deliveries": [delivery.id],
        "found": {},
    }
    assert of(logged, "watched")[0]["unsure"] == 0
    assert all(one["log_level"] == "debug" for one in of(logged, "routed") + of(logged, "called"))


def test_what_customers_write_and_what_they_are_told_is_in_no_event(
    logged: list[Any], stage: Any, x: Any, ana: Any, mallory: Any
) -> None:
    ana.posts(f"@BrightTel #data {SECRET}")
    ana.writes(f"#refund {SECRET}")
    mallory.posts(f"@BrightTel {SECRET}")
    x.fault("POST /2/tweets", "status", status=403, body="Not today")

    stage.settles()

    shown = " ".join(str(one) for one in logged if one["log_level"] != "debug")
    assert of(logged, "sent")
    assert "Penarth" not in shown
    assert not any(text in shown for text in x.ours())


def test_an_alarm_is_logged_once_and_its_end_once(
    logged: list[Any], stage: Any, x: Any, mallory: Any
) -> None:
    x.fault("POST /2/tweets", "status", status=401, times=0)
    mallory.posts("@BrightTel #help")
    stage.settles()
    for _ in range(3):
        stage.waits(minutes=6)
    x.heal()
    for _ in range(2):
        stage.waits(minutes=6)

    assert [one["code"] for one in of(logged, "alarm")] == ["x-unauthorized"]
    assert [one["code"] for one in of(logged, "alarm over")] == ["x-unauthorized"]
