"""What an answer of X means for us: sent, read, later, refused why, unsure, or never sent.

Pure: status, headers and body in, one of a closed set of outcomes out; each rule stands under its source.
Nothing here decides what to do next; that is for bot/flow/send.py, bot/flow/reconcile.py and
bot/jobs/poll.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import orjson

from bot.x.rate_headers import RateLimits
from bot.x.x_alarms import XAlarm
from storage.states import Glossed


class RefusedWhy(Glossed):
    """Why X will never take this call. The gloss is what leads read."""

    DUPLICATE = "duplicate", "X says we posted this text already"
    TARGET_GONE = "target gone", "the post replied to was deleted or is not visible to us"
    NOT_SUMMONED = "not summoned", "X lets us reply only where the author mentions or quotes us"
    REPLIES_RESTRICTED = "replies restricted", "the author restricted who can reply"
    NO_DM_PERMISSION = "no message permission", "this person does not take messages from us"
    NOT_PERMITTED = "not permitted", "X does not permit this, and does not say why"
    NOT_FOUND = "not found", "X does not know what we asked for"
    INVALID = "invalid", "X says our request is wrong: a fault of the bot, or too old a search"
    OTHER = "other", "X refused with words the bot does not know"


class LaterWhy(Glossed):
    """Why a call can be made again later, just as it was."""

    RATE_LIMITED = "rate limited", "the window of this route is used up"
    MONTHLY_CAP = "monthly cap", "X's monthly cap is used up"
    UNAUTHORIZED = "unauthorized", "X does not accept the keys, or has an outage that looks so"
    CREDITS_GONE = "credits gone", "the prepaid credit is used up"
    SET_UP = "set-up fault", "the app or its keys lack a permission"
    PROXY_PAGE = "proxy page", "a proxy in front of X answered, not X"
    REDIRECTED = "redirected", "X's address answered with a redirect, which is never followed"
    X_FAILED = "X failed", "X answered with a fault of its own"
    UNREACHABLE = "unreachable", "X could not be reached, or did not answer in time"
    GARBLED = "garbled", "X's answer could not be read"


class UnsureWhy(StrEnum):
    """Why nobody but X knows whether a write was done."""

    NO_ANSWER = "no answer"  # time-out, reset or a cut line after the first byte had left
    X_FAILED = "X failed"  # 5xx
    GARBLED = "garbled"  # a success that names nothing it made
    REDIRECTED = "redirected"


class NotSentWhy(StrEnum):
    """Why a write certainly never left this machine."""

    NO_CONNECTION = "no connection"
    TOO_LATE = "too late"  # the deadline passed before the first byte
    WITHHELD = "withheld"  # the caller's last check said no


@dataclass(frozen=True, slots=True)
class Sent:
    """X made it, and this is its id."""

    x_id: str


@dataclass(frozen=True, slots=True)
class Read:
    """X answered a read; what it said is the answer's data."""


@dataclass(frozen=True, slots=True)
class Later:
    """Certainly not done; the same call may be made again at `until` (X's time; None: back off)."""

    why: LaterWhy
    until: datetime | None = None
    pause_route: bool = False  # no call of this route before then, or before a back-off
    alarm: XAlarm | None = None
    detail: str = ""
    lost: bool = False  # a read that X may have answered, and charged for


@dataclass(frozen=True, slots=True)
class Refused:
    """Certainly not done, and never will be."""

    why: RefusedWhy
    detail: str = ""
    alarm: XAlarm | None = None


@dataclass(frozen=True, slots=True)
class Unsure:
    """It may have been done: look before sending again."""

    why: UnsureWhy
    pause_route: bool = False
    alarm: XAlarm | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class NotSent:
    """Certainly not done, because no byte of it left."""

    why: NotSentWhy
    detail: str = ""


Outcome = Sent | Read | Later | Refused | Unsure | NotSent


@dataclass(frozen=True, slots=True)
class Rule:
    """One refusal of X and what it means for us.

    Matched on the status and either the last path segment of the problem's `type` (its host varies) or, for
    `about:blank` ones, on words of its text, compared without regard to case.
    """

    status: int
    outcome: Refused | Later
    source: str
    read_on: str
    problem: str = ""
    words: str = ""


