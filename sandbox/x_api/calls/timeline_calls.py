"""A person's mentions and a person's own posts.

Sources: https://docs.x.com/x-api/posts/timelines/introduction (reach of 800 and 3,200; edited posts in their
newest version) and X's OpenAPI description 2.167 (parameters), 2026-11-21.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from sandbox.world.posts import newest_first
from sandbox.world.records import Post
from sandbox.x_api.call import Answer, Call
from sandbox.x_api.expanding import charge_posts, is_owned_read, post_includes
from sandbox.x_api.fields import check_parameters, wanted
from sandbox.x_api.paging import SPAN_PARAMETERS, Span, cut_page, page_json, span_of
from sandbox.x_api.problem_bodies import not_authorized, not_found, suspended
from sandbox.x_api.shapes import post_json
from sandbox.x_api.sight import listed

MENTIONS_REACH = 800
POSTS_REACH = 3_200


def mentions(call: Call) -> Answer:
    """`GET /2/users/:id/mentions`: posts that name, answer or quote a person, newest first, 800 at most."""
    check_parameters(call.query, SPAN_PARAMETERS)
    user_id = call.path_id()
    return _list(call, user_id, call.world.posts.addressing.get(user_id, []), MENTIONS_REACH, None)


def own_posts(call: Call) -> Answer:
    """`GET /2/users/:id/tweets`: a person's posts, replies and reposts, newest first, 3,200 at most."""
    check_parameters(call.query, SPAN_PARAMETERS | {"exclude"})
    left_out = set(filter(None, call.query.get("exclude", "").split(",")))

    def kept(post: Post) -> bool:
        return not (("replies" in left_out and post.parent) or ("retweets" in left_out and post.reposts))

    user_id = call.path_id()
    return _list(call, user_id, call.world.posts.by_author.get(user_id, []), POSTS_REACH, kept)


def _list(
    call: Call, user_id: int, ids: list[int], reach: int, kept: Callable[[Post], bool] | None
) -> Answer:
    world, viewer = call.world, call.caller.person
    asked = wanted(call.query)
    span = span_of(call.query, smallest=5, default=10)
    owner = world.crowd.by_id.get(user_id)
    if owner is None:
        return 200, {"errors": [not_found("user", "id", str(user_id))]}
    if owner.suspended:
        return 200, {"errors": [suspended("id", str(user_id))]}
    if owner.protected and (viewer is None or viewer.id != user_id):
        return 200, {"errors": [not_authorized("user", "id", str(user_id))]}
    found: Iterable[int] = () if not ids or ids[-1] <= span.above else _matching(call, ids, reach, span, kept)
    page, token = cut_page(found, span.size)
    posts = [world.posts.by_id[one] for one in page]
    charge_posts(call, posts, is_owned_read(call, user_id))
    body = page_json([post_json(world, post, asked) for post in posts], token, call.effects)
    return 200, body | post_includes(call, posts, asked)


def _matching(
    call: Call, ids: list[int], reach: int, span: Span, kept: Callable[[Post], bool] | None
) -> Iterator[int]:
    by_id = call.world.posts.by_id
    for one in islice(newest_first(ids), reach):
        if one <= span.above:
            return
        seen = (span.below is None or one < span.below) and listed(
            call.world, by_id[one], call.caller.person, call.effects
        )
        if seen and (kept is None or kept(by_id[one])):
            yield one
