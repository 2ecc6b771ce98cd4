"""A planned day is played by X's clock, however that goes forward."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from sandbox.load.load_plan import plan_day

HOUR = 3600


def when(post: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(post["created_at"])


def timeline(x: Any) -> list[dict[str, Any]]:
    return x.control("GET", "timeline")["posts"]  # type: ignore[no-any-return]


def test_it_says_how_many_posts_there_will_be_and_writes_none_too_early(x: Any) -> None:
    told = x.control("POST", "load", name="weekday", seed=1)

    assert told == {"posts": 390}
    assert timeline(x) == []


def test_moved_forward_a_day_everything_is_there_each_at_its_own_moment(x: Any) -> None:
    begun = datetime.fromisoformat(x.control("GET", "health")["now"])
    x.control("POST", "load", name="weekday", seed=1)

    x.control("POST", "clock", advance_seconds=24 * HOUR)

    posts, plan = timeline(x), plan_day("weekday", 1)
    assert [post["text"] for post in posts] == [post.text for post in plan.posts]
    assert [post["author"] for post in posts] == [post.author for post in plan.posts]
    for post, planned in zip(posts, plan.posts, strict=True):
        late = when(post) - begun - timedelta(seconds=planned.at_seconds)
        assert timedelta(seconds=-2) <= late <= timedelta(seconds=10)


def test_moved_forward_in_steps_nothing_comes_twice_and_nothing_is_left_out(x: Any) -> None:
    x.control("POST", "load", name="weekday", seed=1)

    counts = []
    for _ in range(4):
        x.control("POST", "clock", advance_seconds=6 * HOUR)
        counts.append(len(timeline(x)))

    assert counts == sorted(counts)
    assert len(set(counts)) == 4
    assert counts[-1] == 390


def test_played_faster_the_day_takes_less_of_x_s_time(x: Any) -> None:
    x.control("POST", "load", name="weekday", seed=1, speed=24)

    x.control("POST", "clock", advance_seconds=HOUR)

    posts = timeline(x)
    assert len(posts) == 390
    assert when(posts[-1]) - when(posts[0]) < timedelta(hours=1)


def test_without_being_moved_x_s_clock_plays_it_by_itself(x: Any) -> None:
    with x.session.get(f"{x.base}/sandbox/stream", stream=True, timeout=20) as stream:
        x.control("POST", "load", name="weekday", seed=1, speed=86_400)
        seen = 0
        for line in stream.iter_lines():
            seen += line == b"event: post"
            if seen == 390:
                break

    assert len(timeline(x)) == 390


def test_stopped_nothing_more_is_written(x: Any) -> None:
    x.control("POST", "load", name="weekday", seed=1)
    x.control("POST", "clock", advance_seconds=12 * HOUR)
    written = len(timeline(x))

    dropped = x.control("DELETE", "load")["dropped"]
    x.control("POST", "clock", advance_seconds=24 * HOUR)

    assert written + dropped == 390
    assert len(timeline(x)) == written


def test_who_says_thanks_replies_to_the_answer_that_is_there(x: Any) -> None:
    plan = plan_day("weekday", 1)
    thanks = next(post for post in plan.posts if post.thanks_for is not None)
    x.control("POST", "load", name="weekday", seed=1)
    x.control("POST", "clock", advance_seconds=thanks.at_seconds - 5)
    (asked,) = [post for post in timeline(x) if post["text"] == plan.posts[thanks.thanks_for or 0].text][-1:]
    answer = x.says("BrightTel", "Here you are", in_reply_to=asked["id"])

    x.control("POST", "clock", advance_seconds=30)

    (reply,) = [post for post in timeline(x) if post["in_reply_to"] == answer]
    assert (reply["author"], reply["text"]) == (thanks.author, thanks.text)


def test_two_days_can_be_played_at_once_by_the_same_people(x: Any) -> None:
    x.control("POST", "load", name="weekday", seed=1)
    x.control("POST", "load", name="weekday", seed=1)

    x.control("POST", "clock", advance_seconds=24 * HOUR)

    assert len(timeline(x)) == 780


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": "weekend", "seed": 1}, "no load 'weekend'; known are weekday, outage, christmas, hostile"),
        ({"name": "weekday"}, "'seed' is missing"),
        ({"name": "weekday", "seed": 1, "speed": 0}, "'speed' is above 0 and at most 100000"),
        ({"name": "weekday", "seed": "one"}, "'seed' is of the wrong type"),
    ],
)
def test_what_cannot_be_played_is_refused_in_words(x: Any, sent: dict[str, Any], said: str) -> None:
    answer = x.session.post(f"{x.base}/sandbox/load", json=sent, timeout=10)

    assert (answer.status_code, answer.json()) == (400, {"error": said})
