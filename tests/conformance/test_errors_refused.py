"""Each refusal X is known for comes from the sandbox by its natural cause, in X's own shape."""

from datetime import datetime

import pytest


def test_a_request_x_does_not_understand(x, says_as_x):
    says_as_x(
        x.call("GET", f"/2/users/{x.id_of('BrightTel')}/mentions", {"max_results": "4"}), "invalid-request"
    )
    says_as_x(x.call("POST", "/2/tweets", txt="hello"), "invalid-request")
    says_as_x(x.call("GET", "/2/tweets", {"ids": "1", "tweet.fields": "mood"}), "invalid-request")


def test_a_since_id_too_old_for_search(x, says_as_x):
    old = x.says("ana", "@BrightTel good old times")
    for _ in range(8):
        x.control("POST", "clock", advance_seconds=86_400)

    answer = x.call("GET", "/2/tweets/search/recent", {"query": "@BrightTel", "since_id": old})

    says_as_x(answer, "invalid-request")
    assert "since_id" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("key", ["api_key", "api_secret", "access_token", "access_token_secret"])
def test_a_wrong_key_of_any_kind_is_unauthorized(x, says_as_x, key):
    says_as_x(x.call("GET", "/2/users/me", changed={key: "wrong"}), "unauthorized")


def test_a_changed_request_is_unauthorized(x, says_as_x):
    signed = x.call("GET", "/2/users/me", {"user.fields": "name"}).request
    signed.url = signed.url.replace("name", "protected")

    says_as_x(x.session.send(signed, timeout=10), "unauthorized")


def test_a_request_played_again_is_unauthorized(x, says_as_x):
    signed = x.call("GET", "/2/users/me").request

    says_as_x(x.session.send(signed, timeout=10), "unauthorized")


def test_no_or_a_wrong_bearer_token_is_unauthorized(x, says_as_x):
    says_as_x(x.session.get(x.base + "/2/users/me", timeout=10), "unauthorized")
    says_as_x(x.bearer("wrong", "GET", "/2/users/me"), "unauthorized")


def test_the_keys_of_a_suspended_account_are_unauthorized(x, says_as_x):
    x.keys("mallory")

    with x.person("mallory", suspended=True):
        says_as_x(x.call("GET", "/2/users/me", by="mallory"), "unauthorized")


def test_a_used_up_credit_stops_everything_but_what_is_free(x, says_as_x):
    mention = x.says("ana", "@BrightTel #help, please")
    x.control("PUT", "credit", usd=0)

    says_as_x(x.call("GET", f"/2/users/{x.id_of('BrightTel')}/mentions"), "credits-depleted")
    says_as_x(x.reply(mention, "Here it is"), "credits-depleted")
    assert x.call("GET", "/2/usage/credits").status_code == 200

    x.control("PUT", "credit", usd=1)
    assert x.reply(mention, "Here it is").status_code == 201


def test_the_credit_is_used_up_by_ordinary_calls(x, says_as_x):
    x.control("PUT", "credit", usd=0.015)

    assert x.call("POST", "/2/tweets", text="our last words").status_code == 201
    says_as_x(x.call("POST", "/2/tweets", text="one more thing"), "credits-depleted")


def test_a_text_that_is_there_already(x, says_as_x):
    first, second = x.says("ana", "@BrightTel #status"), x.says("ben", "@BrightTel #status")
    assert x.reply(first, "It is done").status_code == 201

    says_as_x(x.reply(first, "It is done"), "duplicate")
    says_as_x(x.reply(second, "It is done"), "duplicate")

    x.control("POST", "clock", advance_seconds=86_401)
    assert x.reply(second, "It is done").status_code == 201


def test_a_target_that_is_gone_or_not_visible(x, says_as_x):
    deleted = x.says("ana", "@BrightTel never mind")
    x.control("DELETE", f"posts/{deleted}")
    standing = x.says("tariq", "@BrightTel #data, please")

    says_as_x(x.reply(deleted, "We do mind"), "target-gone")
    says_as_x(x.reply("20", "Welcome to the past"), "target-gone")
    for state in ("suspended", "protected"):
        with x.person("tariq", **{state: True}):
            says_as_x(x.reply(standing, "Here it is at last"), "target-gone")