_CODES = "https://docs.x.com/x-api/fundamentals/response-codes-and-errors"
_POSTING = "https://docs.x.com/x-api/posts/manage-tweets/introduction"
_MESSAGES = "https://docs.x.com/x-api/direct-messages/manage/introduction"
_READ = "2026-08-22"
_SET_UP = Later(LaterWhy.SET_UP, pause_route=True, alarm=XAlarm.SET_UP)

RULES: tuple[Rule, ...] = (
    Rule(
        403,
        Refused(RefusedWhy.DUPLICATE),
        "https://github.com/akrherz/iembot/issues/163",
        "2026-11-21",
        words="not allowed to create a tweet with duplicate content",
    ),
    Rule(
        403,
        Refused(RefusedWhy.TARGET_GONE),
        _POSTING,
        _READ,
        words="reply to a tweet that is deleted or not visible to you",
    ),
    Rule(
        403,
        Refused(RefusedWhy.NOT_SUMMONED),
        _POSTING,
        _READ,
        words="only reply to or quote posts where you are mentioned or are the author",
    ),
    Rule(
        403,
        Refused(RefusedWhy.NOT_SUMMONED),
        _POSTING,
        _READ,
        words="not allowed because you have not been mentioned",
    ),
    Rule(
        403,
        Refused(RefusedWhy.REPLIES_RESTRICTED),
        "https://github.com/nminaya/grammar-nazi-bot/issues/221",
        "2026-11-21",
        words="restricted who can reply to this",
    ),
    Rule(
        403,
        Refused(RefusedWhy.NO_DM_PERMISSION),
        _MESSAGES,
        _READ,
        words="do not have permission to dm one or more participants",
    ),
    Rule(403, Refused(RefusedWhy.NOT_PERMITTED), _CODES, _READ, words="this operation is not permitted"),
    Rule(403, Refused(RefusedWhy.NOT_PERMITTED), _CODES, _READ, words="not permitted to perform this action"),
    Rule(403, _SET_UP, _CODES, _READ, problem="oauth1-permissions"),
    Rule(403, _SET_UP, _CODES, _READ, problem="unsupported-authentication"),
    Rule(403, _SET_UP, _CODES, _READ, problem="client-forbidden"),
    Rule(403, _SET_UP, _CODES, _READ, problem="client-not-enrolled"),
    Rule(
        429,
        Later(LaterWhy.MONTHLY_CAP, pause_route=True, alarm=XAlarm.MONTHLY_CAP),
        _CODES,
        _READ,
        problem="usage-capped",
    ),
)
# What a whole class of answers means when no rule above speaks. Source: _CODES, read 2026-08-22, except 402:
# https://docs.x.com/x-api/getting-started/pricing, read 2026-08-22.
BY_STATUS: Mapping[int, Refused | Later] = {
    400: Refused(RefusedWhy.INVALID, alarm=XAlarm.INVALID),
    # It may be the keys, and it was an outage of two hours on 2026-07-01: never drop for it.
    401: Later(LaterWhy.UNAUTHORIZED, pause_route=True, alarm=XAlarm.UNAUTHORIZED),
    402: Later(LaterWhy.CREDITS_GONE, pause_route=True, alarm=XAlarm.CREDITS),
    404: Refused(RefusedWhy.NOT_FOUND),
}
PROXY_WANTS_NAME = 407  # said by the operator's own proxy, whatever it writes beside it; X never saw the call
# A server that gave up waiting for our request may still have taken it.
UNKNOWN_FATE_STATUSES = frozenset({408})
LEAST_PAUSE = timedelta(seconds=5)  # after a 429 whose reset is missing or past
CAP_PAUSE = timedelta(hours=1)  # the monthly cap does not lift at the window's reset


def is_lost(outcome: Outcome) -> bool:
    """X may have answered a read, and charged for it, without the answer having reached us."""
    return isinstance(outcome, Later) and outcome.lost


def trouble_of(outcome: Outcome) -> str | None:
    """Why a route is to be left alone for a while; None: it is well, or the trouble was ours."""
    if isinstance(outcome, Later):
        return outcome.why
    if isinstance(outcome, Unsure):
        return outcome.why
    if isinstance(outcome, NotSent) and outcome.why is NotSentWhy.NO_CONNECTION:
        return outcome.why
    return None


