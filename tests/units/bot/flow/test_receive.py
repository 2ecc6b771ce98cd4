"""A row of the inbox says what the post or message said, whoever else it names."""

from typing import Any

import orjson
import pytest

from bot.flow.decide.decision import URGENT, USUAL
from bot.flow.receive import read_row, received_message, received_post
from bot.x.wire import read_message, read_post
from storage.inbox import ClaimedMention, NewMention

BRAND_ID = "1"
NAMED = {"start": 0, "end": 10, "username": "BrightTel", "id": BRAND_ID}


def post(text: str, **fields: Any) -> dict[str, Any]:
    return {"id": "700", "text": text, "author_id": "11", "entities": {"mentions": [NAMED]}, **fields}


def claimed(new: NewMention) -> ClaimedMention:
    return ClaimedMention(
        id=7, x_id=new.x_id, kind=new.kind, author_id=new.author_id, conversation_key=new.conversation_key,
        position=int(new.x_id), in_reply_to_id=new.in_reply_to_id, edit_root_id=new.edit_root_id,
        posted_at=new.posted_at, received_at=new.posted_at, priority=new.priority, tries=1, suspect=False,
        commands="", ticket_id=None, handover_id=None, lease_until_ms=0, fence=1, text=new.text,
        x_json=new.x_json,
    )  # fmt: skip


def test_what_is_stored_is_read_back_as_it_was() -> None:
    new = received_post(read_post(post("@BrightTel #data &amp; #text", in_reply_to_user_id="9")))

    read = read_row(claimed(new), new.text, new.x_json, BRAND_ID)

    assert read.text == new.text == "@BrightTel #data & #text"
    assert read.addressed
    assert (read.x_id, read.author_id, read.in_reply_to_user_id) == ("700", "11", "9")
    assert orjson.loads(new.x_json)["text"] == "@BrightTel #data &amp; #text"


def test_all_that_one_person_asks_is_one_conversation() -> None:
    asked = received_post(read_post(post("@BrightTel #data")))
    wrote = received_message(read_message({"id": "701", "text": "hi", "sender_id": "11"}))

    assert asked.conversation_key == wrote.conversation_key == "11"


def test_an_edited_post_belongs_to_the_chain_of_its_first_text() -> None:
    new = received_post(read_post(post("@BrightTel #data", edit_history_tweet_ids=["650", "700"])))

    assert new.edit_root_id == "650"


@pytest.mark.parametrize(
    ("text", "priority"), [("@BrightTel my mum died", URGENT), ("@BrightTel #data", USUAL)]
)
def test_urgent_words_go_first(text: str, priority: int) -> None:
    assert received_post(read_post(post(text))).priority == priority


def test_a_row_whose_body_was_forgotten_says_nothing() -> None:
    new = received_post(read_post(post("@BrightTel #data")))

    read = read_row(claimed(new), "", "{}", BRAND_ID)

    assert read.text == ""
    assert read.parsed.hashtags == ()
