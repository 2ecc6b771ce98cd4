"""People edit their posts: one request per post, and its newest text counts until it is answered."""

from typing import Any


def test_edited_before_the_answer_the_newest_text_counts(stage: Any, x: Any, mallory: Any) -> None:
    first = mallory.posts("@BrightTel #android")
    second = x.edit(first, "@BrightTel #handsets nimbus 5")

    stage.settles()

    assert "Nimbus 5" in x.reply_to(second)
    assert x.replies_to(first) == []


def test_edited_between_reading_and_deciding_the_newest_text_counts(stage: Any, x: Any, mallory: Any) -> None:
    first = mallory.posts("@BrightTel #android")
    stage.looks()
    second = x.edit(first, "@BrightTel #handsets nimbus 5")

    stage.settles()

    assert "Nimbus 5" in x.reply_to(second)
    assert x.replies_to(first) == []
    assert stage.reason(first) == "edited"


def test_edited_between_deciding_and_sending_the_earlier_answer_is_taken_back(
    stage: Any, x: Any, mallory: Any
) -> None:
    first = mallory.posts("@BrightTel #android")
    stage.looks()
    stage.handles()
    second = x.edit(first, "@BrightTel #handsets nimbus 5")

    stage.looks()
    stage.handles()
    stage.works()

    assert len(x.ours()) == 1
    assert "Nimbus 5" in x.reply_to(second)


def test_edited_after_the_answer_nothing_more_is_sent(stage: Any, x: Any, mallory: Any) -> None:
    first = mallory.posts("@BrightTel #android")
    stage.settles()
    second = x.edit(first, "@BrightTel #handsets nimbus 5")

    stage.settles()

    assert x.replies_to(second) == []
    assert len(x.ours()) == 1
    assert stage.reason(second) == "seen before"


def test_a_post_edited_five_times_is_one_request(stage: Any, x: Any, ben: Any) -> None:
    post = ben.posts("@BrightTel #refund 1")
    for number in range(2, 7):
        stage.looks()
        post = x.edit(post, f"@BrightTel #refund {number}")

    stage.settles()

    assert len(stage.tickets()) == 1
    assert len(x.ours()) == 1


def test_a_deleted_post_is_not_answered_and_nobody_is_bothered(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel #help")
    stage.looks()
    stage.handles()
    x.delete(post)

    stage.works()

    assert x.ours() == []
    assert stage.delivery(post).state == "refused"
    assert stage.rung() == []
    stage.money_agrees()