def outcome_of_refusal(
    status: int, headers: Mapping[str, str], body: bytes, limits: RateLimits, now: datetime, *, is_write: bool
) -> Outcome:
    """What an answer that is no success means. `now` is X's time; header names are in lower case.

    Everything between 300 and 399 and from 500 on leaves a write's fate unknown; every other refusal means
    that nothing was done. Source: x-api/fundamentals/response-codes-and-errors (https://docs.x.com), read
    2026-08-22.
    """
    if status < 400:
        return _no_answer(
            LaterWhy.REDIRECTED, UnsureWhy.REDIRECTED, is_write, alarm=XAlarm.REDIRECTED, detail=f"{status}"
        )
    if status >= 500 or status in UNKNOWN_FATE_STATUSES:
        return _no_answer(LaterWhy.X_FAILED, UnsureWhy.X_FAILED, is_write, detail=f"{status}")
    problem, said = _problem(body)
    found = _rule(status, problem, said)
    from_proxy = status == PROXY_WANTS_NAME or (_is_page(headers, body) and status not in (401, 402, 429))
    if found is None and from_proxy:
        # Cloudflare's "Just a moment…" and its like: not X's API, so it says nothing about our call.
        return Later(LaterWhy.PROXY_PAGE, pause_route=True, alarm=XAlarm.PROXY_PAGE, detail=f"{status}")
    if status == 429:
        return _too_many(found, limits, now)
    found = found or BY_STATUS.get(status, Refused(RefusedWhy.OTHER))
    detail = f"{status} {problem or said}".strip()[:200]
    if isinstance(found, Later):
        return Later(found.why, found.until, found.pause_route, found.alarm, detail)
    return Refused(found.why, detail, found.alarm)


def outcome_of_silence(*, written: bool, is_write: bool, detail: str = "") -> Outcome:
    """What a call means that got no answer: nothing was done unless a first byte had been `written`."""
    if not is_write:
        return Later(LaterWhy.UNREACHABLE, detail=detail, lost=written)
    if not written:
        return NotSent(NotSentWhy.NO_CONNECTION, detail)
    return Unsure(UnsureWhy.NO_ANSWER, detail=detail)


def outcome_of_garble(*, is_write: bool, detail: str = "") -> Outcome:
    """What a success means whose content cannot be read."""
    if is_write:
        return Unsure(UnsureWhy.GARBLED, detail=detail)
    return Later(LaterWhy.GARBLED, detail=detail, lost=True)


def _no_answer(
    later: LaterWhy, unsure: UnsureWhy, is_write: bool, *, alarm: XAlarm | None = None, detail: str = ""
) -> Outcome:
    pause = alarm is not None
    if is_write:
        return Unsure(unsure, pause, alarm, detail)
    return Later(later, None, pause, alarm, detail)


def _too_many(found: Refused | Later | None, limits: RateLimits, now: datetime) -> Later:
    if isinstance(found, Later):
        return Later(found.why, now + CAP_PAUSE, True, found.alarm, "429 usage-capped")
    return Later(LaterWhy.RATE_LIMITED, limits.free_again_at(now + LEAST_PAUSE), True, None, "429")


def _rule(status: int, problem: str, said: str) -> Refused | Later | None:
    for rule in RULES:
        if rule.status != status:
            continue
        if (rule.problem and rule.problem == problem) or (rule.words and rule.words in said.casefold()):
            return rule.outcome
    return None


def _problem(body: bytes) -> tuple[str, str]:
    """The last path segment of the problem's type ("" for about:blank), and everything it says in words."""
    try:
        found: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return "", ""
    if not isinstance(found, dict):
        return "", ""
    parts = [found, *(part for part in found.get("errors") or () if isinstance(part, dict))]
    kinds = [str(part.get("type") or "") for part in parts]
    kind = next((kind for kind in kinds if kind and kind != "about:blank"), "")
    said = " ".join(str(part.get(key) or "") for part in parts for key in ("detail", "message", "title"))
    return kind.rstrip("/").rsplit("/", 1)[-1], said.strip()


def _is_page(headers: Mapping[str, str], body: bytes) -> bool:
    return "text/html" in headers.get("content-type", "") or body.lstrip()[:1] == b"<"
