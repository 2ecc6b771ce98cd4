"""The tightened description refuses what the published one lets pass: else no answer could ever be wrong."""

import pytest

MENTIONS = "GET /2/users/{id}/mentions"
CREATE = "POST /2/tweets"
POST = {"id": "20", "text": "just setting up", "edit_history_post_ids": ["20"]}
OPERATIONS = (
    "GET /2/users/me",
    "GET /2/users/{id}",
    "GET /2/users",
    "GET /2/users/by/username/{username}",
    MENTIONS,
    "GET /2/users/{id}/tweets",
    CREATE,
    "GET /2/tweets",
    "GET /2/tweets/{id}",
    "DELETE /2/tweets/{id}",
    "GET /2/tweets/search/recent",
    "POST /2/dm_conversations/with/{participant_id}/messages",
    "GET /2/dm_conversations/with/{participant_id}/dm_events",
    "GET /2/dm_events",
    "GET /2/dm_events/{event_id}",
    "DELETE /2/dm_events/{event_id}",
    "POST /2/media/upload",
    "POST /2/media/metadata",
    "GET /2/usage/tweets",
)


def status(operation):
    return 201 if operation in (CREATE, "POST /2/dm_conversations/with/{participant_id}/messages") else 200


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_answer_that_says_nothing_is_refused(description, operation):
    assert description.faults_of(operation, status(operation), {})
    assert description.faults_of(operation, status(operation), {"data": {}})
    assert description.faults_of(operation, status(operation), {"data": []})


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_unknown_key_is_refused(description, operation):
    wrong = {"errors": [], "surprise": 1}

    assert any("surprise" in fault for fault in description.faults_of(operation, status(operation), wrong))


def test_a_whole_page_is_allowed(description):
    page = {"data": [POST], "meta": {"result_count": 1, "newest_id": "20", "oldest_id": "20"}}

    assert description.faults_of(MENTIONS, 200, page) == []
    assert description.faults_of(MENTIONS, 200, {"meta": {"result_count": 0}}) == []


@pytest.mark.parametrize(
    "post",
    [
        {"id": "20"},
        {"text": "no id"},
        POST | {"id": 20},
        POST | {"tweet": "an old friend"},
        POST | {"created_at": "yesterday"},
        POST | {"created_at": "2026-11-21T12:00:00"},
        POST | {"referenced_posts": [{"type": "liked", "id": "1"}]},
        POST | {"entities": {"mentions": [{"start": 0}]}},
        POST | {"entities": {"mentions": [{"start": 0, "end": 4, "screen_name": "ana"}]}},
        POST | {"display_text_range": [0]},
        POST | {"note_post": {}},
        POST | {"public_metrics": {"like_count": 1}},
    ],
    ids=lambda post: ",".join(sorted(set(post) ^ set(POST))) or "wrong type",
)
def test_a_post_unlike_x_s_is_refused_however_deep_it_differs(description, post):
    assert description.faults_of(MENTIONS, 200, {"data": [post], "meta": {"result_count": 1}})


def test_what_may_be_null_may_be_null_and_nothing_else(description):
    def faults(value):
        post = POST | {"edit_controls": {"edits_remaining": value}}
        return description.faults_of(CREATE.replace("POST", "GET") + "/{id}", 200, {"data": post})

    assert faults(None) == faults(5) == []
    assert faults("five")


def test_a_page_needs_its_meta_and_its_count(description):
    assert description.faults_of(MENTIONS, 200, {"data": [POST]})
    assert description.faults_of(MENTIONS, 200, {"meta": {}})


def test_a_problem_is_one_x_knows_with_its_own_keys(description):
    known = {
        "type": "https://api.x.com/2/problems/resource-not-found",
        "title": "Not Found Error",
        "detail": "Could not find tweet with ids: [20].",
        "resource_type": "tweet",
    }

    assert description.faults_of("GET /2/tweets", 200, {"errors": [known]}) == []
    for changed in ({"type": "https://api.x.com/2/problems/bad-luck"}, {"code": 34}, {"detail": 5}):
        assert description.faults_of("GET /2/tweets", 200, {"errors": [known | changed]})


def test_the_old_names_are_strangers_until_they_are_mapped(description, to_post_words):
    old = {"id": "20", "text": "hello", "edit_history_tweet_ids": ["20"]}
    page = {"data": [old], "meta": {"result_count": 1}}

    assert description.faults_of(MENTIONS, 200, page)
    assert description.faults_of(MENTIONS, 200, to_post_words(page)) == []
