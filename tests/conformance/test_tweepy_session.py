"""Stock tweepy talks to the sandbox as it talks to X.

Nothing of tweepy is changed. It has no setting for the address, so its client is given a `requests` session
that puts the sandbox's address in the place of X's before a request is prepared; tweepy then signs, sends and
reads everything itself.
"""

from datetime import UTC, datetime, timedelta

import pytest
import requests
import tweepy

STOCK = "https://api.twitter.com"


class Readdressed(requests.Session):
    """Sends what is meant for X to another address."""

    def __init__(self, base):
        super().__init__()
        self._base = base

    def request(self, method, url, *rest, **options):
        assert url.startswith(STOCK)
        return super().request(method, self._base + url.removeprefix(STOCK), *rest, timeout=10, **options)


@pytest.fixture
def client_of(x):
    """Makes a stock client of somebody: `client_of("ana")`."""
    made = []

    def make(username, **more):
        keys = x.keys(username)
        client = tweepy.Client(
            consumer_key=keys["api_key"],
            consumer_secret=keys["api_secret"],
            access_token=keys["access_token"],
            access_token_secret=keys["access_token_secret"],
            **more,
        )
        client.session = Readdressed(x.base)
        made.append(client)
        return client

    yield make
    for client in made:
        client.session.close()


@pytest.fixture
def brand(client_of):
    return client_of("BrightTel")


@pytest.fixture
def ana(client_of):
    return client_of("ana")


def test_it_knows_who_it_is(brand, x):
    me = brand.get_me(user_fields=["created_at", "protected"]).data

    assert (str(me.id), me.username, me.protected) == (x.id_of("BrightTel"), "BrightTel", False)
    assert me.created_at.tzinfo is not None


def test_a_mention_is_posted_found_answered_and_the_answer_deleted(brand, ana):
    asked = ana.create_tweet(text="@BrightTel #data & more <now>").data
    me = brand.get_me().data.id

    found = brand.get_users_mentions(
        me,
        user_auth=True,
        tweet_fields=["author_id", "created_at", "entities", "conversation_id", "in_reply_to_user_id"],
    ).data[0]
    answer = brand.create_tweet(text="3 GB are left.", in_reply_to_tweet_id=found.id).data
    read = brand.get_tweet(
        answer["id"],
        user_auth=True,
        tweet_fields=["referenced_tweets", "conversation_id"],
        expansions=["author_id", "referenced_tweets.id"],
    )

    assert str(found.id) == asked["id"]
    assert found.text == "@BrightTel #data &amp; more &lt;now&gt;"
    assert found.entities["hashtags"] == [{"start": 11, "end": 16, "tag": "data"}]
    assert [one["username"] for one in found.entities["mentions"]] == ["BrightTel"]
    assert datetime.now(UTC) - timedelta(minutes=1) < found.created_at
    assert read.data.conversation_id == found.id
    assert [(one.type, one.id) for one in read.data.referenced_tweets] == [("replied_to", found.id)]
    assert [person.username for person in read.includes["users"]] == ["BrightTel"]
    assert [post.id for post in read.includes["tweets"]] == [found.id]
    assert brand.delete_tweet(answer["id"]).data == {"deleted": True}
    gone = brand.get_tweet(answer["id"], user_auth=True)
    assert gone.data is None
    assert gone.errors[0]["type"].endswith("/resource-not-found")


def test_pages_are_followed_to_their_end_and_no_further(brand, ana):
    made = [ana.create_tweet(text=f"@BrightTel question {number}").data["id"] for number in range(12)]
    me = brand.get_me().data.id

    pages = list(
        tweepy.Paginator(
            brand.get_users_mentions, me, user_auth=True, max_results=5, since_id=int(made[0]) - 1
        )
    )

    ids = [str(post.id) for page in pages for post in page.data]
    assert ids == list(reversed(made))
    assert [page.meta["result_count"] for page in pages] == [5, 5, 2]
    assert pages[0].meta["newest_id"] == made[-1]
    assert "next_token" not in pages[-1].meta
    empty = brand.get_users_mentions(me, user_auth=True, since_id=made[-1])
    assert empty.data is None
    assert empty.meta == {"result_count": 0}


