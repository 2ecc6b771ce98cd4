"""X refuses to serve us for a while: nothing is lost, people are told, and it goes on by itself."""

from typing import Any

import pytest

POST, MESSAGE, MENTIONS = (
    "POST /2/tweets",
    "POST /2/dm_conversations/with/:id/messages",
    "GET /2/users/:id/mentions",
)
CAPPED = {"title": "UsageCapExceeded", "type": "https://api.x.com/2/problems/usage-capped", "status": 429}
SET_UP = {"title": "Forbidden", "type": "https://api.x.com/2/problems/oauth1-permissions", "status": 403}
EMPTY = {
    "title": "CreditsDepleted",
    "type": "https://api.x.com/2/problems/credits",
    "status": 402,
    "detail": "Your enrolled account does not have any credits to fulfill this request.",
}
STANDS: list[tuple[dict[str, Any], str]] = [
    ({"kind": "status", "status": 401}, "x-unauthorized"),
    ({"kind": "status", "status": 402, "body": EMPTY}, "x-credits-depleted"),
    ({"kind": "status", "status": 403, "body": SET_UP}, "x-set-up"),
    ({"kind": "html", "status": 403}, "x-proxy-page"),
    ({"kind": "status", "status": 429, "body": CAPPED}, "x-monthly-cap"),
]
IDS = [alarm for _, alarm in STANDS]


# Credit is the account's, not a route's: it has a story of its own.
@pytest.mark.parametrize(("fault", "alarm"), [one for one in STANDS if one[1] != "x-credits-depleted"])
def test_an_answer_waits_until_x_takes_it_and_the_alarm_ends(
    stage: Any, x: Any, mallory: Any, fault: dict[str, Any], alarm: str
) -> None:
    x.fault(POST, times=0, **fault)
    post = mallory.posts("@BrightTel #help")

    stage.settles()
    stage.waits(minutes=70)
    assert x.replies_to(post) == []
    assert stage.delivery(post).state in ("later", "queued")
    assert stage.alarms() == [alarm]
    assert sum(alarm in ring for ring in stage.rung()) == 1

    x.heal()
    stage.waits(minutes=70)
    stage.waits(minutes=10)
    assert len(x.replies_to(post)) == 1
    assert stage.alarms() == []
    stage.money_agrees()


@pytest.mark.parametrize(("fault", "alarm"), STANDS, ids=IDS)
def test_a_message_waits_too(stage: Any, x: Any, ana: Any, fault: dict[str, Any], alarm: str) -> None:
    x.fault(MESSAGE, times=0, **fault)
    ana.posts("@BrightTel #data")

    stage.settles()
    stage.waits(minutes=70)
    assert ana.got == []
    assert stage.alarms() == [alarm]

    x.heal()
    stage.waits(minutes=70)
    stage.waits(minutes=10)
    assert len(ana.got) == 1
    assert stage.alarms() == []


@pytest.mark.parametrize(("fault", "alarm"), STANDS, ids=IDS)
def test_mentions_written_meanwhile_are_read_afterwards(
    stage: Any, x: Any, mallory: Any, fault: dict[str, Any], alarm: str
) -> None:
    x.fault(MENTIONS, times=0, **fault)
    post = mallory.posts("@BrightTel #help")

    stage.settles()
    stage.waits(minutes=70)
    assert not stage.knows(post)
    assert stage.alarms() == [alarm]

    x.heal()
    stage.waits(minutes=70)
    stage.waits(minutes=10)
    assert len(x.replies_to(post)) == 1
    assert stage.alarms() == []


def test_while_x_refuses_it_is_not_called_over_and_over(stage: Any, x: Any, mallory: Any) -> None:
    x.fault(POST, "status", status=401, times=0)
    mallory.posts("@BrightTel #help")
    stage.settles()

    for _ in range(60):
        stage.waits(seconds=1)

    assert len(x.calls("POST", "/2/tweets")) <= 8


def test_a_restart_does_not_forget_that_x_told_us_to_wait(stage: Any, x: Any, mallory: Any) -> None:
    x.fault(POST, "no_reset", times=0, headers={"x-rate-limit-reset": str(int(x.now().timestamp()) + 600)})
    mallory.posts("@BrightTel #help")
    stage.settles()

    stage.restart()
    stage.waits(minutes=5)

    assert len(x.calls("POST", "/2/tweets")) == 1


