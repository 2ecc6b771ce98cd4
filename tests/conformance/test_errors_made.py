"""What cannot happen by itself on one machine is played on request: bodies, pages and broken connections."""

import pytest
import requests

MENTIONS = "GET /2/users/:id/mentions"
CREATE = "POST /2/tweets"
PAGE = "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>"


def mentions(x):
    return x.call("GET", f"/2/users/{x.id_of('BrightTel')}/mentions")


def post(x, text):
    return x.call("POST", "/2/tweets", text=text)


def standing(x, text):
    return [one for one in x.control("GET", "timeline")["posts"] if one["text"] == text]


def test_every_answer_we_say_is_x_s_names_where_and_when_it_was_seen(refusals):
    for name, row in refusals.items():
        assert row.keys() == {"status", "body", "source", "seen_on"}, name
        assert row["seen_on"].isoformat() <= "2026-11-21", name


@pytest.mark.parametrize(
    "name",
    [
        "unauthorized",
        "operation-not-permitted",
        "oauth1-permissions",
        "client-forbidden",
        "usage-capped",
        "service-unavailable",
    ],
)
@pytest.mark.parametrize("route", [MENTIONS, CREATE])
def test_any_answer_x_is_known_for_can_be_asked_for(x, refusals, says_as_x, name, route):
    row = refusals[name]
    x.fault(route, "status", status=row["status"], body=row["body"])

    answer = mentions(x) if route == MENTIONS else post(x, f"never said: {name}")

    says_as_x(answer, name)
    assert not standing(x, f"never said: {name}")


def test_the_monthly_cap_is_told_by_its_type_while_the_window_still_has_calls(x, refusals, says_as_x):
    """X sends the ordinary headers with it, which say that calls are left."""
    headers = {"x-rate-limit-limit": "300", "x-rate-limit-remaining": "299", "x-rate-limit-reset": "1"}
    x.fault(MENTIONS, "status", status=429, body=refusals["usage-capped"]["body"], headers=headers)

    answer = mentions(x)

    says_as_x(answer, "usage-capped")
    assert headers.items() <= dict(answer.headers).items()


def test_a_429_without_its_reset_header(x, says_as_x):
    x.fault(MENTIONS, "no_reset")

    answer = mentions(x)

    says_as_x(answer, "too-many-requests")
    assert "x-rate-limit-reset" not in answer.headers


@pytest.mark.parametrize("status", [403, 500, 502, 503, 504])
def test_a_page_for_people_instead_of_an_answer(x, status):
    x.fault(CREATE, "html", status=status, body=PAGE)

    answer = post(x, "behind a page")

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.text == PAGE
    assert not standing(x, "behind a page")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failure_in_json(x, status):
    x.fault(MENTIONS, "status", status=status)

    answer = mentions(x)

    assert answer.status_code == status
    assert answer.json()["type"] == "about:blank"
    assert answer.json()["status"] == status


def test_a_failure_after_the_work_was_done(x):
    """X's worst: 5xx, and the post is there."""
    x.fault(CREATE, "status", status=503, done=True)

    assert post(x, "said all the same").status_code == 503
    assert len(standing(x, "said all the same")) == 1


def test_a_connection_cut_before_the_request_is_read(x):
    x.fault(CREATE, "cut_before")

    with pytest.raises(requests.ConnectionError):
        post(x, "never heard")
    assert not standing(x, "never heard")


def test_a_connection_cut_after_the_work_was_done(x):
    x.fault(CREATE, "cut_after")

    with pytest.raises(requests.ConnectionError):
        post(x, "heard, not answered")
    assert len(standing(x, "heard, not answered")) == 1


def test_a_success_that_is_no_json(x):
    x.fault(CREATE, "broken_json")

    answer = post(x, "half an answer")

    assert answer.status_code == 201
    with pytest.raises(requests.JSONDecodeError):
        answer.json()
    assert len(standing(x, "half an answer")) == 1


def test_no_answer_at_all(x):
    x.fault(CREATE, "hang", seconds=5)

    with pytest.raises(requests.ReadTimeout):
        x.session.post(x.base + "/2/tweets", json={"text": "into the void"}, timeout=0.2)


def test_a_slow_answer(x):
    x.fault(MENTIONS, "slow", seconds=0.2)

    answer = mentions(x)

    assert answer.status_code == 200
    assert answer.elapsed.total_seconds() >= 0.2


def test_a_page_with_doubles_and_out_of_order(x):
    made = [x.says("ana", f"@BrightTel number {number}") for number in range(4)]
    x.fault(MENTIONS, "duplicates")
    x.fault(MENTIONS, "reorder")

    ids = [one["id"] for one in mentions(x).json()["data"]]

    assert set(made) <= set(ids)
    assert len(ids) > len(set(ids))
    assert ids != sorted(ids, key=int, reverse=True)


def test_posts_that_show_themselves_late(x):
    late = x.says("ana", "@BrightTel can you see me")
    x.fault(MENTIONS, "late", seconds=60, times=0)

    def shown():
        return late in [one["id"] for one in mentions(x).json().get("data", [])]

    assert not shown()
    x.control("POST", "clock", advance_seconds=61)
    assert shown()


def test_credits_are_told_as_x_tells_them(x, says_as_x):
    x.control("PUT", "credit", usd=20)

    says_as_x(x.call("GET", "/2/usage/credits"), "usage-credits")


def test_a_credit_below_zero_is_shown_as_none_with_the_debt_beside_it(x):
    """The total is max(0, prepaid + free).

    Source: https://docs.x.com/x-api/usage/get-usage-credits, 2026-08-24.
    """
    x.control("PUT", "credit", usd=0.001)
    post(x, "more than we can pay")

    told = x.get("/2/usage/credits")["data"]

    assert told["total_balance"] == 0
    assert told["prepaid_balance"] == pytest.approx(-0.014)
