"""One attempt at each call: what leaves, what comes back, and what is known when nothing comes back."""

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from bot.metrics import Metrics
from bot.x.client import XClient
from bot.x.outcomes import (
    Later,
    LaterWhy,
    Read,
    Refused,
    RefusedWhy,
    Sent,
    Unsure,
    UnsureWhy,
)
from tests.units.bot.canned_x import Asked, CannedX

API = "http://api.x.com/2"
BRAND = "2000000000000000001"
ANA = "2000000000000000101"
MakeClient = Callable[..., XClient]
StartServer = Callable[[Callable[[socket.socket], None]], str]
POST = {"id": "2000000000000001000", "text": "@BrightTel #data", "author_id": ANA}


@pytest.fixture
def x(monkeypatch: pytest.MonkeyPatch) -> Iterator[CannedX]:
    canned = CannedX()
    with canned.served(monkeypatch):
        yield canned


@pytest.fixture
def make_client(make_client: MakeClient) -> MakeClient:
    return partial(make_client, "http://api.x.com")


def query(request: Asked) -> dict[str, list[str]]:
    return parse_qs(urlsplit(request.url).query)


def test_a_reply_leaves_with_the_text_and_the_post_it_replies_to(make_client: MakeClient, x: CannedX) -> None:
    x.post(f"{API}/tweets", status=201, json={"data": {"id": "77", "text": "hello"}})

    said = make_client().create_post("hello · £5", "42")

    assert said.outcome == Sent("77")
    request = x.asked[0]
    assert orjson.loads(request.body) == {"reply": {"in_reply_to_tweet_id": "42"}, "text": "hello · £5"}
    assert request.headers["Authorization"].startswith("OAuth ")
    assert request.headers["User-Agent"].startswith("TweetServe")
    assert request.headers["Content-Type"] == "application/json"


def test_two_attempts_send_the_same_bytes(make_client: MakeClient, x: CannedX) -> None:
    x.post(f"{API}/tweets", status=503, json={})
    client = make_client()

    client.create_post("hello 🦊", "42")
    client.create_post("hello 🦊", "42")

    assert x.asked[0].body == x.asked[1].body
    assert len(x.asked) == 2


def test_a_message_is_sent_to_one_person(make_client: MakeClient, x: CannedX) -> None:
    x.post(
        f"{API}/dm_conversations/with/{ANA}/messages",
        status=201,
        json={"data": {"dm_conversation_id": "1-2", "dm_event_id": "88"}},
    )

    said = make_client().send_message(ANA, "hello")

    assert said.outcome == Sent("88")
    assert orjson.loads(x.asked[0].body) == {"text": "hello"}


def test_mentions_are_asked_for_without_expansions_from_the_cursor(
    make_client: MakeClient, x: CannedX
) -> None:
    x.get(f"{API}/users/{BRAND}/mentions", json={"data": [POST], "meta": {"next_token": "more"}})

    said = make_client().mentions(BRAND, since_id="7", page_token="page", max_results=5)

    assert isinstance(said.outcome, Read)
    assert said.data is not None
    assert said.data.posts[0].author_id == ANA
    assert said.data.next_token == "more"
    asked = query(x.asked[0])
    assert asked["since_id"] == ["7"]
    assert asked["pagination_token"] == ["page"]
    assert asked["max_results"] == ["5"]
    assert "note_tweet" in asked["tweet.fields"][0]
    assert "expansions" not in asked


def test_message_events_are_asked_for_with_what_we_need(make_client: MakeClient, x: CannedX) -> None:
    x.get(f"{API}/dm_events", json={"data": [{"id": "5", "sender_id": ANA, "text": "hi"}]})
    x.get(f"{API}/dm_conversations/with/{ANA}/dm_events", json={"meta": {"result_count": 0}})
    client = make_client()

    everybody = client.message_events(max_results=5)
    one = client.conversation_events(ANA, max_results=20)

    assert everybody.data is not None
    assert everybody.data.messages[0].sender_id == ANA
    assert one.data is not None
    assert one.data.messages == ()
    asked = query(x.asked[0])
    assert asked["event_types"] == ["MessageCreate"]
    assert "sender_id" in asked["dm_event.fields"][0]


def test_a_search_passes_its_query_and_its_range(make_client: MakeClient, x: CannedX) -> None:
    x.get(f"{API}/tweets/search/recent", json={"meta": {"result_count": 0}})

    make_client().search("@BrightTel -is:retweet", since_id="1", until_id="9", page_token="p")

    asked = query(x.asked[0])
    assert asked["query"] == ["@BrightTel -is:retweet"]
    assert (asked["since_id"], asked["until_id"], asked["next_token"]) == (["1"], ["9"], ["p"])


def test_people_and_the_account_itself_are_looked_up(make_client: MakeClient, x: CannedX) -> None:
    ana = {"data": {"id": ANA, "username": "ana", "name": "Ana Ruiz"}}
    x.get(f"{API}/users/me", json={"data": {"id": BRAND, "username": "BrightTel"}})
    x.get(f"{API}/users/{ANA}", json=ana)
    x.get(f"{API}/users/by/username/ana", json=ana)
    x.get(f"{API}/users", json={"data": [ana["data"]], "errors": [{"resource_id": "9"}]})
    client = make_client()

    me, by_id, by_name, several = (
        client.me(),
        client.user(ANA),
        client.user_by_username("ana"),
        client.users([ANA, "9"]),
    )

    assert me.data is not None
    assert me.data.username == "BrightTel"
    assert by_id.data == by_name.data
    assert several.data is not None
    assert several.data.missing_ids == ("9",)


