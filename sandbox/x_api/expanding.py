"""Expansions: the objects X puts into `includes`, and what everything returned is charged."""

from collections.abc import Iterable

from sandbox.world.records import Message, Post
from sandbox.x_api.call import Call
from sandbox.x_api.fields import Wanted
from sandbox.x_api.problem_bodies import Json
from sandbox.x_api.shapes import media_json, post_json, user_json
from sandbox.x_api.sight import hidden_because


def charge_posts(call: Call, posts: Iterable[Post], owned: bool = False) -> None:
    """Books posts returned in `data`."""
    call.bill.charge_reads("post.read.owned" if owned else "post.read", [post.id for post in posts])


def is_owned_read(call: Call, user_id: int) -> bool:
    """Whether a list is read at the owner's price: the app belongs to the brand.

    Source: "Owned Reads", https://docs.x.com/x-api/getting-started/pricing (2026-11-21).
    """
    person = call.caller.person
    return person is not None and person.id == user_id == call.world.brand.id


def post_includes(call: Call, posts: list[Post], wanted: Wanted) -> Json:
    """The `includes` of some posts, charged; empty when nothing is expanded."""
    if wanted.expansions.isdisjoint(_POST_EXPANSIONS):
        return {}
    related = _related_posts(call, posts, wanted)
    people: dict[int, None] = {}
    for post in posts:
        if "author_id" in wanted.expansions:
            people[post.author] = None
        if "in_reply_to_user_id" in wanted.expansions and post.parent_author is not None:
            people[post.parent_author] = None
        if "entities.mentions.username" in wanted.expansions:
            people |= dict.fromkeys(post.mentioned)
    if "referenced_tweets.id.author_id" in wanted.expansions:
        people |= dict.fromkeys(post.author for post in related)
    media = (
        [one for post in posts for one in post.media] if "attachments.media_keys" in wanted.expansions else []
    )
    return _include(call, wanted, list(people), related, media)


def message_includes(call: Call, messages: list[Message], wanted: Wanted) -> Json:
    """The `includes` of some messages, charged."""
    people: dict[int, None] = {}
    for message in messages:
        if "sender_id" in wanted.expansions or "participant_ids" in wanted.expansions:
            people[message.sender] = None
        if "participant_ids" in wanted.expansions:
            people[message.receiver] = None
    wants_media = "attachments.media_keys" in wanted.expansions
    media = [one for message in messages for one in message.media] if wants_media else []
    return _include(call, wanted, list(people), [], media)


_REFERENCED = ("referenced_tweets", "referenced_tweets.id", "referenced_tweets.id.author_id")
_POST_EXPANSIONS = {
    *_REFERENCED,
    "author_id",
    "in_reply_to_user_id",
    "entities.mentions.username",
    "attachments.media_keys",
    "edit_history_tweet_ids",
}


def _related_posts(call: Call, posts: list[Post], wanted: Wanted) -> list[Post]:
    ids: dict[int, None] = {}
    for post in posts:
        if not wanted.expansions.isdisjoint(_REFERENCED):
            ids |= dict.fromkeys(one for one in (post.parent, post.quotes, post.reposts) if one is not None)
        if "edit_history_tweet_ids" in wanted.expansions:
            ids |= dict.fromkeys(version for version in post.history if version != post.id)
    found = (call.world.posts.by_id[one] for one in ids)
    return [post for post in found if hidden_because(call.world, post, call.caller.person) is None]


def _include(call: Call, wanted: Wanted, people: list[int], posts: list[Post], media: list[int]) -> Json:
    world = call.world
    includes: Json = {}
    if people:
        call.bill.charge_reads("user.read", people)
        includes["users"] = [
            user_json(world, world.crowd.by_id[one], wanted, call.caller.person) for one in people
        ]
    if posts:
        charge_posts(call, posts)
        includes[wanted.words.included] = [post_json(world, post, wanted) for post in posts]
    if media:
        includes["media"] = [media_json(world.media[one], wanted) for one in dict.fromkeys(media)]
    return {"includes": includes} if includes else {}