def test_a_used_up_window_is_waited_for_and_nobody_is_rung(stage: Any, x: Any, ana: Any) -> None:
    for _ in range(17):
        ana.writes("#data")
    stage_limit = 15

    stage.settles()
    assert len(ana.got) <= stage_limit
    first = len(ana.got)
    stage.waits(minutes=16)

    assert len(ana.got) >= first
    assert all(call["status"] != 429 for call in x.calls("POST", "/dm_conversations"))
    assert all("request-surge" in ring for ring in stage.rung())  # so many at once are news of their own


def test_x_window_for_messages_is_never_overdrawn_and_all_are_sent_in_the_end(stage_of: Any, x: Any) -> None:
    stage = stage_of()
    names = ("ana", "amira", "callum", "chloe", "elif", "farid", "greta", "hiro", "imani", "ivan")
    people = [
        x.known(name) for name in (*names, "jonas", "kavya", "lena", "marek", "megan", "nadia", "niamh")
    ]
    for person in people:
        person.posts("@BrightTel #data")

    stage.settles()
    assert sum(len(person.got) for person in people) == 15

    stage.waits(minutes=16)
    assert sum(len(person.got) for person in people) == 17
    assert all(call["status"] == 201 for call in x.calls("POST", "/dm_conversations"))
    stage.money_agrees()


@pytest.mark.parametrize("reset", [True, False])
def test_a_429_is_waited_out_with_and_without_a_reset(stage: Any, x: Any, mallory: Any, reset: bool) -> None:
    headers = {"x-rate-limit-reset": str(int(x.now().timestamp()) + 300)} if reset else {}
    x.fault(POST, "status" if reset else "no_reset", status=429, headers=headers)
    post = mallory.posts("@BrightTel #help")
    stage.settles()
    assert x.replies_to(post) == []

    stage.waits(seconds=303 if reset else 10)

    assert len(x.replies_to(post)) == 1
    assert stage.rung() == []
    stage.money_agrees()


def test_a_429_whose_reset_lies_in_the_past_is_no_licence_to_hammer(stage: Any, x: Any, mallory: Any) -> None:
    past = {"x-rate-limit-reset": str(int(x.now().timestamp()) - 60)}
    x.fault(POST, "status", status=429, headers=past, times=0)
    mallory.posts("@BrightTel #help")

    for _ in range(10):
        stage.waits(seconds=1)

    assert len(x.calls("POST", "/2/tweets")) <= 3


def test_credit_that_is_really_used_up_stops_reading_and_sending_until_it_is_bought(
    stage: Any, x: Any, mallory: Any
) -> None:
    x.call("PUT", "credit", usd=0)
    post = mallory.posts("@BrightTel #help")
    stage.settles()
    assert "x-credits-depleted" in stage.alarms()
    calls = len(x.calls("GET", "/mentions"))
    stage.looks()  # within the second that the first pause lasts at least
    assert len(x.calls("GET", "/mentions")) == calls

    x.call("PUT", "credit", usd=10)
    stage.passes(minutes=2)
    stage.serving.hourly.run()  # asks X how much credit there is
    stage.settles()

    assert len(x.replies_to(post)) == 1
    assert stage.alarms() == []


def test_an_answer_that_finds_no_credit_waits_and_people_are_rung_once(
    stage: Any, x: Any, mallory: Any
) -> None:
    post = mallory.posts("@BrightTel #help")
    stage.looks()
    stage.handles()
    x.call("PUT", "credit", usd=0)

    stage.works()
    for _ in range(5):
        stage.waits(minutes=10)
    assert x.replies_to(post) == []
    assert sum("x-credits-depleted" in ring for ring in stage.rung()) == 1

    x.call("PUT", "credit", usd=10)
    stage.waits(minutes=10)
    stage.waits(minutes=1)
    assert len(x.replies_to(post)) == 1
    assert stage.alarms() == []
    stage.money_agrees()


def test_an_outage_of_reads_is_rung_after_five_minutes_and_ends(stage: Any, x: Any, mallory: Any) -> None:
    x.fault(MENTIONS, "status", status=503, times=0)
    stage.settles()
    stage.waits(minutes=2)
    assert stage.alarms() == []

    stage.waits(minutes=6)
    assert stage.alarms() == ["x-down"]

    x.heal()
    post = mallory.posts("@BrightTel #help")
    stage.waits(minutes=6)
    assert stage.alarms() == []
    assert len(x.replies_to(post)) == 1


def test_a_redirect_is_never_followed(stage: Any, x: Any, mallory: Any) -> None:
    x.fault(MENTIONS, "status", status=301, headers={"location": f"{x.url}/sandbox/health"})
    post = mallory.posts("@BrightTel #help")

    stage.settles()
    assert stage.alarms() == ["x-redirected"]
    stage.waits(minutes=6)

    assert len(x.replies_to(post)) == 1
    assert stage.alarms() == []
