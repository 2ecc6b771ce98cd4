"""What each call costs, counted once per object and UTC day."""

ANA = "2000000000000000101"
BRAND = "2000000000000000001"


def test_own_mentions_and_posts_cost_the_owner_s_price(x):
    question = x.says("ana", "@BrightTel #data")
    x.mentions()
    x.reply(question, "Here")
    x.get(f"/2/users/{BRAND}/tweets")

    assert x.bill() == {"post.read.owned": 2, "post.create.summoned": 1}
    assert x.control("GET", "bill")["total_usd"] == 0.012


def test_the_same_object_is_charged_once_a_day_and_again_the_next(x):
    x.says("ana", "@BrightTel #data")
    x.mentions()
    x.mentions()
    assert x.bill() == {"post.read.owned": 1}

    x.control("POST", "clock", advance_seconds=86_400)
    x.mentions()
    assert x.bill() == {"post.read.owned": 2}


def test_expanded_people_and_posts_are_charged_too_each_once(x):
    ours = x.says("BrightTel", "Hello")
    for n in range(3):
        x.says("ana", f"thanks {n}", in_reply_to=ours)

    x.mentions(expansions="author_id,referenced_tweets.id")

    assert x.bill() == {"post.read.owned": 3, "user.read": 1, "post.read": 1}


def test_other_readers_and_the_app_pay_the_full_price(x):
    x.says("ana", "@BrightTel #data")

    x.bearer(x.keys()["bearer_app"], f"/2/users/{BRAND}/mentions")

    assert x.bill() == {"post.read": 1}


def test_empty_pages_errors_and_refusals_cost_nothing(x):
    x.mentions()
    x.get("/2/dm_events")
    x.get("/2/tweets/77")
    x.reply("77", "Hello")
    x.call("POST", "/2/dm_conversations/with/2000000000000000134/messages", text="Hello")

    assert x.bill() == {}


def test_each_write_has_its_price(x):
    question = x.says("ana", "@BrightTel #data")
    x.reply(question, "Here")
    x.reply(question, "See brighttel.example.com/help")
    own = x.call("POST", "/2/tweets", text="Good morning").json()["data"]["id"]
    x.reply(own, "And good night")
    x.call("DELETE", f"/2/tweets/{own}")
    event = x.call("POST", f"/2/dm_conversations/with/{ANA}/messages", text="see example.com").json()
    x.call("DELETE", f"/2/dm_events/{event['data']['dm_event_id']}")

    lines = {line["item"]: (line["count"], line["usd"]) for line in x.control("GET", "bill")["lines"]}

    assert lines == {
        "post.create.summoned": (1, 0.01),
        "post.create.url": (1, 0.2),
        "post.create": (2, 0.03),
        "post.delete": (1, 0.01),
        "dm.create": (1, 0.015),
        "dm_event.delete": (1, 0.01),
    }


def test_messages_read_cost_each_once_a_day(x):
    x.writes("ana", "one")
    x.writes("ana", "two")
    x.get("/2/dm_events")
    x.get(f"/2/dm_conversations/with/{ANA}/dm_events")

    assert x.bill() == {"dm_event.read": 2}