def test_a_user_who_is_not_there_is_told_from_an_answer_that_cannot_be_read(
    make_client: MakeClient, x: CannedX
) -> None:
    x.get(f"{API}/users/9", json={"errors": [{"resource_id": "9", "type": "x/resource-not-found"}]})
    x.get(f"{API}/users/8", json={})

    not_there, unreadable = make_client().user("9"), make_client().user("8")

    assert not_there.outcome == Refused(RefusedWhy.NOT_FOUND)
    assert not_there.data is None
    assert isinstance(unreadable.outcome, Later)
    assert unreadable.data is None


def test_posts_by_id_our_own_posts_the_credit_and_a_deletion(make_client: MakeClient, x: CannedX) -> None:
    x.get(f"{API}/tweets", json={"data": [POST], "errors": [{"resource_id": "9"}]})
    x.get(f"{API}/users/{BRAND}/tweets", json={"meta": {"result_count": 0}})
    x.get(f"{API}/usage/credits", json={"data": {"total_balance": 9.5}})
    x.delete(f"{API}/tweets/5", json={"data": {"deleted": True}})
    client = make_client()

    posts, own, money, deleted = (
        client.posts(["2000000000000001000", "9"]),
        client.own_posts(BRAND, since_id="3", max_results=5),
        client.credits(),
        client.delete_post("5"),
    )

    assert posts.data is not None
    assert posts.data.missing_ids == ("9",)
    assert own.data is not None
    assert own.data.posts == ()
    assert money.data is not None
    assert money.data.left_micro == 9_500_000
    assert deleted.outcome == Sent("5")


def test_a_refusal_carries_its_reason_and_its_limits(make_client: MakeClient, x: CannedX) -> None:
    x.post(
        f"{API}/tweets",
        status=403,
        headers={"x-rate-limit-remaining": "3", "x-rate-limit-reset": "1795298820"},
        json={"type": "about:blank", "detail": "You are not permitted to perform this action."},
    )

    said = make_client().create_post("hello", "42")

    assert isinstance(said.outcome, Refused)
    assert said.outcome.why is RefusedWhy.NOT_PERMITTED
    assert said.limits.calls_left == 3


def test_a_redirect_is_not_followed(make_client: MakeClient, x: CannedX) -> None:
    x.post(f"{API}/tweets", status=302, headers={"location": f"{API}/elsewhere"})
    x.get(f"{API}/elsewhere", json={"data": {"id": "1"}})

    said = make_client().create_post("hello", "42")

    assert isinstance(said.outcome, Unsure)
    assert said.outcome.why is UnsureWhy.REDIRECTED
    assert len(x.asked) == 1


def test_a_created_answer_with_broken_json_is_of_unknown_fate(make_client: MakeClient, x: CannedX) -> None:
    x.post(f"{API}/tweets", status=201, body=b'{"data": {"id":')

    said = make_client().create_post("hello", "42")

    assert isinstance(said.outcome, Unsure)
    assert said.outcome.why is UnsureWhy.GARBLED


def test_a_page_with_broken_json_is_for_later(make_client: MakeClient, x: CannedX) -> None:
    x.get(f"{API}/users/{BRAND}/mentions", body=b"<html>maintenance")

    said = make_client().mentions(BRAND)

    assert isinstance(said.outcome, Later)
    assert said.outcome.why is LaterWhy.GARBLED


def test_x_s_time_is_told_to_whoever_keeps_it(make_client: MakeClient, x: CannedX) -> None:
    heard: list[tuple[datetime, timedelta]] = []
    date = "Sat, 21 Nov 2026 22:07:00 GMT"
    x.get(f"{API}/users/me", headers={"date": date}, json={"data": {"id": BRAND, "username": "BrightTel"}})
    x.get(f"{API}/users/1", headers={"date": date}, status=403, content_type="text/html", body=b"<html>")
    client = make_client(heard_date=lambda at, took: heard.append((at, took)))

    said = client.me()
    client.user("1")

    assert said.date == datetime(2026, 11, 21, 22, 7, tzinfo=UTC)
    assert [at for at, _ in heard] == [said.date]


def test_each_call_is_counted_by_route_and_outcome(make_client: MakeClient, x: CannedX) -> None:
    metrics = Metrics()
    x.post(f"{API}/tweets", status=503, json={})

    make_client(metrics=metrics).create_post("hello")

    assert b'tweetserve_x_calls_total{outcome="unsure",route="POST /2/tweets"} 1.0' in metrics.exposition()


@pytest.mark.parametrize(
    ("status", "problem"),
    [(403, "unsupported-authentication"), (403, "oauth1-permissions"), (401, "about:blank")],
)
def test_keys_that_may_not_ask_for_the_credit_are_no_fault_of_the_set_up(
    make_client: MakeClient, x: CannedX, status: int, problem: str
) -> None:
    x.get(f"{API}/usage/credits", status=status, json={"type": problem, "detail": "no", "title": "no"})

    outcome = make_client().credits().outcome

    assert isinstance(outcome, Refused)
    assert outcome.alarm is None
