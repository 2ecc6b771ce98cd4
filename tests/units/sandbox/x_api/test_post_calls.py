"""Posts written, read and deleted through the API."""

from datetime import UTC, datetime

import pytest


def detail(answer, status=403):
    assert answer.status_code == status, answer.text
    return answer.json()["detail"]


def test_a_summoned_reply_is_made_and_hangs_under_the_mention(x):
    question = x.says("ana", "@BrightTel #data")

    answer = x.reply(question, "Three gigabytes are left.")

    assert answer.status_code == 201
    post = x.get(
        f"/2/tweets/{answer.json()['data']['id']}", tweet__fields="conversation_id,referenced_tweets"
    )
    assert post["data"]["conversation_id"] == question
    assert post["data"]["referenced_tweets"] == [{"type": "replied_to", "id": question}]


def test_a_reply_to_somebody_who_did_not_mention_us_is_refused(x):
    post = x.says("ana", "good morning everybody")

    assert "you have not been mentioned" in detail(x.reply(post, "Hello"))


def test_only_the_very_post_replied_to_counts_not_its_parent(x):
    root = x.says("ana", "@BrightTel #data")
    below = x.says("ben", "@ana same here", in_reply_to=root)

    assert "you have not been mentioned" in detail(x.reply(below, "Hello"))


def test_a_post_that_quotes_ours_may_be_answered_and_so_may_our_own(x):
    ours = x.call("POST", "/2/tweets", text="We are open again").json()["data"]["id"]
    quote = x.says("ben", "look at that", quotes=ours)

    assert x.reply(quote, "Thank you").status_code == 201
    assert x.reply(ours, "And until nine").status_code == 201


def test_the_same_text_twice_is_refused_whoever_it_is_for_until_a_day_has_passed(x):
    first, second = x.says("ana", "@BrightTel #help"), x.says("ben", "@BrightTel #help")
    assert x.reply(first, "Here is help").status_code == 201

    assert detail(x.reply(second, "Here is help")) == (
        "You are not allowed to create a Tweet with duplicate content."
    )

    x.control("POST", "clock", advance_seconds=24 * 3600 + 1)
    assert x.reply(second, "Here is help").status_code == 201


def test_the_text_of_a_deleted_post_may_be_said_again(x):
    post = x.call("POST", "/2/tweets", text="once").json()["data"]["id"]
    x.call("DELETE", f"/2/tweets/{post}")

    assert x.call("POST", "/2/tweets", text="once").status_code == 201


def test_the_bench_profile_refuses_no_duplicates(start_x):
    x = start_x("bench")

    assert x.call("POST", "/2/tweets", text="again").status_code == 201
    assert x.call("POST", "/2/tweets", text="again").status_code == 201


def test_a_reply_to_a_deleted_post_is_refused(x):
    question = x.says("ana", "@BrightTel #data")
    x.control("DELETE", f"posts/{question}")

    assert detail(x.reply(question, "Late")) == (
        "You attempted to reply to a Tweet that is deleted or not visible to you."
    )
    assert "deleted or not visible" in detail(x.reply("1", "Late"))


@pytest.mark.parametrize("change", [{"suspended": True}, {"protected": True}])
def test_a_reply_to_somebody_no_longer_visible_is_refused(x, change):
    question = x.says("ana", "@BrightTel #data")
    x.control("PATCH", "people/ana", **change)

    assert "deleted or not visible" in detail(x.reply(question, "Late"))


def test_a_reply_to_somebody_who_blocked_us_is_not_permitted(x):
    question = x.says("ana", "@BrightTel #data")
    x.control("PATCH", "people/ana", blocks_brand=True)

    assert detail(x.reply(question, "Hello")) == "You are not permitted to perform this action."


def test_an_author_may_restrict_who_replies(x):
    closed = x.says("ana", "@BrightTel #data", reply_settings="following")
    named = x.says("ana", "@BrightTel #data!", reply_settings="mentionedUsers")

    assert detail(x.reply(closed, "Hello")) == (
        "The original Tweet author restricted who can reply to this Tweet."
    )
    assert x.reply(named, "Hello").status_code == 201


