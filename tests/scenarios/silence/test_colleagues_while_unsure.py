"""A colleague answers in X's own app while nobody knows whether our own answer reached X."""

from typing import Any

import sqlalchemy as sa

POST = "POST /2/tweets"


def noted(stage: Any) -> list[str]:
    return [row[0] for row in stage.read(lambda c: c.execute(sa.text("SELECT x_id FROM own_posts")).all())]


def test_a_colleague_s_reply_in_other_words_is_not_taken_for_ours_and_ours_is_given_up(
    stage: Any, x: Any, mallory: Any, colleague: Any
) -> None:
    x.fault(POST, "cut_before")
    post = mallory.posts("@BrightTel #help")
    stage.settles()
    reply = colleague.replies(post, "Hello, this is Cleo.")

    for _ in range(5):
        stage.waits(minutes=2)

    delivery = stage.delivery(post)
    assert (delivery.state, delivery.reason, delivery.x_id) == ("dropped", "answered by a person", None)
    assert x.replies_to(post) == ["Hello, this is Cleo."]
    assert noted(stage) == [reply]
    stage.money_agrees()


def test_ours_is_found_though_a_colleague_replied_as_well(
    stage: Any, x: Any, mallory: Any, colleague: Any
) -> None:
    x.fault(POST, "cut_after")
    post = mallory.posts("@BrightTel #help")
    stage.looks()
    stage.handles()
    stage.sends()
    ours = x.reply_id(post)
    reply = colleague.replies(post, "Hello, this is Cleo.")

    for _ in range(5):
        stage.waits(minutes=2)

    delivery = stage.delivery(post)
    assert (delivery.state, delivery.x_id) == ("sent", ours)
    assert noted(stage) == [reply]
    stage.money_agrees()
