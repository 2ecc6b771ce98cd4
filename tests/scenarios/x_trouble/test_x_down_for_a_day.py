"""X is away for long: afterwards what is young enough is answered, the rest is listed, and nothing storms."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.desk import sending_acts
from storage import stories
from storage.states import DeliveryState, Reason

POST, MESSAGE = "POST /2/tweets", "POST /2/dm_conversations/with/:id/messages"
# At least half of the longest back-off lies between two calls of a route that keeps failing.
LEAST_PAUSE = timedelta(minutes=2.5)


def listed(stage: Any, reason: Reason) -> list[str]:
    """What `tweetserve show mentions --reason …` prints."""
    return [
        one["id"] for one in stage.read(lambda c: stories.list_mentions(c, stage.brand_id, reason=reason))
    ]


def calls_by_route(x: Any) -> Counter[str]:
    return Counter(f"{one['method']} {one['path']}" for one in x.call("GET", "requests")["requests"])


def goes_by(stage: Any, *, hours: float, every: float = 5) -> None:
    """Time passes; every few minutes the bot does whatever is due."""
    for _ in range(int(hours * 60 / every)):
        stage.waits(minutes=every)


def test_after_a_day_the_young_are_answered_and_the_old_are_listed_as_too_old(
    stage: Any, x: Any, ana: Any, ben: Any, mallory: Any
) -> None:
    stage.settles()
    waiting = mallory.posts("@BrightTel #help")
    stage.looks()
    stage.handles()  # decided, and not sent yet
    x.fault("*", "status", status=503, times=0)
    before = calls_by_route(x)
    old = ana.posts("@BrightTel #help")
    goes_by(stage, hours=4, every=10)
    young, private = ben.posts("@BrightTel #handsets"), ana.posts("@BrightTel #data")
    goes_by(stage, hours=21, every=30)
    asked = calls_by_route(x) - before

    assert "x-down" in stage.alarms()
    assert sum("x-down" in ring for ring in stage.rung()) == 1
    assert all(count <= timedelta(hours=25) / LEAST_PAUSE for count in asked.values())
    x.heal()
    for _ in range(6):
        stage.waits(minutes=5)

    assert [len(x.replies_to(post)) for post in (waiting, old, young)] == [0, 0, 1]
    assert len(ana.got) == 1
    assert listed(stage, Reason.TOO_OLD) == [waiting, old]
    assert stage.mention(private).answered_at is not None
    assert stage.alarms() == []
    stage.money_agrees()


def test_when_x_is_back_its_windows_are_kept_however_many_wait(stage_of: Any, x: Any, mallory: Any) -> None:
    stage = stage_of(person_limit=0)
    stage.settles()
    x.fault("*", "status", status=503, times=0)
    people = [x.person(f"person{number}") for number in range(130)]
    posts = [person.posts("@BrightTel #help") for person in people]
    goes_by(stage, hours=2, every=30)
    before = len(x.calls("POST", "/2/tweets"))

    x.heal()
    stage.waits(minutes=5)
    in_first_window = len(x.calls("POST", "/2/tweets")) - before
    goes_by(stage, hours=1)

    assert in_first_window <= 100
    assert [len(x.replies_to(post)) for post in posts] == [1] * len(posts)
    assert all(call["status"] != 429 for call in x.calls("POST") + x.calls("GET"))


def test_401_for_two_hours_is_an_outage_and_not_the_end_of_the_keys(
    stage: Any, x: Any, ana: Any, mallory: Any
) -> None:
    stage.settles()
    x.fault("*", "status", status=401, times=0)
    public, private = mallory.posts("@BrightTel #help"), ana.posts("@BrightTel #data")
    before = calls_by_route(x)
    goes_by(stage, hours=1, every=2)
    stage.restart()
    goes_by(stage, hours=1, every=2)
    asked = calls_by_route(x) - before

    assert stage.alarms() == ["x-unauthorized"]
    assert sum("x-unauthorized" in ring for ring in stage.rung()) == 1
    # A restart asks once more who we are.
    assert all(count <= timedelta(hours=2) / LEAST_PAUSE + 10 for count in asked.values())
    x.heal()
    for _ in range(4):
        stage.waits(minutes=5)

    assert len(x.replies_to(public)) == 1
    assert len(ana.got) == 1
    assert stage.mention(private).answered_at is not None
    assert stage.alarms() == []
    stage.money_agrees()


@pytest.mark.parametrize("kind", ["cut_before", "hang", "html"])
def test_a_silent_or_strange_x_is_no_reason_to_lose_anybody(
    stage_of: Any, x: Any, mallory: Any, kind: str
) -> None:
    stage = stage_of(x_call_timeout=0.2)
    stage.settles()
    x.fault("*", kind, times=0, **({"status": 403} if kind == "html" else {}))
    posts = [mallory.posts("@BrightTel #help"), mallory.posts("@BrightTel #handsets")]
    goes_by(stage, hours=1, every=15)

    assert stage.alarms()
    x.heal()
    goes_by(stage, hours=1)

    assert [len(x.replies_to(post)) for post in posts] == [1, 1]
    assert stage.alarms() == []
    stage.money_agrees()


def test_a_redirected_answer_is_looked_for_and_never_followed(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel #help")
    stage.looks()
    stage.handles()
    x.fault(POST, "status", status=307, times=0, headers={"location": f"{x.url}/2/tweets"})

    stage.works()
    assert stage.delivery(post).state == DeliveryState.UNSURE
    assert stage.alarms() == ["x-redirected"]
    assert len(x.calls("POST", "/2/tweets")) == 1
    x.heal()
    for _ in range(6):
        stage.waits(minutes=3)

    assert len(x.replies_to(post)) == 1
    assert stage.alarms() == []
    stage.money_agrees()


def test_after_the_monthly_cap_what_was_written_meanwhile_is_read(stage: Any, x: Any, mallory: Any) -> None:
    capped = {"title": "UsageCapExceeded", "type": "https://api.x.com/2/problems/usage-capped", "status": 429}
    stage.settles()
    x.fault("GET /2/users/:id/mentions", "status", status=429, times=0, body=capped)
    before = len(x.calls("GET", "/mentions"))
    post = mallory.posts("@BrightTel #help")
    goes_by(stage, hours=10, every=10)

    assert stage.alarms() == ["x-monthly-cap"]
    assert len(x.calls("GET", "/mentions")) - before <= 11  # the reset header is of no use: once an hour
    x.heal()
    goes_by(stage, hours=2, every=10)

    assert len(x.replies_to(post)) == 1
    assert stage.alarms() == []


def test_what_waited_for_too_long_behind_a_pause_of_x_says_so(stage: Any, x: Any, ana: Any) -> None:
    x.fault(MESSAGE, "status", status=401, times=0)
    post = ana.posts("@BrightTel #data")
    stage.settles()

    goes_by(stage, hours=25, every=60)
    x.heal()
    goes_by(stage, hours=1, every=10)

    assert ana.got == []
    assert listed(stage, Reason.TOO_OLD) == [post]
    assert stage.delivery(post).state == DeliveryState.DROPPED
    assert isinstance(stage.mention(post).decided_at, datetime)


def test_what_a_pause_of_ours_held_for_too_long_is_listed_as_well(stage: Any, x: Any, mallory: Any) -> None:
    sending_acts.pause(stage.desk, by="dora")
    post = mallory.posts("@BrightTel #help")
    stage.settles()
    stage.passes(hours=25)

    sending_acts.resume(stage.desk, by="dora")
    stage.works()

    assert x.replies_to(post) == []
    assert listed(stage, Reason.TOO_OLD) == [post]


def test_what_x_took_no_notice_of_before_it_went_away_is_not_said_a_day_later(
    stage: Any, x: Any, mallory: Any
) -> None:
    post = mallory.posts("@BrightTel #help")
    stage.looks()
    stage.handles()
    x.fault("*", "status", status=503, times=0)
    stage.works()
    assert stage.delivery(post).state == DeliveryState.UNSURE

    goes_by(stage, hours=25, every=60)
    x.heal()
    goes_by(stage, hours=1, every=5)

    assert x.replies_to(post) == []
    assert stage.delivery(post).state == DeliveryState.DROPPED
    assert listed(stage, Reason.TOO_OLD) == [post]
    stage.money_agrees()


def test_what_x_had_taken_before_it_went_away_counts_as_the_answer(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel #help")
    stage.looks()
    stage.handles()
    x.fault(POST, "status", status=503, done=True)
    x.fault("GET /2/users/:id/tweets", "status", status=503, times=0)
    stage.works()

    goes_by(stage, hours=25, every=60)
    x.heal()
    goes_by(stage, hours=1, every=5)

    assert len(x.replies_to(post)) == 1
    assert stage.delivery(post).state == DeliveryState.SENT
    assert listed(stage, Reason.TOO_OLD) == []
    stage.money_agrees()
