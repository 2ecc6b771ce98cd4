"""Recent search."""

import pytest

SEARCH = "/2/tweets/search/recent"


def found(x, query, **more):
    return [post["id"] for post in x.get(SEARCH, query=query, **more).get("data", [])]


def test_the_operators_the_bot_needs(x):
    ours = x.says("BrightTel", "Hello")
    ask = x.says("ana", "@BrightTel #data please")
    reply = x.says("ben", "thank you", in_reply_to=ours)
    repost = x.says("ben", "", reposts=ours)
    quote = x.says("carys", "very nice offer", quotes=ours)

    assert found(x, "@BrightTel") == [repost, reply, ask]
    assert found(x, "@BrightTel -is:retweet") == [reply, ask]
    assert found(x, "to:BrightTel") == [reply]
    assert found(x, "from:ana") == [ask]
    assert found(x, f"conversation_id:{ours}") == [reply, ours]
    assert found(x, f"in_reply_to_tweet_id:{ours}") == [reply]
    assert found(x, f"quotes_of_tweet_id:{ours}") == [quote]
    assert found(x, '"nice offer"') == [quote]
    assert found(x, "#DATA from:ana") == [ask]
    assert found(x, "from:ana -#data") == []
    assert found(x, "nic") == []


@pytest.mark.parametrize("query", ["a OR b", "(a b)", "place:Leeds", "is:retweet", "", "conversation_id:abc"])
def test_what_cannot_be_read_is_an_invalid_request(x, query):
    answer = x.call("GET", SEARCH, {"query": query})

    assert answer.status_code == 400
    assert answer.json()["type"].endswith("/invalid-request")


def test_search_reaches_seven_days_and_refuses_older_since_ids(x):
    old = x.says("ana", "@BrightTel old")
    x.control("POST", "clock", advance_seconds=8 * 86_400)
    new = x.says("ana", "@BrightTel new")

    answer = x.call("GET", SEARCH, {"query": "@BrightTel", "since_id": old})

    assert found(x, "@BrightTel") == [new]
    assert answer.status_code == 400
    assert "'since_id' must be a tweet id created after" in answer.json()["errors"][0]["message"]


def test_pages_go_on_by_their_token(x):
    made = [x.says("ana", f"@BrightTel {n}") for n in range(12)][::-1]

    first = x.get(SEARCH, query="@BrightTel", max_results=10)
    second = found(x, "@BrightTel", next_token=first["meta"]["next_token"])

    assert [post["id"] for post in first["data"]] + second == made
