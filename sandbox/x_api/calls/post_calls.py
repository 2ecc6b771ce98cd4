"""Posts: written, read by id, deleted.

Sources: X's OpenAPI description 2.167 (bodies and parameters); the refusals as answered by X (2026-11-21).
"""

from typing import Any

from commands.text import weigh
from sandbox.world.composing import POST_WEIGHT
from sandbox.world.records import Person, Post
from sandbox.x_api.call import Answer, Call, as_id, as_ids
from sandbox.x_api.expanding import charge_posts, post_includes
from sandbox.x_api.fields import Wanted, check_parameters, wanted
from sandbox.x_api.problem_bodies import (
    DUPLICATE,
    NOT_PERMITTED,
    NOT_QUOTABLE,
    NOT_SUMMONED,
    NOT_VISIBLE,
    RESTRICTED,
    TOO_LONG,
    Json,
    forbidden,
    invalid,
    not_authorized,
    not_found,
    plain,
)
from sandbox.x_api.shapes import post_json
from sandbox.x_api.sight import hidden_because, is_late

_NOT_PLAYED = ("poll", "geo", "community_id", "card_uri", "edit_options", "direct_message_deep_link")
_PLAYED = ("media", "quote_tweet_id", "reply", "reply_settings", "text")
_IGNORED = (
    "for_super_followers_only",
    "made_with_ai",
    "nullcast",
    "paid_partnership",
    "share_with_followers",
)
_BODY = frozenset([*_PLAYED, *_IGNORED, *_NOT_PLAYED])
_REPLY_BODY = frozenset(["in_reply_to_tweet_id", "exclude_reply_user_ids", "auto_populate_reply_metadata"])


def create(call: Call) -> Answer:
    """`POST /2/tweets`: 201 with id and text, or the refusal X gives."""
    sent = call.json_body(_BODY)
    for key in _NOT_PLAYED:
        if key in sent:
            raise invalid(f"$.{key}: the sandbox does not play this part of X")
    text = sent.get("text", "")
    if not isinstance(text, str):
        raise invalid("$.text: must be a string")
    media = _media(call, sent.get("media"))
    if not text.strip() and not media:
        raise invalid("$.text: a text or media is required")
    if weigh(text).length > POST_WEIGHT:
        raise plain(400, "Bad Request", TOO_LONG)
    parent, left_out = _reply_target(call, sent.get("reply"))
    quoted = _quote_target(call, sent.get("quote_tweet_id"))
    if call.profile.refuses_duplicates and text.strip() and call.world.said_lately(call.person, text):
        raise forbidden(DUPLICATE)
    settings = sent.get("reply_settings") or "everyone"
    post = call.world.post(
        call.person,
        text,
        parent=parent,
        quotes=quoted,
        media=media,
        reply_settings=str(settings),
        leave_out=left_out,
    )
    call.bill.charge_write(_price_of(call, post, parent))
    history = wanted(call.query).words.history
    return 201, {"data": {"id": str(post.id), "text": post.text, history: [str(post.id)]}}


def read_one(call: Call) -> Answer:
    """`GET /2/tweets/:id`; a deleted or unknown post is 200 with `errors`."""
    check_parameters(call.query, frozenset())
    asked = wanted(call.query)
    posts, errors = _look_up(call, [call.path_id()], "id")
    body: Json = {"data": post_json(call.world, posts[0], asked)} if posts else {}
    return 200, _with_extras(call, body, posts, errors, asked)


def read_many(call: Call) -> Answer:
    """`GET /2/tweets?ids=`: what is there in `data`, what is not in `errors`."""
    check_parameters(call.query, frozenset(["ids"]))
    asked = wanted(call.query)
    posts, errors = _look_up(call, as_ids("ids", call.query.get("ids")), "ids")
    body: Json = {"data": [post_json(call.world, post, asked) for post in posts]} if posts else {}
    return 200, _with_extras(call, body, posts, errors, asked)


