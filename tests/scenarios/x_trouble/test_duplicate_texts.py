"""X says it has our text already: we look under this mention before anything else."""

from typing import Any

BODY = {
    "title": "Forbidden",
    "type": "about:blank",
    "status": 403,
    "detail": "You are not allowed to create a Tweet with duplicate content.",
}


def test_found_under_the_mention_it_counts_as_sent(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel #help")
    stage.looks()
    stage.handles()
    x.fault("POST /2/tweets", "status", status=403, body=BODY, done=True)

    stage.works()

    assert len(x.replies_to(post)) == 1
    assert stage.delivery(post).state == "sent"
    assert stage.mention(post).answered_at is not None


def test_taken_the_first_time_and_shown_too_late_for_two_looks_it_is_still_one_answer(
    stage: Any, x: Any, mallory: Any
) -> None:
    post = mallory.posts("@BrightTel #help")
    x.fault("POST /2/tweets", "cut_after")
    x.fault("GET /2/users/:id/tweets", "late", seconds=100_000, times=0)
    stage.settles()
    for _ in range(3):
        stage.waits(seconds=61)
    assert len(x.calls("POST", "/2/tweets")) == 2  # the second was refused by X as a duplicate

    x.heal()
    for _ in range(3):
        stage.waits(seconds=61)

    assert stage.delivery(post).state == "sent"
    assert len(x.replies_to(post)) == 1
    stage.money_agrees()


def test_not_found_it_leaves_once_more_with_a_new_mark(stage: Any, x: Any, mallory: Any) -> None:
    x.fault("POST /2/tweets", "status", status=403, body=BODY)
    post = mallory.posts("@BrightTel #help")

    stage.settles()

    (sent,) = stage.deliveries(post)
    first, second = (call["body"] for call in x.calls("POST", "/2/tweets"))
    assert sent.state == "sent"
    assert first != second
    assert x.reply_to(post) == sent.text
    stage.money_agrees()


def test_what_the_same_person_asked_later_does_not_overtake_it(stage: Any, x: Any, mallory: Any) -> None:
    x.fault("POST /2/tweets", "status", status=403, body=BODY)
    first, second = mallory.posts("@BrightTel #help"), mallory.posts("@BrightTel #android")

    stage.settles()

    answers = [one for one in x.posts() if one["in_reply_to"] in (first, second)]
    assert [one["in_reply_to"] for one in sorted(answers, key=lambda one: int(one["id"]))] == [first, second]


def test_a_second_duplicate_refusal_goes_to_a_person(stage: Any, x: Any, mallory: Any) -> None:
    x.fault("POST /2/tweets", "status", status=403, body=BODY, times=0)
    post = mallory.posts("@BrightTel #help")

    stage.settles()
    stage.waits(minutes=10)

    assert len(x.calls("POST", "/2/tweets")) == 2
    assert x.replies_to(post) == []
    assert len(stage.rung()) == 1


def test_on_a_resend_it_stays_unsure_is_read_again_and_then_a_person_decides(
    stage: Any, x: Any, mallory: Any
) -> None:
    post = mallory.posts("@BrightTel #help")
    x.fault("POST /2/tweets", "status", status=503)
    stage.settles()
    x.fault("POST /2/tweets", "status", status=403, body=BODY, times=0)

    for _ in range(8):
        stage.waits(minutes=2)

    assert len(x.calls("POST", "/2/tweets")) == 2
    assert len({call["body"] for call in x.calls("POST", "/2/tweets")}) == 1
    assert stage.delivery(post).state == "unsure"
    assert len(stage.rung()) == 1


def test_shown_late_it_is_found_on_a_later_look(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel #help")
    x.fault("POST /2/tweets", "cut_after")
    late = x.fault("GET /2/users/:id/tweets", "late", seconds=100, times=0)

    stage.settles()
    stage.waits(seconds=61)
    assert stage.delivery(post).state == "unsure"
    x.call("DELETE", f"faults/{late}")
    stage.waits(seconds=61)

    assert stage.delivery(post).state == "sent"
    assert len(x.replies_to(post)) == 1
