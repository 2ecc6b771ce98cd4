"""X refuses a public reply: some refusals are final, and none is tried for ever."""

from typing import Any

import pytest

NOT_SUMMONED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by "
    "the author of the post you are replying to."
)
RESTRICTED = "The original Tweet author restricted who can reply to this Tweet."
NOT_PERMITTED = "You are not permitted to perform this action."


@pytest.mark.parametrize("detail", [NOT_SUMMONED, RESTRICTED, NOT_PERMITTED])
def test_a_final_refusal_goes_to_a_person_and_is_not_tried_again(
    stage: Any, x: Any, mallory: Any, detail: str
) -> None:
    body = {"title": "Forbidden", "type": "about:blank", "status": 403, "detail": detail}
    x.fault("POST /2/tweets", "status", status=403, body=body)
    post = mallory.posts("@BrightTel #help")

    stage.settles()
    stage.waits(minutes=30)

    assert len(x.calls("POST", "/2/tweets")) == 1
    assert stage.delivery(post).state == "refused"
    (ring,) = stage.rung()
    assert post in ring
    stage.money_agrees()


def test_somebody_who_restricts_replies_to_others_is_not_answered(stage: Any, x: Any, ana: Any) -> None:
    post = ana.posts("@BrightTel #help", reply_settings="following")

    stage.settles()

    assert x.replies_to(post) == []
    assert stage.delivery(post).state == "refused"


def test_a_suspended_person_is_not_answered_and_the_others_are(
    stage: Any, x: Any, ana: Any, mallory: Any
) -> None:
    gone, there = mallory.posts("@BrightTel #help"), ana.posts("@BrightTel #help")
    stage.looks()
    x.change("mallory", suspended=True)

    stage.works()

    assert stage.delivery(gone).state == "refused"
    assert len(x.replies_to(there)) == 1


def test_many_refusals_without_a_reason_raise_an_alarm(stage: Any, x: Any, ana: Any, mallory: Any) -> None:
    body = {"title": "Forbidden", "type": "about:blank", "status": 403, "detail": NOT_PERMITTED}
    x.fault("POST /2/tweets", "status", status=403, body=body, times=6)
    for number in range(6):
        mallory.posts(f"@BrightTel #handsets {number}")

    stage.settles()

    assert "x-not-permitted" in stage.alarms()


def test_a_request_x_calls_wrong_is_reported_and_not_repeated(stage: Any, x: Any, mallory: Any) -> None:
    body = {"title": "Invalid Request", "type": "https://api.x.com/2/problems/invalid-request", "status": 400}
    x.fault("POST /2/tweets", "status", status=400, body=body)
    post = mallory.posts("@BrightTel #help")

    stage.settles()
    stage.waits(minutes=30)

    assert len(x.calls("POST", "/2/tweets")) == 1
    assert stage.delivery(post).state == "refused"
    assert "x-invalid-request" in stage.alarms()
