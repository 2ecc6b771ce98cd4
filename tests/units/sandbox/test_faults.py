"""Every kind of misbehaviour, on request."""

import pytest
import requests

BRAND = "2000000000000000001"
POSTS = "POST /2/tweets"
MENTIONS = "GET /2/users/:id/mentions"


def fault(x, kind, route=POSTS, **more):
    return x.control("POST", "faults", route=route, kind=kind, **more)["id"]


def post(x, text="Hello"):
    return x.call("POST", "/2/tweets", text=text)


def posts(x):
    return [item["text"] for item in x.control("GET", "timeline")["posts"]]


def last_call(x):
    return x.control("GET", "requests")["requests"][-1]


def test_any_status_with_any_body_and_headers_leaves_the_call_undone(x):
    fault(x, "status", status=503, body={"title": "down"}, headers={"Retry-After": "7"})

    answer = post(x)

    assert (answer.status_code, answer.json(), answer.headers["Retry-After"]) == (503, {"title": "down"}, "7")
    assert posts(x) == []
    assert x.bill() == {}
    assert last_call(x)["fault"] == "status"


def test_a_status_that_has_no_body_is_answered_without_one(x):
    fault(x, "status", status=204, body={"title": "nothing"})

    answer = post(x)

    assert (answer.status_code, answer.content) == (204, b"")


def test_an_error_answer_may_hide_a_write_that_was_done(x):
    fault(x, "status", status=502, done=True)

    assert post(x).status_code == 502
    assert posts(x) == ["Hello"]


def test_a_fault_happens_as_often_as_asked_and_then_no_more(x):
    fault(x, "status", status=500, times=2)

    assert [post(x, text).status_code for text in "abc"] == [500, 500, 201]


def test_a_fault_without_end_lasts_until_deleted(x):
    identity = fault(x, "status", route="*", status=500, times=0)
    assert {post(x).status_code, x.call("GET", "/2/users/me").status_code} == {500}

    x.control("DELETE", f"faults/{identity}")
    assert post(x).status_code == 201


def test_probability_spares_some_calls(x):
    fault(x, "status", status=500, times=0, probability=0.5)

    codes = [post(x, f"text {n}").status_code for n in range(60)]

    assert 10 < codes.count(500) < 50


def test_a_cut_before_loses_the_call_and_a_cut_after_loses_only_the_answer(x):
    fault(x, "cut_before")
    with pytest.raises(requests.ConnectionError):
        post(x, "lost")
    fault(x, "cut_after")
    with pytest.raises(requests.ConnectionError):
        post(x, "kept")

    assert posts(x) == ["kept"]
    assert x.bill() == {"post.create": 1}


def test_broken_json_comes_with_the_status_of_success_and_the_write_is_done(x):
    fault(x, "broken_json")

    answer = post(x)

    assert answer.status_code == 201
    with pytest.raises(requests.JSONDecodeError):
        answer.json()
    assert posts(x) == ["Hello"]


def test_html_pages_look_like_those_of_a_proxy(x):
    fault(x, "html", status=403)

    answer = post(x)

    assert answer.status_code == 403
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Just a moment" in answer.text


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (403, "oauth1-permissions"),
        (403, "client-forbidden"),
        (403, "client-not-enrolled"),
        (429, "usage-capped"),
        (500, "internal-error"),
    ],
)
def test_problems_that_x_has_for_the_set_up_of_an_app_can_be_played(x, status, problem):
    fault(x, "status", status=status, body={"type": f"https://api.x.com/2/problems/{problem}", "title": "-"})

    answer = post(x)

    assert answer.status_code == status
    assert answer.json()["type"].endswith(problem)
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_429_comes_with_a_reset_or_without_one(x):
    fault(x, "status", status=429)
    assert int(post(x).headers["x-rate-limit-reset"]) > 0

    fault(x, "no_reset")
    answer = post(x)
    assert answer.status_code == 429
    assert "x-rate-limit-reset" not in answer.headers


