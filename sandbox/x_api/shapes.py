"""Posts, people, messages and media as X's JSON, with exactly the fields asked for, and what is expanded.

Source of the shapes: https://docs.x.com/x-api/fundamentals/data-dictionary and X's OpenAPI description 2.167.
"""

from collections.abc import Callable
from typing import Any

from sandbox.world.records import Media, Message, Person, Post
from sandbox.world.snowflakes import iso, ms_of
from sandbox.world.world import World
from sandbox.x_api.fields import Wanted
from sandbox.x_api.problem_bodies import Json

EDIT_MS = 30 * 60_000
EDITS = 5
PICTURE = "https://pbs.twimg.com/profile_images/{}/normal.png"


def post_json(world: World, post: Post, wanted: Wanted) -> Json:
    """A post with the fields asked for; those without a value are absent, as with X."""
    shown: Json = {
        "id": str(post.id),
        "text": post.text,
        wanted.words.history: [str(version) for version in post.history],
    }
    for name in wanted.post:
        make = _POST.get(name)
        value = make(post) if make else _looked_up(world, post, name, wanted)
        if value is not None:
            shown[_post_name(name, wanted)] = value
    if "author_id" in wanted.expansions:
        shown["author_id"] = str(post.author)
    if "in_reply_to_user_id" in wanted.expansions and post.parent_author is not None:
        shown["in_reply_to_user_id"] = str(post.parent_author)
    _show_expanded_media(shown, post, wanted)
    if not _REFERENCES.isdisjoint(wanted.expansions) and (references := _references(post)):
        shown[wanted.words.referenced] = references
    return shown


def user_json(world: World, person: Person, wanted: Wanted, viewer: Person | None) -> Json:
    """A person with the fields asked for."""
    shown: Json = {"id": str(person.id), "name": person.name, "username": person.username}
    for name in wanted.user:
        if name in _USER:
            shown[name] = _USER[name](person)
    if "public_metrics" in wanted.user:
        shown["public_metrics"] = _user_metrics(world, person, wanted)
    if "receives_your_dm" in wanted.user:
        shown["receives_your_dm"] = viewer is not None and may_message(world, viewer, person)
    return shown


def message_json(message: Message, wanted: Wanted) -> Json:
    """A private message as a DM event."""
    shown: Json = {"id": str(message.id), "event_type": "MessageCreate"}
    if message.text:
        shown["text"] = message.text
    for name in wanted.message:
        make = _MESSAGE.get(name)
        value = make(message) if make else None
        if value is not None:
            shown[name] = value
    if "sender_id" in wanted.expansions:
        shown["sender_id"] = str(message.sender)
    _show_expanded_media(shown, message, wanted)
    return shown


def media_json(media: Media, wanted: Wanted) -> Json:
    """A media file."""
    shown: Json = {"media_key": media_key(media.id), "type": media_kind(media)}
    values = {
        "alt_text": media.alt_text or None,
        "width": media.width or None,
        "height": media.height or None,
        "url": f"https://pbs.twimg.com/media/{media.id}",
    }
    return shown | {
        name: value for name, value in values.items() if name in wanted.media and value is not None
    }


def media_key(identity: int) -> str:
    """X's key of an uploaded picture."""
    return f"3_{identity}"


def media_kind(media: Media) -> str:
    """X's word for what a file is."""
    return {"image/gif": "animated_gif", "video/mp4": "video"}.get(media.mime, "photo")


_REFERENCES = {"referenced_tweets", "referenced_tweets.id", "referenced_tweets.id.author_id"}


def may_message(world: World, sender: Person, receiver: Person) -> bool:
    """Whether X lets one person write privately to another: who has written first may always be answered."""
    if receiver.suspended or (receiver.blocks_brand and sender.id == world.brand.id):
        return False
    return receiver.accepts_dms or world.messages.has_written(receiver.id, sender.id)


def _post_name(name: str, wanted: Wanted) -> str:
    return {"note_tweet": wanted.words.note, "referenced_tweets": wanted.words.referenced}.get(name, name)


def _looked_up(world: World, post: Post, name: str, wanted: Wanted) -> Any:
    if name == "public_metrics":
        return _metrics(world, post, wanted)
    return world.crowd.by_id[post.author].username if name == "username" else None


def _references(post: Post) -> list[Json] | None:
    found = [("retweeted", post.reposts), ("quoted", post.quotes), ("replied_to", post.parent)]
    return [{"type": kind, "id": str(what)} for kind, what in found if what is not None] or None


def _media_keys(holder: Post | Message) -> Json | None:
    return {"media_keys": [media_key(one) for one in holder.media]} if holder.media else None


def _show_expanded_media(shown: Json, holder: Post | Message, wanted: Wanted) -> None:
    """Whoever expands media is told which they are, asked for or not.

    Source: "Retrieving a media object", https://docs.x.com/x-api/fundamentals/data-dictionary (2026-08-22).
    """
    if "attachments.media_keys" in wanted.expansions and holder.media:
        shown["attachments"] = _media_keys(holder)


def _metrics(world: World, post: Post, wanted: Wanted) -> Json:
    index = world.posts
    return {
        wanted.words.reposts: len(index.reposts_of.get(post.id, ())),
        "reply_count": len(index.answers_to.get(post.id, ())),
        "like_count": 0,
        "quote_count": len(index.quotes_of.get(post.id, ())),
        "bookmark_count": 0,
        "impression_count": 0,
    }


def _edit_controls(post: Post) -> Json:
    own_thread = post.parent_author in (None, post.author)
    return {
        "edits_remaining": max(EDITS - (len(post.history) - 1), 0),
        "is_edit_eligible": own_thread and post.reposts is None,
        "editable_until": iso(ms_of(post.history[0]) + EDIT_MS),
    }


def _user_metrics(world: World, person: Person, wanted: Wanted) -> Json:
    return {
        "followers_count": 0,
        "following_count": 0,
        wanted.words.count: len(world.posts.by_author.get(person.id, ())),
        "listed_count": 0,
        "like_count": 0,
        "media_count": 0,
    }


_POST: dict[str, Callable[[Post], Any]] = {
    "attachments": _media_keys,
    "author_id": lambda post: str(post.author),
    "conversation_id": lambda post: str(post.conversation),
    "created_at": lambda post: iso(ms_of(post.id)),
    "display_text_range": lambda post: list(post.display),
    "edit_controls": _edit_controls,
    "entities": lambda post: post.entities or None,
    "in_reply_to_user_id": lambda post: str(post.parent_author) if post.parent_author else None,
    "lang": lambda post: post.lang,
    "note_tweet": lambda post: post.note,
    "possibly_sensitive": lambda post: False,  # noqa: ARG005 - nothing here is
    "referenced_tweets": _references,
    "reply_settings": lambda post: post.reply_settings,
}

_USER: dict[str, Callable[[Person], Any]] = {
    "created_at": lambda person: iso(ms_of(person.id)),
    "profile_image_url": lambda person: PICTURE.format(person.id),
    "protected": lambda person: person.protected,
    "verified": lambda person: person.verified,
    "verified_type": lambda person: "business" if person.verified else "none",
}

_MESSAGE: dict[str, Callable[[Message], Any]] = {
    "attachments": _media_keys,
    "created_at": lambda message: iso(ms_of(message.id)),
    "dm_conversation_id": lambda message: message.conversation,
    "entities": lambda message: message.entities or None,
    "sender_id": lambda message: str(message.sender),
}
