"""Rate windows and their headers."""

import pytest

ANA = "2000000000000000101"


def left(answer, prefix="x-rate-limit"):
    return int(answer.headers[f"{prefix}-limit"]), int(answer.headers[f"{prefix}-remaining"])


def test_calls_left_are_counted_down_and_then_refused_until_the_reset(x):
    answers = [x.call("GET", "/2/dm_events") for _ in range(16)]

    assert [left(answer) for answer in answers[:2]] == [(15, 14), (15, 13)]
    assert [answer.status_code for answer in answers[14:]] == [200, 429]
    assert answers[15].json()["title"] == "Too Many Requests"
    assert left(answers[15]) == (15, 0)
    assert answers[15].headers["x-rate-limit-reset"] == answers[0].headers["x-rate-limit-reset"]

    x.control("POST", "clock", advance_seconds=900)
    assert left(x.call("GET", "/2/dm_events")) == (15, 14)


def test_each_user_has_a_window_of_their_own(x):
    x.call("GET", "/2/dm_events")

    assert left(x.call("GET", "/2/dm_events", by="ana")) == (15, 14)


def test_sending_has_a_day_s_window_beside_the_quarter_hour(x):
    answer = x.call("POST", f"/2/dm_conversations/with/{ANA}/messages", text="a")
    post = x.call("POST", "/2/tweets", text="a")

    assert left(answer, "x-user-limit-24hour") == (1440, 1439)
    assert left(post, "x-app-limit-24hour") == (10_000, 9_999)


def test_calls_without_a_user_count_for_the_app(x):
    answer = x.bearer(x.keys()["bearer_app"], "/2/users/2000000000000000001/mentions")

    assert left(answer) == (450, 449)


@pytest.mark.parametrize(("profile", "limit"), [("demo", 180), ("wide", 15_000), ("bench", 1_000_000_000)])
def test_other_profiles_have_other_windows_and_always_say_what_is_left(start_x, profile, limit):
    x = start_x(profile)

    assert left(x.call("GET", "/2/dm_events"))[0] == limit
    assert x.control("GET", "health")["profile"] == profile


def test_a_profile_without_windows_says_so_of_the_day_too(start_x):
    x = start_x("bench")

    message = x.call("POST", f"/2/dm_conversations/with/{ANA}/messages", text="a")
    post = x.call("POST", "/2/tweets", text="a")

    assert left(message, "x-user-limit-24hour")[1] > 1_000_000
    assert left(post, "x-app-limit-24hour")[1] > 1_000_000


def test_windows_bill_and_keys_outlive_a_restart(start_x, tmp_path):
    first = start_x("x", tmp_path / "w")
    first.says("ana", "@BrightTel hi")
    first.mentions()
    keys, bill = first.keys(), first.control("GET", "bill")
    first.control("PUT", "credit", usd=5)
    first.stop()

    second = start_x("x", tmp_path / "w")

    assert {**second.keys(), "base_url": ""} == {**keys, "base_url": ""}
    assert second.control("GET", "bill")["lines"] == bill["lines"]
    assert second.control("GET", "bill")["credit_left_usd"] == 5
    assert left(second.call("GET", "/2/users/2000000000000000001/mentions")) == (300, 298)
