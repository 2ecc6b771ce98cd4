"""Turns X's posts and messages into rows of the inbox, and rows into what can be decided.

The object is stored as X sent it, so that a row can always be read again; urgent words put it first in line.
"""

import orjson

from bot.flow.decide.decision import URGENT, USUAL
from bot.flow.decide.incoming import Incoming
from bot.x.wire import ShapeError, XMessage, XPost, read_message, read_post
from commands.lexicon.urgent import urgent
from commands.parse import Parsed, parse_message, parse_post
from storage.inbox import ClaimedMention, NewMention
from storage.mentions import MentionRow
from storage.states import MentionKind, Reason


def received_post(post: XPost, *, skipped: Reason | None = None) -> NewMention:
    """The row of a post; `skipped` stores it as done at once."""
    parsed = _parse_post(post)
    return NewMention(
        x_id=post.id,
        kind=MentionKind.POST,
        author_id=post.author_id,
        conversation_key=post.author_id,
        edit_root_id=post.edit_root_id,
        posted_at=post.created_at,
        text=parsed.text,
        x_json=orjson.dumps(post.raw).decode(),
        in_reply_to_id=post.replied_to_id,
        priority=_priority(parsed),
        skipped=skipped,
    )


def received_message(message: XMessage, *, skipped: Reason | None = None) -> NewMention:
    """The row of a direct message a person wrote to us."""
    parsed = parse_message(message.text)
    return NewMention(
        x_id=message.id,
        kind=MentionKind.MESSAGE,
        author_id=message.sender_id,
        conversation_key=message.sender_id,
        edit_root_id=message.id,
        posted_at=message.created_at,
        text=parsed.text,
        x_json=orjson.dumps(message.raw).decode(),
        priority=_priority(parsed),
        skipped=skipped,
    )


def read_row(row: ClaimedMention | MentionRow, text: str, x_json: str, brand_id: str) -> Incoming:
    """A row of the inbox, ready to be judged. One whose body was forgotten says nothing."""
    try:
        if row.kind == MentionKind.POST:
            return read_incoming_post(read_post(orjson.loads(x_json)), brand_id, mention_id=row.id)
        return read_incoming_message(read_message(orjson.loads(x_json)), mention_id=row.id)
    except (ShapeError, orjson.JSONDecodeError):
        return _only_text(row, text)


def read_incoming_post(post: XPost, brand_id: str, *, mention_id: int = 0) -> Incoming:
    """A post, ready to be judged."""
    parsed = _parse_post(post)
    return Incoming(
        mention_id=mention_id,
        x_id=post.id,
        kind=MentionKind.POST,
        author_id=post.author_id,
        posted_at=post.created_at,
        text=parsed.text,
        parsed=parsed,
        addressed=parsed.names(brand_id),
        is_repost=post.is_repost,
        in_reply_to_id=post.replied_to_id,
        in_reply_to_user_id=post.in_reply_to_user_id,
        edit_root_id=post.edit_root_id,
        lang=post.lang,
    )


def read_incoming_message(message: XMessage, *, mention_id: int = 0) -> Incoming:
    """A direct message, ready to be judged."""
    parsed = parse_message(message.text)
    return Incoming(
        mention_id=mention_id,
        x_id=message.id,
        kind=MentionKind.MESSAGE,
        author_id=message.sender_id,
        posted_at=message.created_at,
        text=parsed.text,
        parsed=parsed,
        edit_root_id=message.id,
    )


def _only_text(row: ClaimedMention | MentionRow, text: str) -> Incoming:
    is_post = row.kind == MentionKind.POST
    parsed = parse_post(text) if is_post else parse_message(text)
    return Incoming(
        mention_id=row.id,
        x_id=row.x_id,
        kind=MentionKind(row.kind),
        author_id=row.author_id,
        posted_at=row.posted_at,
        text=text,
        parsed=parsed,
        in_reply_to_id=row.in_reply_to_id,
        edit_root_id=row.edit_root_id,
    )


def _parse_post(post: XPost) -> Parsed:
    entities = post.entities
    return parse_post(post.text, entities.hashtags, entities.mentions, post.display_text_range)


def _priority(parsed: Parsed) -> int:
    return URGENT if urgent(parsed.text) else USUAL
