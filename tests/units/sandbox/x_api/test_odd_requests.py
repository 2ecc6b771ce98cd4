"""Requests nobody sane would send: X says what is wrong with them, and never fails over them."""

import pytest

BRAND = "2000000000000000001"
LONG = "9" * 5_000  # longer than Python lets a number be


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (f"/2/users/{BRAND}/mentions", {"max_results": LONG}),
        (f"/2/users/{BRAND}/mentions", {"since_id": "²"}),
        ("/2/dm_events", {"max_results": "１０"}),
        ("/2/tweets/search/recent", {"query": "conversation_id:²"}),
        ("/2/tweets/search/recent", {"query": f"conversation_id:{LONG}"[:500]}),
    ],
)
def test_a_number_that_is_none_is_an_invalid_request(x, path, query):
    answer = x.call("GET", path, query)

    assert (answer.status_code, answer.json()["title"]) == (400, "Invalid Request")


def test_a_search_for_posts_from_an_odd_name_finds_none(x):
    x.says("ana", "@BrightTel #data")

    answer = x.get("/2/tweets/search/recent", query="from:²")

    assert answer["meta"]["result_count"] == 0


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/2/media/upload", {"media": "aGVsbG8=", "media_category": []}),
        ("/2/media/metadata", {"id": "1", "metadata": {"alt_text": 1}}),
    ],
)
def test_a_body_of_another_shape_is_an_invalid_request(x, path, sent):
    assert x.call("POST", path, **sent).status_code == 400


def test_whom_a_reply_leaves_out_is_a_list(x):
    mention = x.says("ana", "@BrightTel #data")
    reply = {"in_reply_to_tweet_id": mention, "exclude_reply_user_ids": 1}

    assert x.call("POST", "/2/tweets", text="Hello", reply=reply).status_code == 400


@pytest.mark.parametrize("authorization", ["Bearer U²", f"Bearer U{LONG}", "OAuth", "Basic eDp5"])
def test_credentials_of_no_kind_are_not_let_in(x, authorization):
    answer = x.session.get(
        x.base + "/2/users/me", headers={"Authorization": authorization.encode()}, timeout=5
    )

    assert answer.status_code == 401
