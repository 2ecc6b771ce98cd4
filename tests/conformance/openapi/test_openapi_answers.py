"""Every success answer of the sandbox is one X's own description allows, in both vocabularies.

All fields and expansions that the description offers are asked for at once, so that nothing is left out by
not asking.
"""

import base64
import struct
import zlib
from dataclasses import dataclass

import pytest

LISTS = (
    "GET /2/users/{id}/mentions",
    "GET /2/users/{id}/tweets",
    "GET /2/tweets/search/recent",
    "GET /2/tweets",
)
MESSAGES = (
    "GET /2/dm_events",
    "GET /2/dm_conversations/with/{participant_id}/dm_events",
    "GET /2/dm_events/{event_id}",
)
PEOPLE = (
    "GET /2/users/me",
    "GET /2/users",
    "GET /2/users/{id}",
    "GET /2/users/by/username/{username}",
)
SEND = "POST /2/dm_conversations/with/{participant_id}/messages"
ASKED = ("post.fields", "user.fields", "media.fields", "dm_event.fields", "expansions")


def picture():
    """The smallest PNG there is: one black point."""

    def chunk(kind, content):
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@dataclass
class Story:
    """What has happened when the answers are asked for."""

    mention: str
    thread: list[str]
    gone: str
    ours: str
    message: str
    media: str


@pytest.fixture(scope="module")
def story(fresh_x):
    """Posts of every kind a customer writes, answered by us in public, with a picture and privately."""
    x = fresh_x
    mention = x.says("ana", "@BrightTel #data & <soon> ＃help $BT https://example.com/a?b=1 @ben")
    long_one = x.says("ben", "@BrightTel #complaint " + "it does not work at all, " * 20)
    edited = x.says("carys", "@BrightTel #dta")
    x.control("PUT", f"posts/{edited}", text="@BrightTel #data")
    restricted = x.says("ana", "@BrightTel only you", reply_settings="mentionedUsers")
    repost = x.says("ben", "", reposts=mention)
    gone = x.says("mallory", "@BrightTel never mind")
    x.control("DELETE", f"posts/{gone}")
    uploaded = x.call(
        "POST", "/2/media/upload", media=base64.b64encode(picture()).decode(), media_category="tweet_image"
    ).json()["data"]["id"]
    ours = x.call(
        "POST",
        "/2/tweets",
        text="Here it is, @ana",
        reply={"in_reply_to_tweet_id": mention},
        media={"media_ids": [uploaded]},
    ).json()["data"]["id"]
    below = x.says("ana", "@BrightTel thank you", in_reply_to=ours)
    quote = x.says("ben", "look what @BrightTel says", quotes=ours)
    x.writes("ana", "hello #data @ben https://example.com/ $BT")
    answer = x.call(
        "POST",
        f"/2/dm_conversations/with/{x.id_of('ana')}/messages",
        text="Good morning",
        attachments=[{"media_id": uploaded}],
    )
    message = answer.json()["data"]["dm_event_id"]
    thread = [mention, long_one, edited, restricted, repost, ours, below, quote]
    return Story(mention, thread, gone, ours, message, uploaded)


def concrete(operation, x, story):
    """Method, path and query of a call that X's description writes with braces."""
    method, path = operation.split()
    brand = x.id_of("BrightTel")
    person = brand if path.endswith(("/mentions", "/users/{id}/tweets")) else x.id_of("ana")
    identity = story.mention if path.startswith("/2/tweets") else person
    filled = path.replace("{id}", identity).replace("{event_id}", story.message)
    filled = filled.replace("{participant_id}", x.id_of("ana")).replace("{username}", "ana")
    query = {
        "/2/tweets/search/recent": {"query": "@BrightTel", "max_results": "100"},
        "/2/tweets": {"ids": ",".join([*story.thread, story.gone])},
        "/2/users": {"ids": f"{brand},{x.id_of('ana')},77"},
    }.get(path, {})
    return method, filled, query


