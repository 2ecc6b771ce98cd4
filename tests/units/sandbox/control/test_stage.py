"""What people do on the local X, through its controls."""

import pytest

BRAND = "2000000000000000001"


def refused(x, method, path, **sent):
    answer = x.session.request(method, f"{x.base}/sandbox/{path}", json=sent or None, timeout=5)
    return answer.status_code, answer.json()["error"]


def test_the_demo_people_are_always_there_under_fixed_ids(x):
    people = x.control("GET", "people")["people"]

    assert [(person["id"], person["username"]) for person in people[:5]] == [
        (BRAND, "BrightTel"),
        ("2000000000000000101", "ana"),
        ("2000000000000000102", "ben"),
        ("2000000000000000103", "carys"),
        ("2000000000000000104", "mallory"),
    ]
    assert [person["username"] for person in people if person["brand"]] == ["BrightTel"]


def test_the_timeline_shows_what_people_wrote_oldest_first(x):
    one = x.says("ana", "@BrightTel #data <3 example.com/x")
    two = x.says("BrightTel", "With you in a minute", in_reply_to=one)
    note = x.writes("ana", "psst & hello")
    answer = x.writes("BrightTel", "yes?", to="ana")

    timeline = x.control("GET", "timeline")

    assert [
        (post["id"], post["author"], post["text"], post["in_reply_to"], post["deleted"])
        for post in timeline["posts"]
    ] == [
        (one, "ana", "@BrightTel #data <3 example.com/x", None, False),
        (two, "BrightTel", "With you in a minute", one, False),
    ]
    assert [
        (message["id"], message["from"], message["to"], message["text"]) for message in timeline["messages"]
    ] == [(note, "ana", "BrightTel", "psst & hello"), (answer, "BrightTel", "ana", "yes?")]


def test_the_timeline_goes_on_after_an_id(x):
    one = x.says("ana", "one")
    two = x.says("ana", "two")
    three = x.writes("ana", "three")

    timeline = x.control("GET", f"timeline?after={one}")

    assert [post["id"] for post in timeline["posts"]] == [two]
    assert [message["id"] for message in timeline["messages"]] == [three]


def test_deleted_posts_stay_listed_as_deleted(x):
    post = x.says("ana", "oh no")
    x.control("DELETE", f"posts/{post}")

    assert x.control("GET", "timeline")["posts"][0]["deleted"] is True


def test_a_reply_names_whom_it_answers_without_being_asked_to(x):
    root = x.says("ana", "@BrightTel #data")
    x.says("BrightTel", "Here it is", in_reply_to=root)
    ours = x.control("GET", "timeline")["posts"][1]["id"]

    x.says("ana", "thank you", in_reply_to=ours)
    x.says("ana", "@BrightTel and #help", in_reply_to=ours)
    x.says("ben", "@BrightTel #data", in_reply_to=x.says("carys", "@BrightTel hm @ana"))

    by_text = {post["text"]: post for post in x.mentions(tweet__fields="display_text_range")["data"]}
    assert by_text["@BrightTel thank you"]["display_text_range"] == [11, 20]
    assert by_text["@BrightTel and #help"]["display_text_range"] == [0, 20]
    assert by_text["@carys @ana @BrightTel #data"]["display_text_range"] == [12, 28]


def test_people_are_made_changed_and_renamed(x):
    made = x.control("POST", "people", username="erin", name="Erin", accepts_dms=False, lang="cy")["id"]
    x.control("PATCH", "people/erin", username="erin_two", accepts_dms=True)

    erin = next(person for person in x.control("GET", "people")["people"] if person["id"] == made)

    assert (erin["username"], erin["accepts_dms"], erin["lang"]) == ("erin_two", True, "cy")


def test_a_colleague_in_x_s_own_app_is_not_bound_to_the_summoned_rule(x):
    post = x.says("ana", "good morning")

    assert x.says("BrightTel", "Good morning, Ana", in_reply_to=post)


def test_people_may_say_the_same_thing_again(x):
    assert x.says("ana", "@BrightTel #data") != x.says("ana", "@BrightTel #data")


def test_an_edit_needs_words_as_a_post_does(x):
    post = x.says("ana", "@BrightTel #data")

    assert refused(x, "PUT", f"posts/{post}", text=" ") == (400, "'text' is missing")
    assert [item["text"] for item in x.control("GET", "timeline")["posts"]] == ["@BrightTel #data"]


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "why"),
    [
        ("POST", "posts", {"as": "nobody", "text": "a"}, 404, "nobody here is called @nobody"),
        ("POST", "posts", {"as": "ana"}, 400, "'text' is missing"),
        ("POST", "posts", {"as": "ana", "text": "a", "in_reply_to": "77"}, 404, "there is no post 77"),
        ("POST", "posts", {"as": "ana", "text": 5}, 400, "'text' is of the wrong type"),
        ("PUT", "posts/77", {"text": "a"}, 404, "there is no post 77"),
        ("POST", "messages", {"as": "BrightTel", "text": "a"}, 400, "name another with 'to'"),
        ("POST", "messages", {"as": "BrightTel", "text": "a", "to": "closed_kim"}, 403, "permission to DM"),
        ("POST", "people", {"username": "no spaces"}, 400, "is no username"),
        ("POST", "people", {"username": "ANA"}, 409, "@ana exists already"),
        ("PATCH", "people/ana", {"colour": "red"}, 400, "unknown field 'colour'"),
        ("GET", "timeline?after=abc", {}, 400, "'after' must be a number"),
        ("GET", "timeline?after=²", {}, 400, "'after' must be a number"),
        ("GET", f"requests?newest={'9' * 5_000}", {}, 400, "'newest' must be a number"),
        ("GET", "media/²", {}, 404, "there is no media ²"),
        ("PUT", "credit", {"usd": 1e300}, 400, "'usd' is at most 1,000,000,000"),
        ("GET", "keys?as=nobody", {}, 404, "nobody here"),
        ("POST", "clock", {"advance_seconds": -1}, 400, "only goes forward"),
        ("POST", "clock", {"advance_seconds": 1e18}, 400, "X's ids end on 2080-07-10"),
        ("DELETE", "faults/9", {}, 404, "there is no fault 9"),
        ("GET", "nothing", {}, 404, "Not Found"),
    ],
)
def test_what_cannot_be_done_is_said(x, method, path, sent, status, why):
    code, error = refused(x, method, path, **sent)

    assert code == status
    assert why in error
