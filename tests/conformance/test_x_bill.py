"""Every item at X's price, each object once in a UTC day, and nothing for what came to nothing.

Source of every price: https://docs.x.com/x-api/getting-started/pricing, read 2026-08-22.
"""

import base64
from datetime import datetime
from decimal import Decimal

import pytest

GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")


@pytest.fixture
def new_day(x):
    """Begins a new UTC day of X's, one minute after midnight, so that a test does not run across one."""
    now = datetime.fromisoformat(x.control("GET", "health")["now"])
    seconds = now.hour * 3600 + now.minute * 60 + now.second
    x.control("POST", "clock", advance_seconds=86_400 - seconds + 60)


pytestmark = pytest.mark.usefixtures("new_day")


def once(item, usd, count=1):
    return {item: (count, Decimal(usd) * count)}


def mentions(x, **query):
    return x.get(f"/2/users/{x.id_of('BrightTel')}/mentions", query)


def test_own_mentions_and_own_posts_are_owned_reads(x):
    since = str(int(x.says("ana", "@BrightTel what does it cost")) - 1)
    with x.billed() as asked:
        mentions(x, since_id=since)
    ours = x.call("POST", "/2/tweets", text="next to nothing").json()["data"]["id"]
    with x.billed() as own:
        x.get(f"/2/users/{x.id_of('BrightTel')}/tweets", {"since_id": str(int(ours) - 1)})

    assert asked == once("post.read.owned", "0.001")
    assert own == once("post.read.owned", "0.001")


def test_posts_of_others_looked_up_or_searched_are_post_reads(x):
    post, other = x.says("ana", "@BrightTel dear"), x.says("ana", "@BrightTel cheap")

    with x.billed() as looked_up:
        x.get(f"/2/tweets/{post}")
    with x.billed() as searched:
        x.get("/2/tweets/search/recent", {"query": "@BrightTel cheap", "since_id": post})
    with x.billed() as theirs:
        x.get(f"/2/users/{x.id_of('zoe')}/tweets")

    assert looked_up == once("post.read", "0.005")
    assert searched == once("post.read", "0.005")
    assert theirs == {}
    assert other


def test_a_person_looked_up_is_a_user_read_and_looking_at_oneself_is_free(x):
    with x.billed() as person:
        x.get(f"/2/users/{x.id_of('ana')}")
    with x.billed() as oneself:
        x.get("/2/users/me")
        x.get("/2/usage/credits")

    assert person == once("user.read", "0.010")
    assert oneself == {}


def test_what_is_expanded_is_charged_too_each_person_once(x):
    since = str(int(x.says("ana", "@BrightTel first")) - 1)
    x.says("ana", "@BrightTel second")
    x.says("ben", "@BrightTel third")

    with x.billed() as booked:
        mentions(x, since_id=since, expansions="author_id")

    assert booked == once("post.read.owned", "0.001", 3) | once("user.read", "0.010", 2)


def test_messages_read_are_charged_our_own_too(x):
    x.writes("ana", "how much")
    sent = x.message("ana", "that much").json()["data"]["dm_event_id"]

    with x.billed() as booked:
        x.get("/2/dm_events", {"max_results": 2})
    with x.billed() as again:
        x.get(f"/2/dm_events/{sent}")

    assert booked == once("dm_event.read", "0.010", 2)
    assert again == {}


@pytest.mark.parametrize(
    ("text", "summoned", "item", "usd"),
    [
        ("We are open", False, "post.create", "0.015"),
        ("See https://example.com/ for it", False, "post.create.url", "0.200"),
        ("See main.py for it", False, "post.create.url", "0.200"),
        ("3 GB are left", True, "post.create.summoned", "0.010"),
        ("See https://example.com/ again", True, "post.create.url", "0.200"),
    ],
)
def test_a_post_costs_by_what_it_holds_and_whom_it_answers(x, text, summoned, item, usd):
    mention = x.says("ana", f"@BrightTel #data? {text[-5:]}")

    with x.billed() as booked:
        answer = x.reply(mention, text) if summoned else x.call("POST", "/2/tweets", text=text)

    assert answer.status_code == 201
    assert booked == once(item, usd)


