"""X shows pages late, twice, out of order or in part: each mention is taken once, and none is lost."""

from typing import Any

import pytest

MENTIONS = "GET /2/users/:id/mentions"


def test_a_crowd_over_many_pages_is_read_to_the_end(stage: Any, x: Any, mallory: Any) -> None:
    posts = mallory.posts_many([f"@BrightTel number {number}" for number in range(250)])

    stage.settles()

    assert all(stage.knows(post) for post in posts)
    stage.money_agrees()


def test_the_cursor_moves_only_after_all_pages_are_stored(stage: Any, x: Any, mallory: Any) -> None:
    posts = mallory.posts_many([f"@BrightTel number {number}" for number in range(150)])
    x.fault(MENTIONS, "slow", seconds=0, times=1)  # the first page comes
    x.fault(MENTIONS, "status", status=503, times=1)  # the second does not
    stage.settles()
    assert not stage.knows(posts[0])

    stage.restart()
    stage.waits(minutes=1)

    assert all(stage.knows(post) for post in posts)


def test_killed_between_two_pages_nothing_is_lost_and_nobody_is_answered_twice(
    stage: Any, x: Any, mallory: Any, ana: Any
) -> None:
    oldest = ana.posts("@BrightTel #help")
    mallory.posts_many([f"@BrightTel number {number}" for number in range(120)])
    newest = ana.posts("@BrightTel #handsets")
    x.fault(MENTIONS, "slow", seconds=0, times=1)
    x.fault(MENTIONS, "cut_after", times=1)
    stage.settles()

    stage.restart()
    stage.waits(minutes=1)

    assert [len(x.replies_to(post)) for post in (oldest, newest)] == [1, 1]


@pytest.mark.parametrize("kind", ["duplicates", "reorder"])
def test_a_page_with_doubled_or_mixed_posts_is_taken_once(
    stage: Any, x: Any, ana: Any, mallory: Any, kind: str
) -> None:
    posts = [who.posts("@BrightTel #help") for who in (ana, mallory, ana, mallory)]
    x.fault(MENTIONS, kind, times=0)

    stage.settles()
    stage.waits(seconds=5)

    assert [len(x.replies_to(post)) for post in posts] == [1, 1, 1, 1]


def test_a_mention_that_x_shows_late_is_found_by_looking_back(
    stage: Any, x: Any, ana: Any, mallory: Any
) -> None:
    stage.settles()
    x.fault(MENTIONS, "late", seconds=20, times=0, probability=0.5)
    posts = mallory.posts_many([f"@BrightTel number {number}" for number in range(12)])
    for _ in range(24):
        stage.waits(seconds=3)

    assert all(stage.knows(post) for post in posts)


def test_messages_out_of_order_and_doubled_are_taken_once(stage: Any, x: Any, ana: Any) -> None:
    x.fault("GET /2/dm_events", "duplicates", times=0)
    x.fault("GET /2/dm_events", "reorder", times=0)
    ana.writes("#data")
    ana.writes("#charges")

    stage.settles()

    assert len(ana.got) == 2


def test_many_messages_between_two_looks_are_all_read(stage_of: Any, x: Any, ana: Any) -> None:
    stage = stage_of(person_limit=0)
    stage.settles()
    messages = [ana.writes(f"number {number}") for number in range(60)]

    stage.settles()

    assert all(stage.knows(message) for message in messages)
    assert len(x.calls("GET", "/2/dm_events")) <= 5


def test_messages_of_ours_that_were_just_sent_do_not_hide_older_ones(stage: Any, x: Any, ana: Any) -> None:
    stage.reads_messages()
    first = ana.writes("#data")
    for _ in range(6):
        ana.posts("@BrightTel #text")
    stage.serving.polling.run_mentions()
    stage.works()
    assert len(ana.got) == 6

    stage.reads_messages()
    stage.works()

    assert stage.knows(first)
    assert any("GB" in text for text in ana.got)


def test_more_than_800_mentions_while_away_are_filled_from_the_search(
    stage: Any, x: Any, ana: Any, mallory: Any
) -> None:
    stage.settles()
    stage.kill()
    stage.passes(minutes=30)
    oldest = ana.posts("@BrightTel #help")
    mallory.posts_many([f"@BrightTel number {number}" for number in range(850)])

    stage.start()
    for _ in range(4):
        stage.waits(seconds=5)

    assert len(x.replies_to(oldest)) == 1
    assert stage.alarms() == []
    stage.money_agrees()


def test_what_not_even_the_search_reaches_is_reported_with_its_time_range(
    stage: Any, x: Any, ana: Any, mallory: Any
) -> None:
    mallory.posts("@BrightTel hello")
    stage.settles()
    stage.kill()
    stage.passes(days=9)
    mallory.posts_many([f"@BrightTel number {number}" for number in range(805)])

    stage.start()
    for _ in range(3):
        stage.waits(seconds=5)

    assert stage.alarms() == ["mentions-gap"]
    (ring,) = stage.rung()
    assert f"{x.now():%Y-%m}" in ring or "UTC" in ring


def test_an_item_x_garbled_is_left_out_and_the_others_are_answered(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel #help")
    x.fault(MENTIONS, "status", status=200, body={"data": [{"id": "7"}], "meta": {"result_count": 1}})

    stage.settles()
    assert "x-garbled" in stage.alarms()
    stage.waits(seconds=5)

    assert len(x.replies_to(post)) == 1


def test_a_broken_page_is_read_again(stage: Any, x: Any, mallory: Any) -> None:
    x.fault(MENTIONS, "broken_json")
    post = mallory.posts("@BrightTel #help")

    stage.settles()
    stage.waits(seconds=10)

    assert len(x.replies_to(post)) == 1
    stage.waits(minutes=2)
    stage.money_agrees()