def everything(description, operation):
    """All fields and expansions the description offers for an operation."""
    found = {name: description.choices(operation, name) for name in ASKED}
    return {name: ",".join(values) for name, values in found.items() if values}


@pytest.mark.parametrize("operation", [*LISTS, "GET /2/tweets/{id}", *MESSAGES, *PEOPLE])
def test_whatever_x_offers_is_answered_as_x_describes_it(x, story, description, operation):
    method, path, query = concrete(operation, x, story)

    answer = x.call(method, path, query | everything(description, operation))

    assert answer.status_code == 200, answer.text
    assert "data" in answer.json()
    assert description.faults_of(operation, 200, answer.json()) == []


@pytest.mark.parametrize("operation", [*LISTS, "GET /2/tweets/{id}", *MESSAGES])
def test_the_old_names_are_answered_where_they_are_asked_for(
    x, story, description, operation, to_post_words, to_tweet_words
):
    _method, path, query = concrete(operation, x, story)
    wanted = {
        name.replace("post.", "tweet."): ",".join(to_tweet_words.get(one, one) for one in listed.split(","))
        for name, listed in everything(description, operation).items()
    }
    if "expansions" in wanted:
        wanted["expansions"] = wanted["expansions"].replace(
            "referenced_tweets", "referenced_tweets.id,referenced_tweets.id.author_id"
        )

    body = x.get(path, query | wanted)

    assert "post" not in "".join(keys_of(body))
    assert description.faults_of(operation, 200, to_post_words(body)) == []


def keys_of(value):
    if isinstance(value, list):
        return [key for one in value for key in keys_of(one)]
    if isinstance(value, dict):
        return [*value, *(key for one in value.values() for key in keys_of(one))]
    return []


@pytest.mark.parametrize("operation", [*LISTS, "GET /2/tweets/{id}", *MESSAGES, *PEOPLE])
def test_nothing_asked_for_is_answered_with_what_x_always_gives(
    x, story, description, operation, to_post_words
):
    _method, path, query = concrete(operation, x, story)

    body = to_post_words(x.get(path, query))

    assert description.faults_of(operation, 200, body) == []


def test_the_story_holds_every_kind_of_post_that_is_checked(x, story):
    fields = "referenced_tweets,note_tweet,entities,attachments,edit_controls"
    posts = x.get("/2/tweets", {"ids": ",".join(story.thread), "tweet.fields": fields})["data"]

    kinds = {one["type"] for post in posts for one in post.get("referenced_tweets", [])}
    entities = {kind for post in posts for kind in post.get("entities", {})}
    assert kinds == {"replied_to", "quoted", "retweeted"}
    assert entities == {"hashtags", "mentions", "urls", "cashtags"}
    assert any("note_tweet" in post for post in posts)
    assert any("attachments" in post for post in posts)
    assert any(len(post["edit_history_tweet_ids"]) == 2 for post in posts)


@pytest.mark.parametrize("operation", [*LISTS[:3], *MESSAGES[:2]])
def test_an_empty_page_has_no_data_and_is_allowed(x, story, description, operation):
    _method, path, query = concrete(operation, x, story)
    path = path.replace(x.id_of("BrightTel"), x.id_of("zoe")).replace(x.id_of("ana"), x.id_of("zoe"))
    query = {"query": "from:zoe"} if "query" in query else {}

    body = x.get(path, query, by="zoe" if path.split("/")[2] == "dm_events" else "BrightTel")

    assert body == {"meta": {"result_count": 0}}
    assert description.faults_of(operation, 200, body) == []