def test_a_hanging_call_never_answers_and_is_not_done(x):
    fault(x, "hang", seconds=0.2)

    with pytest.raises(requests.ConnectionError):
        post(x)

    assert posts(x) == []


def test_a_caller_may_give_up_on_a_hanging_call(x):
    fault(x, "hang")

    with pytest.raises(requests.Timeout):
        x.session.post(x.base + "/2/tweets", timeout=0.2)

    assert post(x).status_code == 201


def test_a_slow_call_is_answered_all_the_same(x):
    fault(x, "slow", seconds=0.1)

    answer = post(x)

    assert answer.status_code == 201
    assert answer.elapsed.total_seconds() >= 0.1


def test_pages_can_hold_things_twice_and_out_of_order(x):
    made = [x.says("ana", f"@BrightTel {n}") for n in range(4)][::-1]

    fault(x, "duplicates", MENTIONS)
    doubled = [item["id"] for item in x.mentions()["data"]]
    fault(x, "reorder", MENTIONS)
    mixed = [item["id"] for item in x.mentions()["data"]]

    assert len(doubled) > len(set(doubled)) == 4
    assert sorted(mixed) == sorted(made)
    assert mixed != made
    assert x.bill() == {"post.read.owned": 4}


def test_young_posts_and_mentions_can_stay_out_of_sight_for_a_while(x):
    fault(x, "late", "*", seconds=30, times=0)
    question = x.says("ana", "@BrightTel #data")
    answer = x.reply(question, "Here").json()["data"]["id"]

    assert x.mentions() == {"meta": {"result_count": 0}}
    assert "data" not in x.get(f"/2/users/{BRAND}/tweets")
    assert "data" not in x.get(f"/2/tweets/{answer}")

    x.control("POST", "clock", advance_seconds=30)
    assert x.mentions()["data"][0]["id"] == question
    assert x.get(f"/2/users/{BRAND}/tweets")["data"][0]["id"] == answer


def test_lateness_can_hit_one_route_and_some_posts_only(x):
    fault(x, "late", MENTIONS, seconds=30, times=0, probability=0.5)
    made = [x.says("ana", f"@BrightTel {n}") for n in range(40)]

    first, again = x.mentions(max_results=100), x.mentions(max_results=100)

    assert 0 < len(first["data"]) < 40
    assert first == again
    assert len(x.get("/2/tweets", ids=",".join(made))["data"]) == 40


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"route": "GET /2/nothing", "kind": "slow"}, "no route"),
        ({"route": "*", "kind": "odd"}, "'kind' is one of status"),
        ({"route": "*"}, "'kind' is missing"),
        ({"route": "*", "kind": "status", "status": 100}, "200 to 599"),
        ({"route": "*", "kind": "slow", "seconds": -1}, "'seconds' are 0 or more"),
        ({"route": "*", "kind": "status", "headers": {"x y": "1"}}, "no HTTP header can be 'x y: 1'"),
        ({"route": "*", "kind": "status", "headers": {"x": "a\r\nb: c"}}, "no HTTP header can be"),
        ({"route": "*", "kind": "status", "probability": 2}, "0 to 1"),
        ({"route": "*", "kind": "status", "often": 2}, "unknown field 'often'"),
    ],
)
def test_a_fault_that_cannot_be_is_refused_with_a_reason(x, asked, why):
    answer = x.session.post(x.base + "/sandbox/faults", json=asked, timeout=5)

    assert answer.status_code == 400
    assert why in answer.json()["error"]


@pytest.mark.parametrize("route", ["GET /2/users/{id}/mentions", f"get /2/users/{BRAND}/mentions", MENTIONS])
def test_a_route_may_be_named_in_several_ways(x, route):
    fault(x, "status", route, status=500)

    assert x.control("GET", "faults")["faults"][0]["route"] == MENTIONS
