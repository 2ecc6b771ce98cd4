"""Mentions and own posts."""

import pytest

from sandbox.world.world import World
from sandbox.x_api.calls.timeline_calls import MENTIONS_REACH

BRAND = "2000000000000000001"


def ids(page):
    return [post["id"] for post in page.get("data", [])]


def test_mentions_come_newest_first_with_replies_and_quotes(x):
    plain = x.says("ana", "@BrightTel #data")
    ours = x.says("BrightTel", "Hello all")
    reply = x.says("ben", "thanks", in_reply_to=ours)
    quote = x.says("carys", "look", quotes=ours)
    x.says("ben", "nothing to do with you")

    assert ids(x.mentions()) == [quote, reply, plain]


def test_a_page_says_its_ends_and_the_next_one_and_the_last_says_no_next(x):
    made = [x.says("ana", f"@BrightTel {n}") for n in range(7)][::-1]

    first = x.mentions(max_results=5)
    second = x.mentions(max_results=5, pagination_token=first["meta"]["next_token"])

    assert ids(first) + ids(second) == made
    assert first["meta"] == {
        "result_count": 5,
        "newest_id": made[0],
        "oldest_id": made[4],
        "next_token": first["meta"]["next_token"],
    }
    assert "next_token" not in second["meta"]


def test_an_empty_page_has_no_data(x):
    post = x.says("ana", "@BrightTel 1")

    assert x.mentions(since_id=post) == {"meta": {"result_count": 0}}


def test_since_and_until_are_compared_as_numbers_and_exclude_themselves(x):
    one, two, three = (x.says("ana", f"@BrightTel {n}") for n in range(3))

    assert ids(x.mentions(since_id=one, until_id=three)) == [two]
    assert ids(x.mentions(since_id="9")) == [three, two, one]


def test_times_limit_a_page(x):
    x.says("ana", "@BrightTel before")
    x.control("POST", "clock", advance_seconds=60)
    now = x.control("GET", "health")["now"]
    after = x.says("ana", "@BrightTel after")

    assert ids(x.mentions(start_time=now)) == [after]
    assert after not in ids(x.mentions(end_time=now))


def test_only_the_800_newest_mentions_can_be_reached(x):
    for n in range(MENTIONS_REACH + 10):
        x.says("ana", f"@BrightTel {n}")

    seen, token = [], {}
    while True:
        page = x.mentions(max_results=100, **token)
        seen += ids(page)
        if "next_token" not in page["meta"]:
            break
        token = {"pagination_token": page["meta"]["next_token"]}

    assert len(seen) == MENTIONS_REACH
    assert x.mentions(until_id=seen[-1]) == {"meta": {"result_count": 0}}


@pytest.mark.parametrize(
    "query",
    [
        {"max_results": 4},
        {"max_results": 101},
        {"since_id": "abc"},
        {"pagination_token": "never-given"},
        {"tweet.fields": "nonsense"},
        {"expansions": "nonsense"},
        {"start_time": "yesterday"},
        {"nonsense": "1"},
    ],
)
def test_parameters_x_does_not_know_are_invalid_requests(x, query):
    answer = x.call("GET", f"/2/users/{BRAND}/mentions", query)

    assert answer.status_code == 400
    assert answer.json()["type"].endswith("/invalid-request")
    assert answer.json()["errors"][0]["message"]


def test_exactly_the_fields_asked_for_are_answered(x):
    x.says("ana", "@BrightTel #data & <more>")

    bare = x.mentions()["data"][0]
    full = x.mentions(tweet__fields="author_id,entities,lang,conversation_id")["data"][0]

    assert set(bare) == {"id", "text", "edit_history_tweet_ids"}
    assert set(full) == set(bare) | {"author_id", "entities", "lang", "conversation_id"}
    assert bare["text"] == "@BrightTel #data &amp; &lt;more&gt;"


def test_each_call_is_answered_in_the_words_it_asked_in(x):
    ours = x.says("BrightTel", "Hello")
    x.says("ana", "@BrightTel " + "long " * 80, in_reply_to=ours)

    old = x.mentions(tweet__fields="note_tweet,referenced_tweets", expansions="referenced_tweets.id")
    new = x.mentions(post__fields="note_post", expansions="referenced_posts")

    assert {"note_tweet", "referenced_tweets", "edit_history_tweet_ids"} <= set(old["data"][0])
    assert set(old["includes"]) == {"tweets"}
    assert {"note_post", "referenced_posts", "edit_history_post_ids"} <= set(new["data"][0])
    assert set(new["includes"]) == {"posts"}
    assert not any("tweet" in key for key in new["data"][0])


def test_an_edited_mention_is_listed_once_under_its_new_id(x):
    old = x.says("ana", "@BrightTel #dta")
    new = x.control("PUT", f"posts/{old}", text="@BrightTel #data")["id"]

    assert ids(x.mentions()) == [new]


def test_deleted_protected_and_suspended_people_s_posts_are_not_listed(x):
    gone, *_ = [x.says(who, "@BrightTel hi") for who in ("ana", "ben", "carys")]
    x.control("DELETE", f"posts/{gone}")
    x.control("PATCH", "people/ben", protected=True)
    x.control("PATCH", "people/carys", suspended=True)

    assert ids(x.mentions()) == []


def test_names_x_filled_in_lie_outside_what_is_shown(x):
    root = x.says("ana", "@BrightTel #data")
    x.says("ben", "me too", in_reply_to=root)

    post = x.mentions(tweet__fields="display_text_range,entities")["data"][0]
    start, end = post["display_text_range"]

    assert post["text"] == "@ana @BrightTel me too"
    assert post["text"][start:end] == "me too"
    assert [mention["username"] for mention in post["entities"]["mentions"]] == ["ana", "BrightTel"]


def test_own_posts_can_leave_out_replies_and_reposts(x):
    question = x.says("ana", "@BrightTel #data")
    reply = x.reply(question, "Here").json()["data"]["id"]
    alone = x.says("BrightTel", "Good morning")
    repost = x.says("BrightTel", "", reposts=question)

    assert ids(x.get(f"/2/users/{BRAND}/tweets")) == [repost, alone, reply]
    assert ids(x.get(f"/2/users/{BRAND}/tweets", exclude="replies,retweets")) == [alone]


def test_a_repost_is_known_by_its_reference(x):
    ours = x.says("BrightTel", "Hello")
    repost = x.says("ana", "", reposts=ours)

    post = x.mentions(tweet__fields="referenced_tweets")["data"][0]

    assert post["id"] == repost
    assert post["text"] == "RT @BrightTel: Hello"
    assert post["referenced_tweets"] == [{"type": "retweeted", "id": ours}]


def test_lists_of_people_who_are_not_there_are_errors_in_a_200(x):
    ben = x.control("GET", "keys?as=ben")["user_id"]
    x.control("PATCH", "people/ben", suspended=True)

    assert "suspended" in x.get(f"/2/users/{ben}/mentions")["errors"][0]["detail"]
    assert "Could not find user" in x.get("/2/users/77/tweets")["errors"][0]["detail"]


def test_a_page_of_a_large_world_is_found_by_index_not_by_looking_through_it():
    world = World()
    world.open()
    ana = world.crowd.named("ana")
    for n in range(3_000):
        world.post(ana, f"nothing {n}")
    post = world.post(ana, "@BrightTel #data")

    assert world.posts.addressing[world.brand.id] == [post.id]
