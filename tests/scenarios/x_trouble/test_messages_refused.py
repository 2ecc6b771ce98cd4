"""X refuses a direct message: the next best way, and never silence."""

from typing import Any

import pytest


def test_who_takes_no_messages_gets_the_invitation_instead(stage: Any, x: Any) -> None:
    kim = x.known("closed_kim")
    post = kim.posts("@BrightTel #data")

    stage.settles()

    assert kim.got == []
    assert "direct message" in x.reply_to(post)
    assert stage.deliveries(post)[0].state == "refused"
    stage.money_agrees()


def test_their_own_message_then_brings_the_answer(stage: Any, x: Any) -> None:
    kim = x.known("closed_kim")
    post = kim.posts("@BrightTel #data")
    stage.settles()

    kim.writes("here I am")
    stage.settles()

    assert "GB" in kim.message
    assert len(x.replies_to(post)) == 1


def test_the_second_time_no_message_is_tried(stage: Any, x: Any) -> None:
    kim = x.known("closed_kim")
    kim.posts("@BrightTel #data")
    stage.settles()
    tried = len(x.calls("POST", "/dm_conversations"))

    post = kim.posts("@BrightTel #charges")
    stage.settles()

    assert len(x.calls("POST", "/dm_conversations")) == tried
    assert "direct message" in x.reply_to(post)


def test_who_has_blocked_the_brand_gets_no_message_and_nothing_is_lost(stage: Any, x: Any, ana: Any) -> None:
    x.change("ana", blocks_brand=True)
    post = ana.posts("@BrightTel #data")

    stage.settles()

    assert ana.got == []
    assert stage.deliveries(post)[0].state == "refused"
    assert x.replies_to(post) or stage.rung()
    stage.money_agrees()


def test_asked_by_message_a_refusal_goes_to_a_person(stage: Any, x: Any, ana: Any) -> None:
    ana.writes("#charges")
    stage.looks()
    x.change("ana", accepts_dms=False)
    x.fault(
        "POST /2/dm_conversations/with/:id/messages",
        "status",
        status=403,
        body={
            "title": "Forbidden",
            "status": 403,
            "type": "about:blank",
            "detail": "You do not have permission to DM one or more participants.",
        },
    )

    stage.works()

    assert ana.got == []
    assert len(stage.handovers()) == 1
    assert len(stage.rung()) == 1


def test_a_refusal_without_a_reason_still_ends_somewhere(stage: Any, x: Any, ana: Any) -> None:
    x.fault(
        "POST /2/dm_conversations/with/:id/messages",
        "status",
        status=403,
        body={"title": "Forbidden", "type": "about:blank", "detail": "This operation is not permitted."},
    )
    post = ana.posts("@BrightTel #data")

    stage.settles()

    assert "direct message" in x.reply_to(post)


@pytest.mark.parametrize("point", ["queued", "sending"])
def test_killed_around_the_refused_call_there_is_still_one_invitation(stage: Any, x: Any, point: str) -> None:
    kim = x.known("closed_kim")
    post = kim.posts("@BrightTel #data")
    stage.looks()
    stage.handles()
    if point == "sending":
        stage.calls(stage.claims())

    stage.restart()
    stage.settles()
    stage.waits(minutes=2)
    stage.waits(minutes=2)

    assert len(x.replies_to(post)) == 1
    assert "direct message" in x.reply_to(post)