def test_the_280_are_weighted_and_links_count_23(x):
    assert x.call("POST", "/2/tweets", text="字" * 140).status_code == 201
    assert "too long" in detail(x.call("POST", "/2/tweets", text="字" * 141), 400)
    assert x.call("POST", "/2/tweets", text="https://example.com/" + "a" * 400).status_code == 201


def test_a_quote_of_somebody_who_did_not_mention_us_is_refused(x):
    post = x.says("ana", "good morning")

    assert "quote posts where you are mentioned" in detail(
        x.call("POST", "/2/tweets", text="Hello", quote_tweet_id=post)
    )


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""},
        {"text": 5},
        {"txt": "a"},
        {"text": "a", "reply": {}},
        {"text": "a", "reply": {"in_reply_to_tweet_id": 7}},
        {"text": "a", "poll": {}},
        {"text": "a", "media": {"media_ids": []}},
    ],
)
def test_a_body_x_does_not_understand_is_an_invalid_request(x, body):
    answer = x.call("POST", "/2/tweets", **body)

    assert answer.status_code == 400
    assert answer.json()["type"].endswith("/invalid-request")


def test_media_nobody_uploaded_cannot_be_posted(x):
    assert "media IDs are invalid" in detail(
        x.call("POST", "/2/tweets", text="a", media={"media_ids": ["123"]}), 400
    )


def test_deleted_protected_and_unknown_posts_are_errors_in_a_200(x):
    here, gone, hidden = (x.says(who, "hello") for who in ("ana", "ben", "carys"))
    x.control("DELETE", f"posts/{gone}")
    x.control("PATCH", "people/carys", protected=True)

    found = x.get("/2/tweets", ids=f"{here},{gone},{hidden},77")

    assert [post["id"] for post in found["data"]] == [here]
    assert [(error["resource_id"], error["type"].rpartition("/")[2]) for error in found["errors"]] == [
        (gone, "resource-not-found"),
        (hidden, "not-authorized-for-resource"),
        ("77", "resource-not-found"),
    ]
    assert set(x.get(f"/2/tweets/{gone}")) == {"errors"}


def test_an_edit_is_a_new_id_and_every_id_of_the_chain_shows_the_newest_text(x):
    old = x.says("ana", "@BrightTel #dta")
    new = x.control("PUT", f"posts/{old}", text="@BrightTel #data")["id"]

    assert int(new) > int(old)
    for identity in (old, new):
        post = x.get(f"/2/tweets/{identity}", tweet__fields="edit_controls")["data"]
        assert post["id"] == new
        assert post["text"] == "@BrightTel #data"
        assert post["edit_history_tweet_ids"] == [old, new]
        assert post["edit_controls"]["edits_remaining"] == 4


def test_deleting_one_version_deletes_the_chain(x):
    old = x.says("ana", "one")
    new = x.control("PUT", f"posts/{old}", text="two")["id"]

    x.control("DELETE", f"posts/{old}")

    assert "data" not in x.get(f"/2/tweets/{new}")


def test_only_one_s_own_posts_can_be_deleted(x):
    theirs = x.says("ana", "mine")
    ours = x.call("POST", "/2/tweets", text="ours").json()["data"]["id"]

    assert detail(x.call("DELETE", f"/2/tweets/{theirs}")) == "You are not authorized to delete this Tweet."
    assert x.call("DELETE", f"/2/tweets/{ours}").json() == {"data": {"deleted": True}}
    assert "data" not in x.get(f"/2/tweets/{ours}")


def test_the_date_header_and_created_at_follow_x_s_clock(x):
    x.control("POST", "clock", advance_seconds=10 * 86_400)

    answer = x.call("POST", "/2/tweets", text="in ten days")
    said = datetime.strptime(answer.headers["Date"], "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
    made = x.get(f"/2/tweets/{answer.json()['data']['id']}", tweet__fields="created_at")["data"]["created_at"]

    assert abs((said - datetime.fromisoformat(made)).total_seconds()) < 5
    assert (said - datetime.now(UTC)).days >= 9
