"""The live stream of changes."""

import json


def events(answer):
    """The events of an open stream, as (name, data, id)."""
    event = {}
    for raw in answer.iter_lines(chunk_size=1):
        line = raw.decode()
        if line.startswith(":"):
            yield line, None, None
        elif line:
            name, _, value = line.partition(": ")
            event[name] = value
        elif "event" in event:
            yield event["event"], json.loads(event["data"]), event.get("id")
            event = {}


def listen(x, **headers):
    answer = x.session.get(x.base + "/sandbox/stream", headers=headers, stream=True, timeout=5)
    stream = events(answer)
    assert next(stream)[0] == ": listening"
    return answer, stream


def test_changes_arrive_as_they_happen_in_the_shapes_of_the_timeline(x):
    answer, stream = listen(x)

    post = x.says("ana", "@BrightTel #dta")
    edited = x.control("PUT", f"posts/{post}", text="@BrightTel #data")["id"]
    message = x.writes("ana", "hello")
    x.control("PATCH", "people/ana", name="Ana R.")
    x.mentions()
    arrived = {}
    while "bill" not in arrived:
        name, data, _ = next(stream)
        arrived[name] = data
    answer.close()

    timeline = x.control("GET", "timeline")
    assert arrived["post"] == timeline["posts"][0]
    assert arrived["edited"] == timeline["posts"][1]
    assert arrived["edited"]["edited_from"] == post
    assert arrived["edited"]["id"] == edited
    assert arrived["message"] == timeline["messages"][0]
    assert arrived["message"]["id"] == message
    assert arrived["person"]["name"] == "Ana R."
    assert arrived["bill"] == x.control("GET", "bill")


def test_a_deleted_post_is_told_as_deleted(x):
    post = x.says("ana", "oh no")
    answer, stream = listen(x)

    x.control("DELETE", f"posts/{post}")
    name, data, _ = next(stream)
    answer.close()

    assert (name, data["id"], data["deleted"]) == ("deleted", post, True)


def test_after_a_cut_nothing_is_missed(x):
    answer, stream = listen(x)
    x.says("ana", "one")
    *_, seen = next(stream)
    answer.close()
    x.says("ana", "two")

    answer, stream = listen(x, **{"Last-Event-ID": seen})
    _, data, _ = next(stream)
    answer.close()

    assert data["text"] == "two"


def test_who_was_away_too_long_is_told_to_read_the_timeline_again(x):
    headers = {"Last-Event-ID": "0000-7"}
    answer = x.session.get(x.base + "/sandbox/stream", headers=headers, stream=True, timeout=5)
    name, *_ = next(events(answer))
    answer.close()

    assert name == "reset"
