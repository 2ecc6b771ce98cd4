"""X's JSON becomes frozen types, in its old words and in its new ones."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.x import wire

BRAND = "2000000000000000001"
ANA = "2000000000000000101"


def post(**changes: Any) -> dict[str, Any]:
    return {"id": "2000000000000001000", "text": "@BrightTel #data", "author_id": ANA} | changes


def test_an_id_tells_when_it_was_made() -> None:
    assert wire.snowflake_time("1212092628029698048") == datetime(2019, 12, 31, 19, 26, 16, 771000, UTC)


def test_the_smallest_id_of_an_instant_is_made_in_that_instant() -> None:
    at = datetime(2026, 11, 21, 22, 7, tzinfo=UTC)

    assert wire.snowflake_time(wire.snowflake_at(at)) == at
    assert wire.snowflake_at(datetime(2001, 1, 1, tzinfo=UTC)) == "0"


def test_ids_are_compared_as_integers() -> None:
    assert wire.newest("999", "1000", None) == "1000"
    assert wire.newest(None) is None


def test_both_vocabularies_mean_the_same() -> None:
    old = wire.read_post(
        post(
            referenced_tweets=[{"type": "replied_to", "id": "7"}],
            edit_history_tweet_ids=["5", "2000000000000001000"],
            note_tweet={"text": "long", "entities": {"hashtags": [{"start": 0, "end": 4, "tag": "long"}]}},
        )
    )
    new = wire.read_post(
        post(
            referenced_posts=[{"type": "replied_to", "id": "7"}],
            edit_history_post_ids=["5", "2000000000000001000"],
            note_post={"text": "long", "entities": {"hashtags": [{"start": 0, "end": 4, "tag": "long"}]}},
        )
    )

    assert old == new
    assert old.replied_to_id == "7"
    assert old.edit_root_id == "5"
    assert old.text == "long"
    assert old.entities.hashtags[0].tag == "long"
    assert old.is_long


def test_text_stays_escaped_because_offsets_count_it_so() -> None:
    read = wire.read_post(post(text="@BrightTel a &amp; b #data"))

    assert read.text == "@BrightTel a &amp; b #data"


def test_entities_and_the_shown_range_are_read() -> None:
    read = wire.read_post(
        post(
            display_text_range=[11, 16],
            entities={
                "mentions": [{"start": 0, "end": 10, "username": "BrightTel", "id": BRAND}],
                "hashtags": [{"start": 11, "end": 16, "tag": "data"}],
                "urls": [{"start": 1, "end": 2, "url": "https://t.co/x", "expanded_url": "https://a.b"}],
                "annotations": [{"start": 1, "end": 2, "probability": 0.5}],
            },
        )
    )

    assert read.entities.mentions == (wire.MentionEntity(0, 10, "BrightTel", BRAND),)
    assert read.entities.hashtags == (wire.HashtagEntity(11, 16, "data"),)
    assert read.entities.urls[0].expanded_url == "https://a.b"
    assert read.display_text_range == (11, 16)


def test_a_long_post_is_shown_from_the_same_start_to_its_own_end() -> None:
    read = wire.read_post(post(display_text_range=[11, 280], note_tweet={"text": "x" * 400}))

    assert read.display_text_range == (11, 400)


def test_a_post_is_as_old_as_its_id_unless_x_says_something_else_entirely() -> None:
    x_id = wire.snowflake_at(datetime(2026, 11, 21, 22, 7, 0, 500_000, UTC))
    near = wire.read_post(post(id=x_id, created_at="2026-11-21T22:07:00.000Z"))
    far = wire.read_post(post(id=x_id, created_at="2026-11-20T22:07:00.000Z"))

    assert near.created_at == datetime(2026, 11, 21, 22, 7, 0, 500_000, UTC)
    assert far.created_at - near.created_at < timedelta(days=-1) + timedelta(seconds=1)


def test_an_empty_page_comes_without_data() -> None:
    page = wire.read_post_page({"meta": {"result_count": 0}})

    assert page == wire.PostPage()


def test_a_deleted_post_is_named_as_missing() -> None:
    page = wire.read_post_page(
        {"data": [post()], "errors": [{"resource_id": "9", "type": "…/resource-not-found"}, {"value": "8"}]}
    )

    assert [found.id for found in page.posts] == ["2000000000000001000"]
    assert page.missing_ids == ("9", "8")


def test_one_odd_item_does_not_hide_its_neighbours() -> None:
    page = wire.read_post_page({"data": [{"id": "1"}, post(), {"id": "2", "text": "x", "author_id": None}]})

    assert [found.id for found in page.posts] == ["2000000000000001000"]
    assert [item["id"] for item in page.unreadable] == ["1", "2"]


def test_the_other_person_of_a_conversation_is_known_from_either_side() -> None:
    theirs = wire.read_message({"id": "5", "sender_id": ANA, "text": "hi"})
    ours = wire.read_message(
        {"id": "6", "sender_id": BRAND, "dm_conversation_id": f"{BRAND}-{ANA}", "text": "hello"}
    )
    group = wire.read_message({"id": "7", "sender_id": BRAND, "dm_conversation_id": "12345"})

    assert theirs.other_than(BRAND) == ANA
    assert ours.other_than(BRAND) == ANA
    assert group.other_than(BRAND) is None


def test_what_x_made_is_known_by_its_id_whatever_rides_along() -> None:
    assert wire.read_made_post({"data": {"id": "12", "text": "x"}, "errors": [{"title": "odd"}]}).id == "12"
    assert wire.read_made_message({"data": {"dm_event_id": "13", "dm_conversation_id": "a-b"}}).id == "13"


@pytest.mark.parametrize("answer", [{}, {"data": {}}, {"data": []}, {"data": None}])
def test_a_success_that_names_nothing_is_no_success(answer: dict[str, Any]) -> None:
    with pytest.raises(wire.ShapeError):
        wire.read_made_post(answer)


@pytest.mark.parametrize(
    ("answer", "micro"),
    [
        ({"data": {"total_balance": 12.5, "prepaid_balance": 12, "free_balance": 0.5}}, 12_500_000),
        ({"data": {"prepaid_balance": "12", "free_balance": 0.5}}, 12_500_000),
        ({"total_balance": 3}, 3_000_000),
        ({"data": {"total_balance": "NaN"}}, None),
        ({"data": {"total_balance": True}}, None),
        ({"data": {"credits": {"left": 5}}}, None),
        ({"data": []}, None),
    ],
)
def test_the_credit_is_read_where_x_says_it_in_known_words(answer: dict[str, Any], micro: int | None) -> None:
    assert wire.read_credits(answer).left_micro == micro
