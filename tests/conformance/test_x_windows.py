"""The rate windows of X's table, told in X's headers, on every route the bot or a person may use.

Source of every number: https://docs.x.com/x-api/fundamentals/rate-limits, read 2026-08-22; `GET
/2/usage/credits` is not in it.
"""

import http.client
from dataclasses import dataclass
from datetime import datetime

import pytest

QUARTER_SECONDS = 900
DAY_SECONDS = 86_400
GIF = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw=="  # one point


@dataclass(frozen=True)
class Row:
    """One line of X's table: calls in 15 minutes by a user and by the app, and in 24 hours."""

    route: str
    user: int
    app: int | None = None
    user_day: int | None = None
    app_day: int | None = None


TABLE = (
    Row("GET /2/users/{brand}/mentions", 300, 450),
    Row("GET /2/tweets/search/recent?query=from:ana", 300, 450),
    Row("POST /2/tweets", 100, app_day=10_000),
    Row("DELETE /2/tweets/20", 50),
    Row("POST /2/dm_conversations/with/{ana}/messages", 15, user_day=1_440),
    Row("GET /2/dm_events", 15),
    Row("GET /2/dm_conversations/with/{ana}/dm_events", 15),
    Row("GET /2/dm_events/{message}", 15),
    Row("DELETE /2/dm_events/{message}", 300, user_day=1_500),
    Row("GET /2/users/me", 75),
    Row("GET /2/users/{brand}/tweets", 900, 10_000),
    Row("GET /2/tweets?ids=20", 5_000, 3_500),
    Row("GET /2/tweets/20", 900, 450),
    Row("GET /2/users/by/username/ana", 900, 300),
    Row("GET /2/users?ids=20", 900, 300),
    Row("GET /2/users/by?usernames=ana", 900, 300),
    Row("GET /2/users/{ana}", 900, 300),
    Row("POST /2/media/upload", 500),
    Row("POST /2/media/metadata", 500, app_day=50_000),
    Row("GET /2/usage/credits", 50, 50),
)
BODIES = {
    "POST /2/tweets": {"text": "A window opens"},
    "POST /2/dm_conversations/with/{ana}/messages": {"text": "A window opens"},
    "POST /2/media/upload": {"media": GIF, "media_category": "tweet_gif"},
}


@pytest.fixture(scope="module")
def message(fresh_x):
    return fresh_x.writes("ana", "a first word")


def concrete(row, x, message):
    filled = row.route.format(brand=x.id_of("BrightTel"), ana=x.id_of("ana"), message=message)
    return filled.split()


def state(answer, prefix="x-rate-limit"):
    """Limit, calls left and the reset (in seconds of X's time) as the headers tell them."""
    return tuple(int(answer.headers[f"{prefix}-{name}"]) for name in ("limit", "remaining", "reset"))


def now_of(x):
    return datetime.fromisoformat(x.control("GET", "health")["now"]).timestamp()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.route)
def test_every_answer_tells_the_window_of_its_route(x, message, row):
    method, path = concrete(row, x, message)

    before = now_of(x)
    answer = x.call(method, path, **BODIES.get(row.route, {}))
    again = x.call(method, path, **BODIES.get(row.route, {}))

    limit, left, reset = state(answer)
    assert (limit, left) == (row.user, row.user - 1)
    assert before + QUARTER_SECONDS <= reset <= now_of(x) + QUARTER_SECONDS + 1
    assert state(again) == (row.user, row.user - 2, reset)


@pytest.mark.parametrize("row", [row for row in TABLE if row.app], ids=lambda row: row.route)
def test_the_app_alone_has_windows_of_its_own(x, message, row):
    method, path = concrete(row, x, message)

    alone, user = x.as_app(method, path), x.call(method, path)

    assert state(alone)[:2] == (row.app, row.app - 1)
    assert state(user)[:2] == (row.user, row.user - 1)


@pytest.mark.parametrize(
    ("row", "prefix", "limit"),
    [
        *((row, "x-user-limit-24hour", row.user_day) for row in TABLE if row.user_day),
        *((row, "x-app-limit-24hour", row.app_day) for row in TABLE if row.app_day),
    ],
    ids=str,
)
def test_a_limit_of_24_hours_is_told_beside_that_of_15_minutes(x, message, row, prefix, limit):
    method, path = concrete(row, x, message)
    first = state(x.call(method, path, **BODIES.get(row.route, {})), prefix)

    x.new_windows()
    answer = x.call(method, path, **BODIES.get(row.route, {}))

    assert state(answer)[1] == row.user - 1
    assert state(answer, prefix) == (limit, first[1] - 1, first[2])
    assert now_of(x) < first[2] <= now_of(x) + DAY_SECONDS
    x.control("POST", "clock", advance_seconds=DAY_SECONDS)
    assert state(x.call(method, path, **BODIES.get(row.route, {})), prefix)[1] == limit - 1


def test_other_routes_tell_no_24_hours(x):
    headers = x.call("GET", "/2/users/me").headers

    assert not [name for name in headers if "24hour" in name.lower()]


def test_each_person_has_windows_of_their_own(x):
    for _ in range(15):
        x.call("GET", "/2/dm_events")

    assert x.call("GET", "/2/dm_events").status_code == 429
    assert x.call("GET", "/2/dm_events", by="ana").status_code == 200


def test_a_refused_call_counts_and_a_call_beyond_the_window_does_not_lengthen_it(x):
    route = f"/2/dm_conversations/with/{x.id_of('closed_kim')}/messages"
    refused = [x.call("POST", route, text="hello") for _ in range(15)]
    beyond = [x.call("POST", route, text="hello") for _ in range(3)]

    assert {answer.status_code for answer in refused} == {403}
    assert [state(answer)[1] for answer in refused] == list(range(14, -1, -1))
    assert {answer.status_code for answer in beyond} == {429}
    assert {state(answer)[2] for answer in (*refused, *beyond)} == {state(refused[0])[2]}


def test_a_day_that_is_used_up_refuses_while_the_quarter_hour_has_calls(x, says_as_x, message):
    """300 calls in each of five windows are the 1,500 of a day."""
    token, path = x.keys("ben")["bearer_user"], "/2/dm_events/20"
    line = http.client.HTTPConnection(x.base.removeprefix("http://"), timeout=10)
    for _ in range(5):
        x.new_windows()
        for _ in range(300):
            line.request("DELETE", path, headers={"Authorization": f"Bearer {token}"})
            line.getresponse().read()
    line.close()
    x.new_windows()

    answer = x.bearer(token, "DELETE", path)

    says_as_x(answer, "too-many-requests")
    assert state(answer)[1] == 300
    assert state(answer, "x-user-limit-24hour")[1] == 0
    assert state(answer, "x-user-limit-24hour")[2] > now_of(x) + QUARTER_SECONDS


def test_a_wrong_signature_costs_no_call(x):
    x.call("GET", "/2/users/me", changed={"access_token_secret": "wrong"})

    assert state(x.call("GET", "/2/users/me"))[1] == 74
