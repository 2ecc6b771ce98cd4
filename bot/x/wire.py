"""The shapes of X's JSON that we rely on, as frozen types. Nobody past this module reads X's JSON.

X is renaming `tweet` to `post` in its field names; both vocabularies are read. Texts stay as X sent them,
HTML-escaped, because X's entity offsets count code points of exactly that text; unescaping is the parser's
business.
Source for the shapes: X's OpenAPI description 2.167 and https://docs.x.com/x-api (read 2026-08-22).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar, cast

Json = Mapping[str, Any]
T = TypeVar("T")

# Source: https://github.com/twitter-archive/snowflake (epoch and layout of the ids), read 2026-11-21.
SNOWFLAKE_EPOCH_MS = 1288834974657
SNOWFLAKE_SHIFT = 22
_UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def snowflake_time(x_id: str) -> datetime:
    """When X made this id, to the millisecond."""
    return _UNIX_EPOCH + timedelta(milliseconds=(int(x_id) >> SNOWFLAKE_SHIFT) + SNOWFLAKE_EPOCH_MS)


def snowflake_at(at: datetime) -> str:
    """The smallest id X could make at this instant; "0" before there were any."""
    milliseconds = (at - _UNIX_EPOCH) // timedelta(milliseconds=1) - SNOWFLAKE_EPOCH_MS
    return str(max(milliseconds, 0) << SNOWFLAKE_SHIFT)


def newest(*ids: str | None) -> str | None:
    """The greatest of these ids, compared as integers; None where there is none."""
    known = [x_id for x_id in ids if x_id]
    return max(known, key=int) if known else None


class ShapeError(ValueError):
    """An answer of X lacks something without which it means nothing."""


@dataclass(frozen=True, slots=True)
class MentionEntity:
    """An @name in a text; offsets count code points of the text as X sent it."""

    start: int
    end: int
    username: str
    id: str | None  # X leaves it out for names nobody has


@dataclass(frozen=True, slots=True)
class HashtagEntity:
    start: int
    end: int
    tag: str  # without the #


@dataclass(frozen=True, slots=True)
class UrlEntity:
    start: int
    end: int
    url: str
    expanded_url: str


@dataclass(frozen=True, slots=True)
class Entities:
    mentions: tuple[MentionEntity, ...] = ()
    hashtags: tuple[HashtagEntity, ...] = ()
    urls: tuple[UrlEntity, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """Another post that a post refers to; `kind` is replied_to, quoted or retweeted."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class XPost:
    """A post. `text` and `entities` are the whole ones: for a long post those of its note."""

    id: str
    text: str = field(repr=False)
    author_id: str
    created_at: datetime
    entities: Entities = Entities()
    conversation_id: str | None = None
    in_reply_to_user_id: str | None = None
    references: tuple[Reference, ...] = ()
    # Code points; what stands before it is the head that X filled with the names of a thread. None: not sent
    # by X.
    display_text_range: tuple[int, int] | None = None
    edit_history_ids: tuple[str, ...] = ()  # oldest first, this post's own id among them
    lang: str = ""
    is_long: bool = False  # text and entities come from the note
    raw: Json = field(default_factory=dict, compare=False, repr=False)

    def reference(self, kind: str) -> str | None:
        return next((found.id for found in self.references if found.kind == kind), None)

    @property
    def replied_to_id(self) -> str | None:
        return self.reference("replied_to")

    @property
    def quoted_id(self) -> str | None:
        return self.reference("quoted")

    @property
    def is_repost(self) -> bool:
        return self.reference("retweeted") is not None

    @property
    def edit_root_id(self) -> str:
        """The first id of the edit chain; the post's own id when it was never edited."""
        return min((*self.edit_history_ids, self.id), key=int)


