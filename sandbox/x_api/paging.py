"""Pages: sizes, tokens, and the limits by id and time that lists share."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sandbox.faults import Effects
from sandbox.world.snowflakes import id_at, id_of
from sandbox.x_api.call import as_id
from sandbox.x_api.problem_bodies import Json, invalid

SPAN_PARAMETERS = frozenset(
    ["max_results", "pagination_token", "start_time", "end_time", "since_id", "until_id"]
)


@dataclass(frozen=True, slots=True)
class Span:
    """What part of a list is asked for: ids > above and < below (None: no upper end), at most `size`."""

    above: int
    below: int | None
    size: int


def span_of(query: Mapping[str, str], smallest: int, default: int) -> Span:
    """The part of a list a query asks for.

    Raises: Problem 400 for sizes out of range, wrong tokens, ids or times.
    """
    above = as_id("since_id", query["since_id"]) if "since_id" in query else 0
    below = as_id("until_id", query["until_id"]) if "until_id" in query else None
    if "start_time" in query:
        above = max(above, id_at(time_ms("start_time", query["start_time"])) - 1)
    if "end_time" in query:
        below = _lower(below, id_at(time_ms("end_time", query["end_time"])))
    for name in ("pagination_token", "next_token"):
        if name in query:
            below = _lower(below, read_token(name, query[name]))
    return Span(above, below, page_size(query, smallest, default))


def page_size(query: Mapping[str, str], smallest: int, default: int, largest: int = 100) -> int:
    """`max_results`.

    Raises: Problem 400 when it is out of range.
    """
    sent = query.get("max_results")
    if sent is None:
        return default
    asked = id_of(sent)
    if asked is None or not smallest <= asked <= largest:
        raise invalid(
            f"The `max_results` query parameter value [{sent}] is not between {smallest} and {largest}",
            max_results=sent,
        )
    return asked


def time_ms(name: str, value: str) -> int:
    """A sent RFC 3339 time as Unix milliseconds.

    Raises: Problem 400 when it is none.
    """
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = datetime.min  # noqa: DTZ901 - refused in the next line, as every time without a zone is
    if moment.tzinfo is None:
        raise invalid(
            f"The `{name}` query parameter value [{value}] is not a valid RFC3339 date-time", **{name: value}
        )
    return int(moment.timestamp() * 1000)


def make_token(last_id: int) -> str:
    """The token of the page that follows an id; opaque to callers, as X's are."""
    return base64.b32hexencode(b"n" + last_id.to_bytes(9, "big")).decode().lower()


def read_token(name: str, token: str) -> int:
    """The id a token stands for.

    Raises: Problem 400 for a token that X never gave.
    """
    try:
        raw = base64.b32hexdecode(token.upper())
    except ValueError:
        raw = b""
    if len(raw) != 10 or raw[:1] != b"n":
        raise invalid(f"The `{name}` query parameter value [{token}] is not valid", **{name: token})
    return int.from_bytes(raw[1:], "big")


def cut_page(found: Iterable[int], size: int) -> tuple[list[int], str | None]:
    """The first `size` ids, and the token of the rest when there is any."""
    page = list(islice(found, size + 1))
    if len(page) <= size:
        return page, None
    return page[:size], make_token(page[size - 1])


def page_json(rows: list[Json], token: str | None, effects: Effects, with_ends: bool = True) -> Json:
    """A page as X answers it: an empty one has no `data`, the last one no `next_token`."""
    if not rows:
        return {"meta": {"result_count": 0}}
    meta: Json = {"result_count": len(rows)}
    if with_ends:
        meta |= {"newest_id": rows[0]["id"], "oldest_id": rows[-1]["id"]}
    if token is not None:
        meta["next_token"] = token
    if effects.duplicates:
        rows = [*rows, *rows[: max(len(rows) // 2, 1)]]
        meta["result_count"] = len(rows)
    if effects.reorder:
        rows = rows[1::2] + rows[0::2]
    return {"data": rows, "meta": meta}


def _lower(one: int | None, other: int) -> int:
    return other if one is None else min(one, other)
