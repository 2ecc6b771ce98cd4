"""Private messages through the API."""

import pytest

ANA, KIM = "2000000000000000101", "2000000000000000134"
FIELDS = "id,text,event_type,created_at,sender_id,dm_conversation_id,attachments,entities"


def send(x, to, text="Hello"):
    return x.call("POST", f"/2/dm_conversations/with/{to}/messages", text=text)


def texts(page):
    return [event["text"] for event in page.get("data", [])]


def test_a_message_is_sent_and_both_sides_see_it(x):
    answer = send(x, ANA, "Your bill is 12 pounds")

    assert answer.status_code == 201
    assert answer.json()["data"]["dm_conversation_id"] == f"2000000000000000001-{ANA}"
    assert texts(x.get("/2/dm_events")) == ["Your bill is 12 pounds"]
    assert texts(x.call("GET", "/2/dm_events", by="ana").json()) == ["Your bill is 12 pounds"]


def test_events_come_newest_first_with_the_fields_asked_for(x):
    x.writes("ana", "#data & more")
    send(x, ANA, "Here it is")

    page = x.get("/2/dm_events", dm_event__fields=FIELDS, event_types="MessageCreate")

    assert texts(page) == ["Here it is", "#data &amp; more"]
    assert set(page["data"][1]) == set(FIELDS.split(",")) - {"attachments"}
    assert page["meta"] == {"result_count": 2}
    assert set(x.get("/2/dm_events")["data"][0]) == {"id", "event_type", "text"}


def test_pages_can_be_of_one_event(x):
    for n in range(3):
        x.writes("ana", f"m{n}")

    first = x.get("/2/dm_events", max_results=1)
    second = x.get("/2/dm_events", max_results=2, pagination_token=first["meta"]["next_token"])

    assert texts(first) + texts(second) == ["m2", "m1", "m0"]
    assert len(first["meta"]["next_token"]) >= 16


def test_a_conversation_holds_only_its_own_messages(x):
    x.writes("ana", "from ana")
    x.writes("ben", "from ben")

    assert texts(x.get(f"/2/dm_conversations/with/{ANA}/dm_events")) == ["from ana"]


def test_who_takes_no_messages_cannot_be_written_to_unless_they_wrote_first(x):
    refused = send(x, KIM)
    x.writes("closed_kim", "now I write")

    assert refused.status_code == 403
    assert refused.json()["detail"] == "You do not have permission to DM one or more participants."
    assert send(x, KIM).status_code == 201


@pytest.mark.parametrize("change", [{"blocks_brand": True}, {"suspended": True}])
def test_who_blocked_us_or_is_suspended_cannot_be_written_to_even_then(x, change):
    x.writes("ana", "hello")
    x.control("PATCH", "people/ana", **change)

    assert send(x, ANA).status_code == 403


def test_deleting_takes_away_only_our_own_copy(x):
    event = send(x, ANA, "wrong person").json()["data"]["dm_event_id"]

    assert x.call("DELETE", f"/2/dm_events/{event}").json() == {"data": {"deleted": True}}

    gone = x.call("GET", f"/2/dm_events/{event}")
    assert gone.status_code == 404
    assert gone.json()["type"].endswith("/resource-not-found")
    assert texts(x.get("/2/dm_events")) == []
    assert texts(x.call("GET", "/2/dm_events", by="ana").json()) == ["wrong person"]


def test_one_event_can_be_read(x):
    event = x.writes("ana", "hello")

    assert x.get(f"/2/dm_events/{event}", dm_event__fields="sender_id")["data"]["sender_id"] == ANA


def test_events_of_others_are_not_there(x):
    event = x.writes("ana", "for ben", to="ben")

    assert x.call("GET", f"/2/dm_events/{event}").status_code == 404


def test_events_reach_thirty_days_back(x):
    x.writes("ana", "long ago")
    x.control("POST", "clock", advance_seconds=31 * 86_400)

    assert x.get("/2/dm_events") == {"meta": {"result_count": 0}}


def test_ten_thousand_characters_are_the_most(x):
    assert send(x, ANA, "a" * 10_000).status_code == 201
    assert send(x, ANA, "a" * 10_001).status_code == 400


def test_the_app_alone_sees_no_messages(x):
    assert x.bearer(x.keys()["bearer_app"], "/2/dm_events").status_code == 403
