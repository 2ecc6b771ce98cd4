"""Controls of the story: people, posts, messages, the timeline and its stream."""

import base64
from bisect import bisect_right
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from sandbox.control.asked import Refused, answer, body_of, free_username, need, number_of, person_of, post_of
from sandbox.feed import Feed, message_item, person_item, post_item
from sandbox.world.snowflakes import id_of
from sandbox.world.world import World
from sandbox.x_api.problem_bodies import NO_DM
from sandbox.x_api.shapes import may_message

_PERSON: dict[str, Any] = {
    "username": str,
    "name": str,
    "lang": str,
    "accepts_dms": bool,
    "protected": bool,
    "suspended": bool,
    "blocks_brand": bool,
    "verified": bool,
}
_POST: dict[str, Any] = dict.fromkeys(
    ["as", "text", "in_reply_to", "quotes", "reposts", "reply_settings"], str
)
_REPLY_SETTINGS = ("everyone", "mentionedUsers", "following", "subscribers", "verified")


class Story:
    """What people do on the local X, through its own app."""

    def __init__(self, world: World, feed: Feed) -> None:
        self._world, self._feed = world, feed

    async def people(self, _: Request) -> Response:
        """Everybody, in the order they came."""
        world = self._world
        return answer({"people": [person_item(world, person) for person in world.crowd.by_id.values()]})

    async def add_person(self, request: Request) -> Response:
        """A new account."""
        sent = await body_of(request, _PERSON)
        username = free_username(self._world, need(sent, "username"))
        person = self._world.add_person(**{"name": username} | sent | {"username": username})
        return answer({"id": str(person.id)}, 201)

    async def change_person(self, request: Request) -> Response:
        """Other settings for an account."""
        person = person_of(self._world, request.path_params["username"])
        sent = await body_of(request, _PERSON)
        if "username" in sent:
            sent["username"] = free_username(self._world, sent["username"], person)
        return answer({"id": str(self._world.change_person(person, **sent).id)})

    async def post(self, request: Request) -> Response:
        """A new post, by whomever."""
        sent = await body_of(request, _POST)
        world = self._world
        author = person_of(world, need(sent, "as"))
        parent, quoted, reposted = (
            post_of(world, sent[key]) if key in sent else None for key in ("in_reply_to", "quotes", "reposts")
        )
        text = sent.get("text", "")
        if not text.strip() and reposted is None:
            raise Refused(400, "'text' is missing")
        settings = sent.get("reply_settings", "everyone")
        if settings not in _REPLY_SETTINGS:
            raise Refused(400, f"'reply_settings' is one of {', '.join(_REPLY_SETTINGS)}")
        post = world.post(
            author, text, parent=parent, quotes=quoted, reposts=reposted, reply_settings=settings
        )
        return answer({"id": str(post.id)}, 201)

    async def edit(self, request: Request) -> Response:
        """A new version of a post; X's limits on editing (30 minutes, 5 times) are not kept here."""
        post = self._world.posts.newest_version(post_of(self._world, request.path_params["id"]))
        text = need(await body_of(request, {"text": str}), "text")
        if not text.strip():
            raise Refused(400, "'text' is missing")
        return answer({"id": str(self._world.edit(post, text).id)})

    async def delete(self, request: Request) -> Response:
        """Deletes a post with all its versions."""
        self._world.delete_post(post_of(self._world, request.path_params["id"]))
        return answer({"deleted": True})

    async def message(self, request: Request) -> Response:
        """A private message; the brand's colleague is refused where X refuses the brand."""
        sent = await body_of(request, {"as": str, "text": str, "to": str})
        world = self._world
        sender = person_of(world, need(sent, "as"))
        receiver = person_of(world, sent["to"]) if "to" in sent else world.brand
        if receiver.id == sender.id:
            raise Refused(400, "nobody can write to themselves: name another with 'to'")
        if sender.id == world.brand.id and not may_message(world, sender, receiver):
            raise Refused(403, NO_DM)
        if not need(sent, "text").strip():
            raise Refused(400, "'text' is missing")
        return answer({"id": str(world.send_message(sender, receiver, sent["text"]).id)}, 201)

    async def timeline(self, request: Request) -> Response:
        """Posts and messages newer than an id, oldest first."""
        after = number_of(request, "after") or 0
        world = self._world
        posts, messages = world.posts, world.messages
        new_posts = posts.all_ids[bisect_right(posts.all_ids, after) :]
        new_messages = messages.all_ids[bisect_right(messages.all_ids, after) :]
        return answer(
            {
                "posts": [post_item(world, posts.by_id[one]) for one in new_posts],
                "messages": [message_item(world, messages.by_id[one]) for one in new_messages],
            }
        )

    async def stream(self, request: Request) -> Response:
        """Changes as they happen."""
        last_seen = request.headers.get("last-event-id") or request.query_params.get("after")
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(
            self._feed.stream(last_seen), media_type="text/event-stream", headers=headers
        )

    async def picture(self, request: Request) -> Response:
        """An uploaded picture."""
        identity = request.path_params["id"]
        media = self._world.media.get(id_of(identity) or 0)
        if media is None:
            raise Refused(404, f"there is no media {identity}")
        return Response(base64.b64decode(media.content), media_type=media.mime)
