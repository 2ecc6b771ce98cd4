"""Behind the stage: health, keys, the log of calls, the clock."""

from datetime import datetime


def test_health_names_the_world_the_profile_and_x_s_time(x):
    health = x.control("GET", "health")

    assert (health["ok"], health["profile"]) == (True, "x")
    assert health["world_id"].startswith("world-")
    assert datetime.fromisoformat(health["now"]).tzinfo is not None


def test_keys_are_given_for_anybody_the_brand_by_default(x):
    brand, ana = x.control("GET", "keys"), x.control("GET", "keys?as=ana")

    assert set(brand) == {
        "base_url",
        "user_id",
        "api_key",
        "api_secret",
        "access_token",
        "access_token_secret",
        "bearer_user",
        "bearer_app",
    }
    assert brand["base_url"] == x.base
    assert brand["user_id"] == "2000000000000000001"
    assert brand["api_key"] == ana["api_key"]
    assert brand["access_token"] != ana["access_token"]


def test_calls_are_logged_in_order_and_controls_are_not(x):
    x.call("POST", "/2/tweets", text="Hello")
    x.get("/2/users/me", user__fields="name")

    first, second = x.control("GET", "requests")["requests"]

    assert (first["n"], first["method"], first["path"], first["status"]) == (1, "POST", "/2/tweets", 201)
    assert first["body"] == '{"text": "Hello"}'
    assert (second["n"], second["query"], second["fault"]) == (2, "user.fields=name", None)
    assert x.control("GET", "requests?after=1")["requests"] == [second]


def test_the_log_holds_no_secret(x):
    x.get("/2/users/me")
    log = str(x.control("GET", "requests"))

    assert not any(value in log for name, value in x.keys().items() if name not in ("base_url", "user_id"))


def test_the_clock_moves_x_s_time(x):
    before = datetime.fromisoformat(x.control("GET", "health")["now"])

    now = x.control("POST", "clock", advance_seconds=3600)["now"]

    assert (datetime.fromisoformat(now) - before).total_seconds() >= 3600