def test_an_answer_to_ourselves_is_not_summoned(x):
    ours = x.call("POST", "/2/tweets", text="to be continued").json()["data"]["id"]

    with x.billed() as booked:
        x.reply(ours, "continued")

    assert booked == once("post.create", "0.015")


def test_a_message_has_one_price_with_or_without_a_link(x):
    with x.billed() as booked:
        x.message("ana", "plain")
        x.message("ana", "with https://example.com/ in it")

    assert booked == once("dm.create", "0.015", 2)


def test_deleting_and_describing_have_their_prices_uploading_has_none(x):
    post = x.call("POST", "/2/tweets", text="soon gone").json()["data"]["id"]
    message = x.writes("ana", "soon gone as well")
    with x.billed() as deleted:
        x.call("DELETE", f"/2/tweets/{post}")
        x.call("DELETE", f"/2/dm_events/{message}")
    with x.billed() as uploaded:
        media = x.call(
            "POST", "/2/media/upload", media=base64.b64encode(GIF).decode(), media_category="tweet_gif"
        ).json()["data"]["id"]
    with x.billed() as described:
        x.call("POST", "/2/media/metadata", id=media, metadata={"alt_text": {"text": "a point"}})

    assert deleted == once("post.delete", "0.010") | once("dm_event.delete", "0.010")
    assert uploaded == {}
    assert described == once("media.metadata", "0.005")


def test_an_object_is_charged_once_in_a_utc_day_and_again_on_the_next(x):
    since = str(int(x.says("ana", "@BrightTel once a day")) - 1)

    with x.billed() as first:
        mentions(x, since_id=since)
    with x.billed() as same_day:
        mentions(x, since_id=since)
        x.get(f"/2/tweets/{int(since) + 1}")
    x.control("POST", "clock", advance_seconds=86_400 - 120)
    with x.billed() as last_minute:
        mentions(x, since_id=since)
    x.control("POST", "clock", advance_seconds=120)
    with x.billed() as next_day:
        mentions(x, since_id=since)

    assert first == next_day == once("post.read.owned", "0.001")
    assert same_day == last_minute == {}


def test_empty_pages_refusals_and_what_is_not_there_cost_nothing(x):
    newest = x.says("ana", "@BrightTel the newest of all")
    x.call("POST", "/2/tweets", text="said, and paid for")

    with x.billed() as booked:
        mentions(x, since_id=newest)
        assert x.call("POST", "/2/tweets", text="said, and paid for").status_code == 403
        assert x.message("closed_kim", "hello").status_code == 403
        x.get("/2/tweets", {"ids": "20"})
        x.get("/2/users", {"ids": "20"})
        x.fault("POST /2/tweets", "status", status=503)
        x.call("POST", "/2/tweets", text="unheard")

    assert booked == {}


def test_a_call_whose_answer_was_lost_is_charged(x):
    x.fault("POST /2/tweets", "status", status=503, done=True)

    with x.billed() as booked:
        x.call("POST", "/2/tweets", text="done and not told")

    assert booked == once("post.create", "0.015")


def test_a_private_answer_to_a_public_question_costs_1_6_cents(x):
    since = str(int(x.says("ana", "@BrightTel #charges")) - 1)

    with x.billed() as booked:
        mentions(x, since_id=since)
        x.message("ana", "12.40 GBP so far")

    assert sum(usd for _, usd in booked.values()) == Decimal("0.016")


def test_the_total_is_the_sum_of_its_lines(x):
    bill = x.control("GET", "bill")

    assert Decimal(str(bill["total_usd"])) == sum(Decimal(str(line["usd"])) for line in bill["lines"])
    assert all(line.keys() == {"item", "count", "usd"} for line in bill["lines"])
