"""Who is let in, and what the others are told."""

import requests
from requests_oauthlib import OAuth1

ME = "/2/users/me"


def signed(keys, **changed):
    keys = keys | changed
    return OAuth1(keys["api_key"], keys["api_secret"], keys["access_token"], keys["access_token_secret"])


def test_a_request_signed_with_the_right_keys_is_that_person(x):
    assert x.get(ME)["data"]["username"] == "BrightTel"
    assert x.call("GET", ME, by="ana").json()["data"]["username"] == "ana"


def test_wrong_keys_of_every_kind_get_x_s_401(x):
    for name in ("api_key", "api_secret", "access_token", "access_token_secret"):
        answer = requests.get(x.base + ME, auth=signed(x.keys(), **{name: "wrong"}), timeout=5)

        assert answer.status_code == 401
        assert answer.json() == {
            "title": "Unauthorized",
            "detail": "Unauthorized",
            "type": "about:blank",
            "status": 401,
        }


def test_no_credentials_get_401(x):
    assert requests.get(x.base + ME, timeout=5).status_code == 401


def test_the_query_is_part_of_what_is_signed(x):
    request = requests.Request("GET", x.base + ME, params={"user.fields": "name"}, auth=signed(x.keys()))
    prepared = request.prepare()
    prepared.url = prepared.url.replace("name", "username")

    assert x.session.send(prepared, timeout=5).status_code == 401


def test_a_form_body_is_part_of_what_is_signed(x):
    def send(body):
        request = requests.Request("POST", x.base + "/2/tweets", data={"text": "a b"}, auth=signed(x.keys()))
        prepared = request.prepare()
        prepared.body = body
        return x.session.send(prepared, timeout=5).status_code

    assert send("text=a+b") == 400  # let in, and refused only because it is no JSON
    assert send("text=b+b") == 401


def test_a_signed_request_cannot_be_sent_twice(x):
    prepared = requests.Request("GET", x.base + ME, auth=signed(x.keys())).prepare()

    first = x.session.send(prepared, timeout=5)
    second = x.session.send(prepared, timeout=5)

    assert (first.status_code, second.status_code) == (200, 401)


def test_timestamps_are_judged_by_the_machine_s_clock_not_by_x_s(x):
    old = OAuth1(
        *(x.keys()[name] for name in ("api_key", "api_secret", "access_token", "access_token_secret")),
        timestamp="1700000000",
    )
    x.control("POST", "clock", advance_seconds=90_000)

    assert requests.get(x.base + ME, auth=old, timeout=5).status_code == 401
    assert x.call("GET", ME).status_code == 200


def test_a_user_s_bearer_token_is_that_user(x):
    answer = x.bearer(x.keys("ana")["bearer_user"], ME)

    assert answer.json()["data"]["username"] == "ana"


def test_the_app_alone_is_refused_where_a_user_is_needed(x):
    answer = x.bearer(x.keys()["bearer_app"], ME)

    assert answer.status_code == 403
    assert answer.json()["type"].endswith("/unsupported-authentication")


def test_a_user_is_refused_where_only_the_app_may(x):
    assert x.call("GET", "/2/usage/tweets").status_code == 403
    assert x.bearer(x.keys()["bearer_app"], "/2/usage/tweets").status_code == 200


def test_unknown_paths_are_404_as_x_words_it(x):
    answer = x.call("GET", "/2/nothing/here")

    assert answer.status_code == 404
    assert answer.json()["type"] == "about:blank"


def test_a_suspended_person_s_keys_no_longer_work(x):
    x.keys("ben")
    x.control("PATCH", "people/ben", suspended=True)

    assert x.call("GET", ME, by="ben").status_code == 401
