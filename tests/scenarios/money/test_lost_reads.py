"""What X may have charged for without its answer reaching us is booked once, when it is known."""

from typing import Any

import pytest

from bot.flow.outgoing import by_hand

POST, MESSAGE = "POST /2/tweets", "POST /2/dm_conversations/with/:id/messages"
OWN_POSTS = "GET /2/users/:id/tweets"
CONVERSATION = "GET /2/dm_conversations/with/:id/dm_events"


def test_a_lost_look_at_a_conversation_is_settled_by_the_next_one(stage: Any, x: Any, ana: Any) -> None:
    x.fault(MESSAGE, "cut_after")
    x.fault(CONVERSATION, "cut_after")
    post = ana.posts("@BrightTel #data")
    stage.settles()

    for _ in range(3):
        stage.waits(minutes=3)

    assert len(x.calls("GET", "/dm_conversations/with/")) == 2
    assert stage.delivery(post).state == "sent"
    stage.money_agrees()


def test_a_lost_look_at_our_own_posts_is_settled_by_the_next_one(stage: Any, x: Any, mallory: Any) -> None:
    x.fault(POST, "cut_after")
    x.fault(OWN_POSTS, "cut_after")
    post = mallory.posts("@BrightTel #help")
    stage.settles()

    for _ in range(3):
        stage.waits(minutes=3)

    assert stage.delivery(post).state == "sent"
    stage.money_agrees()


def test_after_a_restart_no_other_read_settles_a_lost_one(stage: Any, x: Any, mallory: Any) -> None:
    x.fault(POST, "cut_after")
    x.fault(OWN_POSTS, "cut_after", times=0)
    mallory.posts("@BrightTel #help")
    stage.settles()
    stage.restart()

    for _ in range(3):  # mentions are read completely each time
        stage.waits(minutes=3)
    kept = stage.unsettled()
    x.heal()
    stage.waits(hours=1)

    assert kept >= 2
    stage.money_agrees()


@pytest.fixture
def taken_and_shown_late(stage: Any, x: Any, mallory: Any) -> Any:
    """A reply that X took without saying so, and shows so late that it was sent again and refused."""

    def after(seconds: int) -> str:
        x.fault(POST, "cut_after")
        x.fault(OWN_POSTS, "late", seconds=seconds, times=0)
        post: str = mallory.posts("@BrightTel #help")
        stage.settles()
        for _ in range(12):
            stage.waits(minutes=1)
        assert len(x.calls("POST", "/2/tweets")) == 2
        assert len(x.replies_to(post)) == 1
        return post

    return after


def test_a_reply_found_after_its_second_call_was_refused_is_paid_for_once(
    stage: Any, taken_and_shown_late: Any
) -> None:
    post = taken_and_shown_late(seconds=250)

    assert stage.delivery(post).state == "sent"
    stage.money_agrees()


def test_a_reply_that_only_a_person_could_find_is_paid_for_once(
    stage: Any, taken_and_shown_late: Any
) -> None:
    post = taken_and_shown_late(seconds=3600)
    delivery = stage.delivery(post)
    now = stage.clock.now()

    stage.database.write(lambda c: by_hand.has_been_sent(c, stage.brand_id, delivery.id, now))

    assert delivery.reason == "a person decides"
    stage.money_agrees()