def delete(call: Call) -> Answer:
    """`DELETE /2/tweets/:id`: only one's own; what is gone already counts as deleted."""
    post = call.world.posts.by_id.get(call.path_id())
    if post is not None and post.author != call.person.id:
        raise forbidden("You are not authorized to delete this Tweet.")
    if post is not None and not post.deleted:
        call.world.delete_post(post)
    call.bill.charge_write("post.delete")
    return 200, {"data": {"deleted": True}}


def _look_up(call: Call, ids: list[int], parameter: str) -> tuple[list[Post], list[Json]]:
    posts: list[Post] = []
    errors: list[Json] = []
    for one in ids:
        post = call.world.posts.by_id.get(one)
        reason = "gone"
        if post is not None and not is_late(call.world, one, call.effects):
            post = call.world.posts.newest_version(post)
            reason = hidden_because(call.world, post, call.caller.person) or ""
        if post is not None and not reason:
            posts.append(post)
        else:
            say = not_authorized if reason == "protected" else not_found
            errors.append(say("tweet", parameter, str(one)))
    return posts, errors


def _with_extras(call: Call, body: Json, posts: list[Post], errors: list[Json], asked: Wanted) -> Json:
    charge_posts(call, posts)
    body |= post_includes(call, posts, asked)
    return body | ({"errors": errors} if errors else {})


def _media(call: Call, sent: Any) -> list[int]:
    if sent is None:
        return []
    ids = sent.get("media_ids") if isinstance(sent, dict) else None
    if not isinstance(ids, list) or not 1 <= len(ids) <= 4:
        raise invalid("$.media.media_ids: between 1 and 4 ids are required")
    numbers = [as_id("media_ids", one) for one in ids]
    owned = [call.world.media.get(one) for one in numbers]
    if any(media is None or media.owner != call.person.id for media in owned):
        raise plain(400, "Bad Request", "Your media IDs are invalid.")
    return numbers


def _reply_target(call: Call, sent: Any) -> tuple[Post | None, frozenset[int]]:
    if sent is None:
        return None, frozenset()
    if not isinstance(sent, dict) or not sent.keys() <= _REPLY_BODY or "in_reply_to_tweet_id" not in sent:
        raise invalid("$.reply: in_reply_to_tweet_id is required")
    world, me = call.world, call.person
    target = world.posts.by_id.get(as_id("in_reply_to_tweet_id", sent["in_reply_to_tweet_id"]))
    if target is None or hidden_because(world, target, me) is not None:
        raise forbidden(NOT_VISIBLE)
    author = world.crowd.by_id[target.author]
    if author.blocks_brand and me.id == world.brand.id:
        raise forbidden(NOT_PERMITTED)
    named = me.id in target.mentioned
    restricted = target.reply_settings != "everyone" and not (
        target.reply_settings == "mentionedUsers" and named
    )
    if restricted and author.id != me.id:
        raise forbidden(RESTRICTED)
    if author.id != me.id and not named and not _quotes(call, target, me):
        raise forbidden(NOT_SUMMONED)
    left_out = sent.get("exclude_reply_user_ids") or []
    if not isinstance(left_out, list):
        raise invalid("$.reply.exclude_reply_user_ids: must be a list of ids")
    return target, frozenset(as_id("exclude_reply_user_ids", one) for one in left_out)


def _quotes(call: Call, post: Post, person: Person) -> bool:
    quoted = call.world.posts.by_id.get(post.quotes) if post.quotes else None
    return quoted is not None and quoted.author == person.id


def _quote_target(call: Call, sent: Any) -> Post | None:
    if sent is None:
        return None
    target = call.world.posts.by_id.get(as_id("quote_tweet_id", sent))
    if target is None or hidden_because(call.world, target, call.person) is not None:
        raise forbidden(NOT_VISIBLE)
    if target.author != call.person.id and call.person.id not in target.mentioned:
        raise forbidden(NOT_QUOTABLE)
    return target


def _price_of(call: Call, post: Post, parent: Post | None) -> str:
    if "urls" in post.entities:
        return "post.create.url"
    summoned = parent is not None and parent.author != call.person.id
    return "post.create.summoned" if summoned else "post.create"
