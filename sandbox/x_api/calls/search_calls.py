"""Recent search: seven days back, all terms of the query joined by AND.

Source: https://docs.x.com/x-api/posts/search/integrate/operators (2026-11-21). Operators the sandbox does not
play (OR, groups, places…) get the 400 X gives for a query it cannot read, with a message that says so.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sandbox.world.posts import newest_first
from sandbox.world.records import Post
from sandbox.world.snowflakes import DAY_MS, id_at, id_of, iso
from sandbox.world.world import World
from sandbox.x_api.call import Answer, Call
from sandbox.x_api.expanding import charge_posts, post_includes
from sandbox.x_api.fields import check_parameters, wanted
from sandbox.x_api.paging import SPAN_PARAMETERS, cut_page, page_json, span_of
from sandbox.x_api.problem_bodies import Problem, invalid
from sandbox.x_api.shapes import post_json
from sandbox.x_api.sight import listed

REACH_MS = 7 * DAY_MS
LONGEST = 4_096

_PARAMETERS = SPAN_PARAMETERS | {"query", "next_token", "sort_order"}
_TERM = re.compile(r'(-?)(?:"([^"]*)"|(\S+))')

Test = Callable[[Post], bool]


@dataclass(slots=True)
class Query:
    """What a post must meet, and the shortest known list that holds every post that can."""

    tests: list[Test] = field(default_factory=list)
    within: list[int] | None = None
    standalone: bool = False

    def narrow(self, ids: list[int]) -> None:
        """Only posts of this list can match."""
        if self.within is None or len(ids) < len(self.within):
            self.within = ids


def recent(call: Call) -> Answer:
    """`GET /2/tweets/search/recent`: newest first; a `since_id` older than seven days is refused."""
    check_parameters(call.query, _PARAMETERS)
    asked = wanted(call.query)
    text = call.query.get("query", "")
    if not 1 <= len(text) <= LONGEST:
        raise invalid(f"Invalid 'query':'{text[:80]}'. 'query' must be a non-empty string", query=text[:80])
    span = span_of(call.query, smallest=10, default=10)
    oldest = id_at(call.world.now_ms() - REACH_MS)
    _check_age(call, oldest)
    query = read_query(call.world, text)
    ids = call.world.posts.all_ids if query.within is None else query.within
    page, token = cut_page(_matching(call, query, ids, max(span.above, oldest - 1), span.below), span.size)
    posts = [call.world.posts.by_id[one] for one in page]
    charge_posts(call, posts)
    body = page_json([post_json(call.world, post, asked) for post in posts], token, call.effects)
    return 200, body | post_includes(call, posts, asked)


def read_query(world: World, text: str) -> Query:
    """A query understood.

    Raises: Problem 400 for what X or the sandbox does not know.
    """
    query = Query()
    position = 0
    for term in _TERM.finditer(text):
        if text[position : term.start()].strip():
            raise _unreadable(text, "unbalanced quotes")
        position = term.end()
        negated, phrase, word = term[1] == "-", term[2], term[3]
        if phrase is None and (word == "OR" or word.startswith("(") or word.endswith(")")):
            raise _unreadable(text, f"the sandbox does not play {word}")
        test = _words(phrase) if phrase is not None else _term(world, query, text, word, negated)
        query.standalone |= not negated and not (word or "").startswith(("is:", "has:", "lang:"))
        query.tests.append(_negated(test) if negated else test)
    if not query.standalone:
        raise _unreadable(text, "at least one standalone operator is required")
    return query


def _matching(call: Call, query: Query, ids: list[int], above: int, below: int | None) -> Iterator[int]:
    by_id = call.world.posts.by_id
    for one in newest_first(ids, above, below):
        post = by_id[one]
        if listed(call.world, post, call.caller.person, call.effects) and all(
            test(post) for test in query.tests
        ):
            yield one


def _term(world: World, query: Query, text: str, word: str, negated: bool) -> Test:
    if word.startswith("@"):
        person = world.crowd.named(word)
        identity = person.id if person else 0
        if not negated:
            query.narrow(world.posts.addressing.get(identity, []))
        return lambda post: identity in post.mentioned
    if word.startswith(("#", "＃")):
        tag = word[1:].casefold()
        return lambda post: any(one["tag"].casefold() == tag for one in post.entities.get("hashtags", ()))
    name, colon, value = word.partition(":")
    if not colon:
        return _words(word)
    if name in ("from", "to"):
        return _person_term(world, query, name, value, negated)
    if name in ("conversation_id", "in_reply_to_tweet_id", "quotes_of_tweet_id", "retweets_of_tweet_id"):
        number = id_of(value)
        if number is None:
            raise _unreadable(text, f"{word} needs an id")
        return _post_term(world, query, name, number, negated)
    known = _FLAGS.get(word)
    if known is not None:
        return known
    if name == "lang":
        return lambda post: post.lang == value
    raise _unreadable(text, f"the sandbox does not play {word}")


def _person_term(world: World, query: Query, name: str, value: str, negated: bool) -> Test:
    number = id_of(value)
    person = world.crowd.named(value) if number is None else world.crowd.by_id.get(number)
    identity = person.id if person else 0
    if not negated:
        index = world.posts.by_author if name == "from" else world.posts.addressing
        query.narrow(index.get(identity, []))
    if name == "from":
        return lambda post: post.author == identity
    return lambda post: post.parent_author == identity


def _post_term(world: World, query: Query, name: str, value: int, negated: bool) -> Test:
    posts = world.posts
    index = {
        "conversation_id": posts.by_conversation,
        "in_reply_to_tweet_id": posts.answers_to,
        "quotes_of_tweet_id": posts.quotes_of,
        "retweets_of_tweet_id": posts.reposts_of,
    }[name]
    if not negated:
        query.narrow(index.get(value, []))
    attribute = {
        "conversation_id": "conversation",
        "in_reply_to_tweet_id": "parent",
        "quotes_of_tweet_id": "quotes",
        "retweets_of_tweet_id": "reposts",
    }[name]
    return lambda post: getattr(post, attribute) == value


def _words(phrase: str) -> Test:
    pattern = re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)", re.IGNORECASE)
    return lambda post: pattern.search(post.typed) is not None


def _negated(test: Test) -> Test:
    return lambda post: not test(post)


_FLAGS: dict[str, Test] = {
    "is:retweet": lambda post: post.reposts is not None,
    "is:reply": lambda post: post.parent is not None,
    "is:quote": lambda post: post.quotes is not None,
    "is:nullcast": lambda post: False,  # noqa: ARG005 - nobody here advertises
    "has:hashtags": lambda post: "hashtags" in post.entities,
    "has:cashtags": lambda post: "cashtags" in post.entities,
    "has:links": lambda post: "urls" in post.entities,
    "has:mentions": lambda post: "mentions" in post.entities,
    "has:media": lambda post: bool(post.media),
    "has:images": lambda post: bool(post.media),
}


def _check_age(call: Call, oldest: int) -> None:
    sent = call.query.get("since_id")
    if sent is not None and int(sent) < oldest:
        after = iso(call.world.now_ms() - REACH_MS)[:16] + "Z"
        raise invalid(
            f"'since_id' must be a tweet id created after {after}."
            f" Please use a 'since_id' that is larger than {oldest}",
            since_id=sent,
        )


def _unreadable(text: str, why: str) -> Problem:
    return invalid(f"There were errors processing your request: {why}", query=text[:200])
