"""What was used, and what credit is left."""


def test_the_credit_left_is_told_free_of_charge_and_even_when_it_is_used_up(x):
    x.call("POST", "/2/tweets", text="one")
    before = x.get("/2/usage/credits")["data"]
    x.control("PUT", "credit", usd=0)

    after = x.get("/2/usage/credits")["data"]

    assert before == {"total_balance": 9999.985, "prepaid_balance": 9999.985, "free_balance": 0}
    assert after["total_balance"] == 0
    assert x.bill() == {"post.create": 1}


def test_without_credit_every_other_call_is_402(x):
    x.control("PUT", "credit", usd=0)

    for answer in (x.call("GET", "/2/dm_events"), x.call("POST", "/2/tweets", text="a")):
        assert answer.status_code == 402
        assert answer.json()["type"].endswith("/credits-depleted")
        assert answer.json()["title"] == "CreditsDepleted"

    x.control("PUT", "credit", usd=1)
    assert x.call("POST", "/2/tweets", text="a").status_code == 201


def test_posts_read_are_counted_by_day(x):
    x.says("ana", "@BrightTel hi")
    x.mentions()

    usage = x.bearer(x.keys()["bearer_app"], "/2/usage/tweets").json()["data"]

    assert usage["project_usage"] == "1"
