"""What lists show and what they leave out: reach, pages, ids as numbers, late edits, who may see what.

Sources: https://docs.x.com/x-api/posts/timelines/introduction and https://docs.x.com/fundamentals/x-ids, read
2026-08-22.
"""

from html import unescape

import pytest


def every_page(x, path, query):
    pages, token = [], {}
    while True:
        page = x.get(path, query | token)
        pages.append(page)
        if "next_token" not in page["meta"]:
            return pages
        token = {"pagination_token": page["meta"]["next_token"]}


def ids_of(pages):
    return [post["id"] for page in pages for post in page.get("data", [])]


@pytest.fixture
def mentions_path(x):
    return f"/2/users/{x.id_of('BrightTel')}/mentions"


def test_only_the_800_newest_mentions_can_be_reached(x, mentions_path):
    made = [x.says("ana", f"@BrightTel number {number}") for number in range(805)]

    pages = every_page(x, mentions_path, {"max_results": 100})
    beyond = x.get(mentions_path, {"until_id": made[5], "max_results": 100})

    assert ids_of(pages) == list(reversed(made))[:800]
    assert all(page["meta"]["result_count"] == 100 for page in pages)
    assert beyond == {"meta": {"result_count": 0}}
    found = every_page(x, "/2/tweets/search/recent", {"query": "@BrightTel", "max_results": 100})
    assert made[0] in ids_of(found)


def test_a_page_tells_its_ends_and_the_last_has_no_next_token(x, mentions_path):
    since = x.says("ana", "@BrightTel before")
    made = [x.says("ana", f"@BrightTel page {number}") for number in range(7)]

    first, last = every_page(x, mentions_path, {"max_results": 5, "since_id": since})

    assert first["meta"].keys() == {"result_count", "newest_id", "oldest_id", "next_token"}
    assert (first["meta"]["newest_id"], first["meta"]["oldest_id"]) == (made[6], made[2])
    assert last["meta"].keys() == {"result_count", "newest_id", "oldest_id"}
    assert ids_of([first, last]) == list(reversed(made))


def test_since_id_leaves_its_own_post_out_and_compares_numbers(x, mentions_path):
    first, second = x.says("ana", "@BrightTel one"), x.says("ana", "@BrightTel two")

    assert ids_of([x.get(mentions_path, {"since_id": first})]) == [second]
    assert ids_of([x.get(mentions_path, {"since_id": str(int(first) - 1)})]) == [second, first]
    assert x.get(mentions_path, {"since_id": second}) == {"meta": {"result_count": 0}}
    # Of fewer digits, but a larger first one: as text it would come after every post there is.
    assert second in ids_of([x.get(mentions_path, {"since_id": "999"})])


def test_mentions_hold_replies_and_quotes_and_nothing_of_our_own(x, mentions_path):
    ours = x.call("POST", "/2/tweets", text="@BrightTel says so itself").json()["data"]["id"]
    reply = x.says("ben", "thanks", in_reply_to=ours)
    quote = x.says("ben", "have you seen this", quotes=ours)

    assert ids_of([x.get(mentions_path, {"since_id": ours})]) == [quote, reply]


def test_an_edited_mention_stands_once_with_its_newest_id_and_all_its_ids(x, mentions_path):
    old = x.says("ana", "@BrightTel #dta")
    new = x.control("PUT", f"posts/{old}", text="@BrightTel #data")["id"]

    page = x.get(mentions_path, {"since_id": str(int(old) - 1)})

    assert ids_of([page]) == [new]
    assert page["data"][0]["edit_history_tweet_ids"] == [old, new]
    assert page["data"][0]["text"] == "@BrightTel #data"


def test_a_deleted_a_protected_and_a_suspended_person_s_mention_is_not_listed(x, mentions_path):
    before = x.says("ana", "@BrightTel still here")
    gone = x.says("ana", "@BrightTel gone")
    x.control("DELETE", f"posts/{gone}")
    hidden, lost = x.says("tariq", "@BrightTel psst"), x.says("viktor", "@BrightTel hey")

    with x.person("tariq", protected=True), x.person("viktor", suspended=True):
        shown = ids_of([x.get(mentions_path, {"since_id": before})])

    assert shown == []
    assert ids_of([x.get(mentions_path, {"since_id": before})]) == [lost, hidden]


def test_what_is_there_and_what_is_not_come_in_one_answer(x):
    here, gone = x.says("ana", "here"), x.says("ana", "gone")
    x.control("DELETE", f"posts/{gone}")

    both = x.get("/2/tweets", {"ids": f"{here},{gone}"})
    alone = x.get(f"/2/tweets/{gone}")

    assert ids_of([both]) == [here]
    assert both["errors"] == [
        {
            "value": gone,
            "detail": f"Could not find tweet with ids: [{gone}].",
            "title": "Not Found Error",
            "resource_type": "tweet",
            "parameter": "ids",
            "resource_id": gone,
            "type": both["errors"][0]["type"],
        }
    ]
    assert both["errors"][0]["type"].endswith("/problems/resource-not-found")
    assert alone.keys() == {"errors"}


def test_a_long_post_is_cut_and_stands_whole_in_its_note(x):
    text = "@BrightTel " + "it goes on & on " * 40
    post = x.says("ana", text)

    shown = x.get(f"/2/tweets/{post}", {"tweet.fields": "note_tweet,entities"})["data"]

    assert len(unescape(shown["text"])) <= 280
    assert shown["note_tweet"]["text"] == text.replace("&", "&amp;")


def test_offsets_count_code_points_of_the_escaped_text(x):
    post = x.says("ana", "😀 <3 @BrightTel #data")

    shown = x.get(f"/2/tweets/{post}", {"tweet.fields": "entities"})["data"]

    tag, name = shown["entities"]["hashtags"][0], shown["entities"]["mentions"][0]
    assert shown["text"][tag["start"] : tag["end"]] == "#data"
    assert shown["text"][name["start"] : name["end"]] == "@BrightTel"
    assert shown["text"].startswith("😀 &lt;3 ")
    assert name["id"] == x.id_of("BrightTel")


def test_names_filled_in_at_the_head_of_a_reply_are_outside_the_shown_range(x):
    root = x.says("ana", "@ben have you asked @BrightTel")
    below = x.says("carys", "I have, #data works", in_reply_to=root)

    shown = x.get(f"/2/tweets/{below}", {"tweet.fields": "entities,display_text_range"})["data"]

    start, end = shown["display_text_range"]
    assert shown["text"][start:end] == "I have, #data works"
    assert {one["username"] for one in shown["entities"]["mentions"]} == {"ana", "ben", "BrightTel"}
    assert all(one["end"] <= start for one in shown["entities"]["mentions"])


def test_messages_go_30_days_back_and_deleting_takes_only_our_own_copy(x):
    old = x.writes("ana", "a month ago")
    kept = x.writes("ben", "with you I keep in touch")
    assert x.call("DELETE", f"/2/dm_events/{kept}").json() == {"data": {"deleted": True}}
    theirs = [one["id"] for one in x.get("/2/dm_events", by="ben")["data"]]
    ours = [one["id"] for one in x.get("/2/dm_events")["data"]]
    for _ in range(31):
        x.control("POST", "clock", advance_seconds=86_400)

    later = x.get("/2/dm_events")

    assert kept in theirs
    assert kept not in ours
    assert old in ours
    assert later == {"meta": {"result_count": 0}}