@pytest.mark.parametrize(
    ("operation", "missing"),
    [
        ("GET /2/tweets/{id}", "resource-not-found"),
        ("GET /2/tweets", "resource-not-found"),
        ("GET /2/users/{id}", "resource-not-found"),
        ("GET /2/users", "resource-not-found"),
        ("GET /2/users/by/username/{username}", "resource-not-found"),
    ],
)
def test_what_is_not_there_is_an_error_inside_a_success_as_x_describes_it(
    x, story, description, operation, missing
):
    _method, path, _ = concrete(operation, x, story)
    path = path.replace(story.mention, story.gone).replace(x.id_of("ana"), "77").replace("/ana", "/nobody")
    query = {"ids": f"{story.gone},77"} if path in ("/2/tweets", "/2/users") else {}

    body = x.get(path, query)

    assert "data" not in body
    assert {error["type"].rpartition("/")[2] for error in body["errors"]} == {missing}
    assert description.faults_of(operation, 200, body) == []


def test_a_protected_and_a_suspended_person_are_errors_x_describes(x, description):
    hidden = x.says("tariq", "for friends")

    with x.person("tariq", protected=True):
        posts = x.get("/2/tweets", {"ids": hidden})
        timeline = x.get(f"/2/users/{x.id_of('tariq')}/tweets")
    with x.person("tariq", suspended=True):
        person = x.get("/2/users", {"ids": x.id_of("tariq")})

    assert posts["errors"][0]["type"].endswith("/not-authorized-for-resource")
    assert person["errors"][0]["title"] == "Forbidden"
    assert description.faults_of("GET /2/tweets", 200, posts) == []
    assert description.faults_of("GET /2/users/{id}/tweets", 200, timeline) == []
    assert description.faults_of("GET /2/users", 200, person) == []


def test_what_is_written_is_answered_as_x_describes_it(x, story, description, to_post_words):
    made = x.call("POST", "/2/tweets", text="We are open").json()
    sent = x.message("ana", "And so is the shop").json()
    taken_back = x.call("DELETE", f"/2/dm_events/{sent['data']['dm_event_id']}").json()
    deleted = x.call("DELETE", f"/2/tweets/{made['data']['id']}").json()

    assert description.faults_of("POST /2/tweets", 201, to_post_words(made)) == []
    assert description.faults_of(SEND, 201, sent) == []
    assert description.faults_of("DELETE /2/dm_events/{event_id}", 200, taken_back) == []
    assert description.faults_of("DELETE /2/tweets/{id}", 200, deleted) == []


def test_media_are_taken_and_described_as_x_does(x, story, description):
    uploaded = x.call(
        "POST", "/2/media/upload", media=base64.b64encode(picture()).decode(), media_category="dm_image"
    )
    described = x.call(
        "POST",
        "/2/media/metadata",
        id=uploaded.json()["data"]["id"],
        metadata={"alt_text": {"text": "a black point"}},
    )

    assert description.faults_of("POST /2/media/upload", 200, uploaded.json()) == []
    assert description.faults_of("POST /2/media/metadata", 200, described.json()) == []


def test_usage_is_answered_as_x_describes_it(x, story, description):
    x.get("/2/tweets", {"ids": story.mention})

    body = x.as_app("GET", "/2/usage/tweets").json()

    assert description.faults_of("GET /2/usage/tweets", 200, body) == []
    assert body["data"]["daily_project_usage"]["usage"]


@pytest.mark.parametrize(
    "operation",
    [*LISTS, *MESSAGES, *PEOPLE, "GET /2/tweets/{id}", "GET /2/usage/tweets"],
)
def test_a_route_lets_in_whom_x_s_description_lets_in(x, story, description, operation):
    method, path, query = concrete(operation, x, story)
    allowed = description.kinds_of_token(operation)
    token = {"BearerToken": x.keys()["bearer_app"], "OAuth2UserToken": x.keys()["bearer_user"]}
    target = path + ("?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else "")

    answered = {name: x.bearer(token[name], method, target).status_code for name in token}
    answered["UserToken"] = x.call(method, path, query).status_code

    assert {name for name, code in answered.items() if code == 200} == allowed
    assert {code for name, code in answered.items() if name not in allowed} <= {403}
