"""People looked up."""

ANA = "2000000000000000101"


def test_oneself_is_free(x):
    me = x.get("/2/users/me", user__fields="created_at,protected,public_metrics,receives_your_dm,verified")

    assert me["data"]["username"] == "BrightTel"
    assert me["data"]["public_metrics"]["tweet_count"] == 0
    assert x.bill() == {}


def test_people_are_found_by_id_and_by_name_in_any_case(x):
    assert x.get(f"/2/users/{ANA}")["data"] == {"id": ANA, "name": "Ana Ruiz", "username": "ana"}
    assert x.get("/2/users/by/username/ANA")["data"]["id"] == ANA
    assert x.get("/2/users/by", usernames="ana,nobody")["data"][0]["id"] == ANA


def test_a_renamed_person_keeps_the_id(x):
    x.control("PATCH", "people/ana", username="ana_now")

    assert x.get("/2/users/by/username/ana_now")["data"]["id"] == ANA
    assert "errors" in x.get("/2/users/by/username/ana")


def test_unknown_and_suspended_people_are_errors_in_a_200(x):
    x.control("PATCH", "people/ana", suspended=True)

    found = x.get("/2/users", ids=f"{ANA},77,2000000000000000102")

    assert [person["username"] for person in found["data"]] == ["ben"]
    assert [error["detail"] for error in found["errors"]] == [
        f"User has been suspended: [{ANA}].",
        "Could not find user with ids: [77].",
    ]


def test_whether_somebody_takes_our_messages_is_said(x):
    kim = x.get("/2/users/by/username/closed_kim", user__fields="receives_your_dm")

    assert kim["data"]["receives_your_dm"] is False