def test_somebody_who_has_not_mentioned_us(x, says_as_x):
    unasked = x.says("ana", "what a morning")
    root = x.says("ana", "@BrightTel what a morning")
    below = x.says("ben", "@ana indeed", in_reply_to=root)

    says_as_x(x.reply(unasked, "A good one"), "not-summoned")
    says_as_x(x.reply(below, "A good one"), "not-summoned")
    says_as_x(x.call("POST", "/2/tweets", text="Look", quote_tweet_id=unasked), "not-quotable")


def test_being_mentioned_or_quoted_or_answering_ourselves_is_enough(x):
    ours = x.call("POST", "/2/tweets", text="A new shop opens").json()["data"]["id"]
    quote = x.says("ben", "well well", quotes=ours)
    named = x.says("ana", "good for you @BrightTel")

    for target, text in ((ours, "and another"), (quote, "indeed"), (named, "thank you")):
        assert x.reply(target, text).status_code == 201


def test_an_author_who_restricts_who_may_reply(x, says_as_x):
    closed = x.says("ana", "@BrightTel for my friends only", reply_settings="following")

    says_as_x(x.reply(closed, "And your phone company"), "restricted")


def test_a_person_who_does_not_take_our_messages(x, says_as_x):
    says_as_x(x.message("closed_kim", "Hello Kim"), "no-dm")
    with x.person("chloe", blocks_brand=True):
        says_as_x(x.message("chloe", "Hello Chloe"), "no-dm")
    with x.person("chloe", suspended=True):
        says_as_x(x.message("chloe", "Hello Chloe"), "no-dm")

    x.writes("closed_kim", "I have a question")
    assert x.message("closed_kim", "Hello Kim").status_code == 201


def test_a_person_who_has_blocked_us(x, says_as_x):
    post = x.says("chloe", "@BrightTel go away")

    with x.person("chloe", blocks_brand=True):
        says_as_x(x.reply(post, "As you like"), "not-permitted")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/2/users/me"),
        ("POST", "/2/tweets"),
        ("DELETE", "/2/tweets/20"),
        ("POST", "/2/dm_conversations/with/20/messages"),
        ("GET", "/2/dm_events"),
        ("GET", "/2/dm_events/20"),
        ("DELETE", "/2/dm_events/20"),
        ("POST", "/2/media/upload"),
        ("POST", "/2/media/metadata"),
    ],
)
def test_the_app_alone_where_a_person_is_needed(x, says_as_x, method, path):
    says_as_x(x.as_app(method, path), "unsupported-authentication")


def test_a_person_where_only_the_app_may(x):
    answer = x.call("GET", "/2/usage/tweets")

    assert answer.status_code == 403
    assert answer.json()["type"].endswith("/unsupported-authentication")
    assert "OAuth 1.0a User Context is forbidden" in answer.json()["detail"]


def test_a_message_that_is_not_there(x, says_as_x):
    theirs = x.writes("ana", "between the two of us", to="ben")

    says_as_x(x.call("GET", "/2/dm_events/20"), "no-such-message")
    says_as_x(x.call("DELETE", "/2/dm_events/20"), "no-such-message")
    says_as_x(x.call("GET", f"/2/dm_events/{theirs}"), "no-such-message")


def test_a_window_that_is_used_up_waits_for_its_reset(x, says_as_x):
    for _ in range(15):
        assert x.call("GET", "/2/dm_events").status_code == 200

    answer = x.call("GET", "/2/dm_events")

    says_as_x(answer, "too-many-requests")
    assert answer.headers["x-rate-limit-remaining"] == "0"
    wait = int(answer.headers["x-rate-limit-reset"]) - now_of(x)
    x.control("POST", "clock", advance_seconds=wait - 30)
    assert x.call("GET", "/2/dm_events").status_code == 429
    x.control("POST", "clock", advance_seconds=31)
    assert x.call("GET", "/2/dm_events").status_code == 200


def now_of(x):
    """X's time in seconds, as the sandbox tells it."""
    return int(datetime.fromisoformat(x.control("GET", "health")["now"]).timestamp())