@dataclass(frozen=True, slots=True)
class XMessage:
    """One event of a direct message conversation."""

    id: str
    text: str = field(repr=False)
    sender_id: str
    created_at: datetime
    conversation_id: str | None = None
    event_type: str = "MessageCreate"
    entities: Entities = Entities()
    raw: Json = field(default_factory=dict, compare=False, repr=False)

    def other_than(self, brand_id: str) -> str | None:
        """The other person of a one-to-one conversation with the brand; None where X does not tell.

        Source: x-api/direct-messages docs: a one-to-one conversation id is "smaller id-larger id".
        """
        if self.sender_id != brand_id:
            return self.sender_id
        people = (self.conversation_id or "").split("-")
        others = [person for person in people if person != brand_id]
        return others[0] if len(people) == 2 and len(others) == 1 else None


@dataclass(frozen=True, slots=True)
class XUser:
    id: str
    username: str
    name: str = ""
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Credits:
    """What is left of the prepaid credit, in micro-USD; None where X says it in words not known here."""

    left_micro: int | None


@dataclass(frozen=True, slots=True)
class PostPage:
    """Posts newest first, as X orders them."""

    posts: tuple[XPost, ...] = ()
    next_token: str | None = None
    missing_ids: tuple[str, ...] = ()  # asked for by id and not shown: deleted, protected or suspended
    unreadable: tuple[Json, ...] = ()  # lacking what makes a post: to be logged, never a reason to stop


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Events newest first, as X orders them."""

    messages: tuple[XMessage, ...] = ()
    next_token: str | None = None
    unreadable: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class UserPage:
    users: tuple[XUser, ...] = ()
    missing_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """What X made for us: the id of a post or of a message event."""

    id: str


def read_post_page(answer: Json) -> PostPage:
    """A page of posts; an empty page comes without `data`. Raises: ShapeError where the data is no list."""
    posts, unreadable = _readable(_items(answer), read_post)
    return PostPage(posts, _meta(answer).get("next_token"), _missing(answer), unreadable)


def read_message_page(answer: Json) -> MessagePage:
    """A page of message events. Raises: ShapeError where the data is no list."""
    messages, unreadable = _readable(_items(answer), read_message)
    return MessagePage(messages, _meta(answer).get("next_token"), unreadable)


def read_user_page(answer: Json) -> UserPage:
    """The users found, whether X answers with one or with a list."""
    users, _ = _readable(_items(answer), read_user)
    return UserPage(users, _missing(answer))


def read_made_post(answer: Json) -> Made:
    """The id of the post X made. Raises: ShapeError where there is none, so nobody knows what happened."""
    return Made(_required(_data(answer), "id"))


def read_made_message(answer: Json) -> Made:
    """The id of the message event X made. Raises: ShapeError where there is none."""
    return Made(_required(_data(answer), "dm_event_id"))


def read_credits(answer: Json) -> Credits:
    """The credit left: the sum where it stands, else its parts; None where neither can be read.

    Source: https://docs.x.com/x-api/usage/get-usage-credits, read 2026-11-21: `data.total_balance`,
    `prepaid_balance` and `free_balance` in US dollars.
    """
    found = answer.get("data")
    data = cast(Json, found) if isinstance(found, Mapping) else answer
    total = _micro(data.get("total_balance"))
    parts = [_micro(data.get(name)) for name in ("prepaid_balance", "free_balance")]
    known = [part for part in parts if part is not None]
    return Credits(total if total is not None else sum(known) if known else None)


def read_post(item: Json) -> XPost:
    x_id = _required(item, "id")
    note = _either(item, "note_tweet", "note_post") or {}
    is_long = bool(note.get("text"))
    shown = item.get("display_text_range")
    return XPost(
        id=x_id,
        text=note["text"] if is_long else _required(item, "text"),
        author_id=_required(item, "author_id"),
        created_at=_created(item, x_id),
        entities=_entities((note if is_long else item).get("entities")),
        conversation_id=item.get("conversation_id"),
        in_reply_to_user_id=item.get("in_reply_to_user_id"),
        references=tuple(
            Reference(str(found.get("type", "")), str(found["id"]))
            for found in _either(item, "referenced_tweets", "referenced_posts") or ()
        ),
        # X counts the range in the short text. A note begins with the same head and is shown to its end.
        display_text_range=(shown[0], len(note["text"]) if is_long else shown[1]) if shown else None,
        edit_history_ids=tuple(_either(item, "edit_history_tweet_ids", "edit_history_post_ids") or ()),
        lang=item.get("lang") or "",
        is_long=is_long,
        raw=item,
    )


def read_message(item: Json) -> XMessage:
    x_id = _required(item, "id")
    return XMessage(
        id=x_id,
        text=item.get("text") or "",
        sender_id=str(item.get("sender_id") or ""),
        created_at=_created(item, x_id),
        conversation_id=item.get("dm_conversation_id"),
        event_type=item.get("event_type") or "MessageCreate",
        entities=_entities(item.get("entities")),
        raw=item,
    )


def read_user(item: Json) -> XUser:
    return XUser(
        id=_required(item, "id"),
        username=_required(item, "username"),
        name=item.get("name") or "",
        protected=bool(item.get("protected")),
    )


def _entities(found: Json | None) -> Entities:
    if not found:
        return Entities()
    return Entities(
        mentions=tuple(
            MentionEntity(item["start"], item["end"], item.get("username") or "", item.get("id"))
            for item in found.get("mentions") or ()
        ),
        hashtags=tuple(
            HashtagEntity(item["start"], item["end"], item["tag"]) for item in found.get("hashtags") or ()
        ),
        urls=tuple(
            UrlEntity(item["start"], item["end"], item.get("url") or "", item.get("expanded_url") or "")
            for item in found.get("urls") or ()
        ),
    )


def _created(item: Json, x_id: str) -> datetime:
    """The id tells the time to the millisecond; `created_at` only to the second or not at all."""
    made = snowflake_time(x_id)
    said = item.get("created_at")
    if not said:
        return made
    at = datetime.fromisoformat(str(said).replace("Z", "+00:00"))
    return made if abs(made - at) < timedelta(seconds=2) else at


def _readable(items: Sequence[Json], read: Callable[[Json], T]) -> tuple[tuple[T, ...], tuple[Json, ...]]:
    """The items that could be read, and those that could not: one odd item must not hide its neighbours."""
    good: list[T] = []
    bad: list[Json] = []
    for item in items:
        try:
            good.append(read(item))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            bad.append(item)
    return tuple(good), tuple(bad)


def _micro(usd: Any) -> int | None:
    if isinstance(usd, bool) or not isinstance(usd, (int, float, str)):
        return None
    try:
        return round(Decimal(str(usd)) * 1_000_000)
    except (ArithmeticError, ValueError):  # ValueError: "NaN" cannot be rounded
        return None


def _either(item: Json, old: str, new: str) -> Any:
    found = item.get(old)
    return item.get(new) if found is None else found


def _required(item: Json, key: str) -> str:
    found = item.get(key)
    if found is None or found == "":
        raise ShapeError(f"X's answer has no {key}")
    return str(found)


def _data(answer: Json) -> Json:
    found = answer.get("data")
    if not isinstance(found, Mapping):
        raise ShapeError("X's answer has no data")
    return cast(Json, found)


def _items(answer: Json) -> Sequence[Json]:
    found = answer.get("data")
    if found is None:
        return ()
    if isinstance(found, Mapping):
        return (cast(Json, found),)
    if not isinstance(found, list):
        raise ShapeError("X's answer has data that is no list")
    return cast(Sequence[Json], found)


def _meta(answer: Json) -> Json:
    found = answer.get("meta")
    return cast(Json, found) if isinstance(found, Mapping) else {}


def _missing(answer: Json) -> tuple[str, ...]:
    """The ids X names in `errors`: a deleted post looked up by id is 200 with an error, not 404."""
    named = (
        error.get("resource_id") or error.get("value")
        for error in answer.get("errors") or ()
        if isinstance(error, Mapping)
    )
    return tuple(str(x_id) for x_id in named if x_id)