def test_a_customer_writes_privately_and_is_answered(brand, ana, x):
    first = ana.create_direct_message(participant_id=x.id_of("BrightTel"), text="#charges & so on").data
    answer = brand.create_direct_message(participant_id=x.id_of("ana"), text="12.40 GBP so far.").data

    events = brand.get_direct_message_events(
        participant_id=x.id_of("ana"),
        dm_event_fields=["sender_id", "created_at", "dm_conversation_id"],
        expansions=["sender_id"],
    )
    everything = brand.get_direct_message_events(max_results=2)

    assert [event.text for event in events.data[:2]] == ["12.40 GBP so far.", "#charges &amp; so on"]
    assert [str(event.id) for event in events.data[:2]] == [answer["dm_event_id"], first["dm_event_id"]]
    assert {str(event.sender_id) for event in events.data} == {x.id_of("BrightTel"), x.id_of("ana")}
    assert {event.dm_conversation_id for event in events.data} == {answer["dm_conversation_id"]}
    assert {person.username for person in events.includes["users"]} == {"BrightTel", "ana"}
    assert [event.id for event in everything.data] == [event.id for event in events.data[:2]]


def test_search_and_look_ups_find_what_is_there_and_name_what_is_not(brand, ana, x):
    post = ana.create_tweet(text="@BrightTel #poorservice at the old harbour").data["id"]

    found = brand.search_recent_tweets("@BrightTel #poorservice -is:retweet from:ana", user_auth=True)
    people = brand.get_users(ids=[x.id_of("ana"), "77"], user_auth=True)
    named = brand.get_user(username="Ana", user_auth=True)
    posts = brand.get_tweets([post, "20"], user_auth=True)

    assert [str(one.id) for one in found.data] == [post]
    assert [person.username for person in people.data] == ["ana"]
    assert [error["resource_id"] for error in people.errors] == ["77"]
    assert str(named.data.id) == x.id_of("ana")
    assert [str(one.id) for one in posts.data] == [post]
    assert [error["value"] for error in posts.errors] == ["20"]


def test_own_posts_are_read_back(brand):
    said = brand.create_tweet(text="The shop in Cardiff opens at nine.").data["id"]

    mine = brand.get_users_tweets(brand.get_me().data.id, user_auth=True, exclude=["replies"]).data

    assert str(mine[0].id) == said


def test_the_app_alone_reads_with_its_bearer_token(client_of, x):
    client = client_of("BrightTel", bearer_token=x.keys()["bearer_app"])

    assert client.get_user(username="ana").data.username == "ana"
    with pytest.raises(tweepy.Forbidden, match="Application-Only is forbidden"):
        client.get_me(user_auth=False)


def test_refusals_arrive_as_tweepy_s_own_errors(brand, client_of, x):
    brand.create_tweet(text="said once")

    with pytest.raises(tweepy.Forbidden, match="duplicate content"):
        brand.create_tweet(text="said once")
    with pytest.raises(tweepy.Forbidden, match="permission to DM"):
        brand.create_direct_message(participant_id=x.id_of("closed_kim"), text="hello")
    with pytest.raises(tweepy.BadRequest) as bad:
        brand.get_tweets(["not an id"], user_auth=True)
    with pytest.raises(tweepy.NotFound):
        brand.request("GET", "/2/nothing/here", user_auth=True)
    stranger = client_of("BrightTel")
    stranger.access_token_secret = "wrong"
    with pytest.raises(tweepy.Unauthorized):
        stranger.get_me()
    assert "is not valid" in bad.value.api_messages[0]


def test_a_used_up_window_tells_when_it_opens_again(brand):
    for _ in range(15):
        brand.get_direct_message_events()

    with pytest.raises(tweepy.TooManyRequests) as refused:
        brand.get_direct_message_events()

    headers = refused.value.response.headers
    assert headers["x-rate-limit-limit"] == "15"
    assert headers["x-rate-limit-remaining"] == "0"
    assert refused.value.reset_time == int(headers["x-rate-limit-reset"])


def test_an_outage_arrives_as_a_server_error(brand, x):
    x.fault("POST /2/tweets", "status", status=503)

    with pytest.raises(tweepy.TwitterServerError):
        brand.create_tweet(text="nobody hears it")
