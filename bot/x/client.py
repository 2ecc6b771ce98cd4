"""The calls to X that the bot makes: each makes one attempt and returns an `Answer`, and none ever raises
for X.

What an answer means stands in outcomes.py, what it costs in budget.py; nothing here waits or tries again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import orjson
import structlog

from bot.clock import Clock, header_time
from bot.metrics import Metrics
from bot.x import wire
from bot.x.outcomes import (
    Later,
    LaterWhy,
    NotSent,
    NotSentWhy,
    Outcome,
    Read,
    Refused,
    RefusedWhy,
    Sent,
    outcome_of_garble,
    outcome_of_refusal,
    outcome_of_silence,
)
from bot.x.rate_headers import RateLimits, read_rate_limits
from bot.x.signed_session import Heard, Keys, SignedSession, Wiring

log = structlog.get_logger()

T = TypeVar("T")

# Without expansions: each expanded object is charged like one asked for.
# Source: https://docs.x.com/x-api/getting-started/pricing, read 2026-08-22.
POST_FIELDS = (
    "id,text,author_id,created_at,conversation_id,in_reply_to_user_id,referenced_tweets,entities,"
    "edit_history_tweet_ids,note_tweet,lang,display_text_range"
)
MESSAGE_FIELDS = "id,text,event_type,created_at,sender_id,dm_conversation_id,attachments,entities"
USER_FIELDS = "id,username,name,protected"

MENTIONS = "GET /2/users/:id/mentions"
OWN_POSTS = "GET /2/users/:id/tweets"
SEARCH = "GET /2/tweets/search/recent"
POSTS = "GET /2/tweets"
MESSAGES = "GET /2/dm_events"
CONVERSATION = "GET /2/dm_conversations/with/:id/dm_events"
ME = "GET /2/users/me"
USER = "GET /2/users/:id"
USERS = "GET /2/users"
USERNAME = "GET /2/users/by/username/:u"
CREDITS = "GET /2/usage/credits"
CREATE_POST = "POST /2/tweets"
SEND_MESSAGE = "POST /2/dm_conversations/with/:id/messages"
DELETE_POST = "DELETE /2/tweets/:id"


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What one call came to. `data` is there exactly when the outcome is Read or Sent."""

    route: str
    outcome: Outcome
    data: T | None
    limits: RateLimits
    date: datetime | None  # X's own time, from the Date header
    took: timedelta
    # What the keys may do: read, read-write or read-write-directmessages; None where X does not say.
    # Source: https://groups.google.com/g/twitter-api-announce/c/OL3G2SRpm3o (2011-06-28), read 2026-11-21.
    access: str | None = None

    @property
    def is_read(self) -> bool:
        return isinstance(self.outcome, Read)


class XClient:
    """X, as one brand's account sees it. Safe for as many threads as the wiring says."""

    def __init__(
        self,
        keys: Keys,
        wiring: Wiring,
        clock: Clock,
        *,
        metrics: Metrics | None = None,
        heard_date: Callable[[datetime, timedelta], None] | None = None,
    ) -> None:
        """`heard_date` is told the Date header of every answer of X's API and how long the call took."""
        self._session = SignedSession(keys, wiring)
        self._keys, self._wiring = keys, wiring
        self._others: list[XClient] = []
        self._clock = clock
        self._metrics = metrics
        self._heard_date = heard_date

    def cut_reads(self) -> None:
        """For a stop: reads under way end at once, as unanswered; writes end by themselves."""
        self._session.cut_reads()

    def close(self) -> None:
        """Closes idle connections, those as other accounts too."""
        self._session.close()
        for other in self._others:
            other.close()

    def as_another(self, access_token: str, access_token_secret: str) -> "XClient":
        """The same X as another account of the same app sees it. Its calls are not measured."""
        keys = replace(self._keys, access_token=access_token, access_token_secret=access_token_secret)
        other = XClient(keys, self._wiring, self._clock, heard_date=self._heard_date)
        self._others.append(other)
        return other

    def me(self) -> Answer[wire.XUser]:
        """Whose keys these are. Free."""
        return self._read(ME, self._session.get_me(user_fields=USER_FIELDS), _only_user)

    def mentions(
        self,
        user_id: str,
        *,
        since_id: str | None = None,
        until_id: str | None = None,
        page_token: str | None = None,
        max_results: int = 100,
    ) -> Answer[wire.PostPage]:
        """A page of posts that mention the user, newest first; `max_results` is 5 to 100."""
        heard = self._session.get_users_mentions(
            user_id,
            user_auth=True,
            since_id=since_id,
            until_id=until_id,
            pagination_token=page_token,
            max_results=max_results,
            tweet_fields=POST_FIELDS,
        )
        return self._read(MENTIONS, heard, wire.read_post_page)

    def own_posts(
        self,
        user_id: str,
        *,
        since_id: str | None = None,
        until_id: str | None = None,
        page_token: str | None = None,
        max_results: int = 100,
    ) -> Answer[wire.PostPage]:
        """A page of the user's own posts, newest first; `max_results` is 5 to 100."""
        heard = self._session.get_users_tweets(
            user_id,
            user_auth=True,
            since_id=since_id,
            until_id=until_id,
            pagination_token=page_token,
            max_results=max_results,
            tweet_fields=POST_FIELDS,
        )
        return self._read(OWN_POSTS, heard, wire.read_post_page)

    def search(
        self,
        query: str,
        *,
        since_id: str | None = None,
        until_id: str | None = None,
        page_token: str | None = None,
        max_results: int = 100,
    ) -> Answer[wire.PostPage]:
        """A page of what was posted in the last 7 days; `max_results` is 10 to 100. An older `since_id` is
        400.
        """
        heard = self._session.search_recent_tweets(
            query,
            user_auth=True,
            since_id=since_id,
            until_id=until_id,
            next_token=page_token,
            max_results=max_results,
            tweet_fields=POST_FIELDS,
        )
        return self._read(SEARCH, heard, wire.read_post_page)

    def posts(self, ids: Sequence[str]) -> Answer[wire.PostPage]:
        """Up to 100 posts by id; what is deleted or hidden stands in `missing_ids`."""
        heard = self._session.get_tweets(list(ids), user_auth=True, tweet_fields=POST_FIELDS)
        return self._read(POSTS, heard, wire.read_post_page)

    def message_events(
        self, *, page_token: str | None = None, max_results: int = 100
    ) -> Answer[wire.MessagePage]:
        """A page of our message events of the last 30 days, newest first; `max_results` is 1 to 100."""
        heard = self._session.get_direct_message_events(
            event_types="MessageCreate",
            pagination_token=page_token,
            max_results=max_results,
            dm_event_fields=MESSAGE_FIELDS,
        )
        return self._read(MESSAGES, heard, wire.read_message_page)

    def conversation_events(
        self, person_id: str, *, page_token: str | None = None, max_results: int = 100
    ) -> Answer[wire.MessagePage]:
        """A page of the events of our conversation with one person, newest first."""
        heard = self._session.get_direct_message_events(
            participant_id=person_id,
            event_types="MessageCreate",
            pagination_token=page_token,
            max_results=max_results,
            dm_event_fields=MESSAGE_FIELDS,
        )
        return self._read(CONVERSATION, heard, wire.read_message_page)

    def user(self, user_id: str) -> Answer[wire.XUser]:
        heard = self._session.get_user(id=user_id, user_auth=True, user_fields=USER_FIELDS)
        return self._read(USER, heard, _only_user)

    def users(self, ids: Sequence[str]) -> Answer[wire.UserPage]:
        """Up to 100 users by id."""
        heard = self._session.get_users(ids=list(ids), user_auth=True, user_fields=USER_FIELDS)
        return self._read(USERS, heard, wire.read_user_page)

    def user_by_username(self, username: str) -> Answer[wire.XUser]:
        heard = self._session.get_user(
            username=quote(username, safe=""), user_auth=True, user_fields=USER_FIELDS
        )
        return self._read(USERNAME, heard, _only_user)

    def credits(self) -> Answer[wire.Credits]:
        """What is left of the prepaid credit. Free. tweepy lacks this route.

        X lets not every kind of token ask this, and OAuth 1.0a perhaps not at all. That is no fault of the
        keys, so it is a plain refusal here, which rings nobody and pauses nothing.
        Source: https://docs.x.com/x-api/usage/get-usage-credits and issue 395 of xdevplatform/docs, read
        2026-11-21.
        """
        answer = self._read(CREDITS, self._session.request("GET", "/2/usage/credits"), wire.read_credits)
        outcome = answer.outcome
        if isinstance(outcome, Later) and outcome.why in (LaterWhy.UNAUTHORIZED, LaterWhy.SET_UP):
            return replace(answer, outcome=Refused(RefusedWhy.OTHER, outcome.detail))
        return answer

    def create_post(
        self, text: str, reply_to_id: str | None = None, *, may_leave: Callable[[], bool] | None = None
    ) -> Answer[wire.Made]:
        """Posts the text, as a reply where `reply_to_id` is given.

        `may_leave` is asked just before the first byte is written; if it says no, the outcome is NotSent.
        """
        self._session.leaving_if(may_leave)
        heard = self._session.create_tweet(text=text, in_reply_to_tweet_id=reply_to_id)
        return self._write(CREATE_POST, heard, wire.read_made_post)

    def send_message(
        self, person_id: str, text: str, *, may_leave: Callable[[], bool] | None = None
    ) -> Answer[wire.Made]:
        """Sends a direct message to one person; at most 10,000 characters."""
        self._session.leaving_if(may_leave)
        heard = self._session.create_direct_message(participant_id=person_id, text=text)
        return self._write(SEND_MESSAGE, heard, wire.read_made_message)

    def delete_post(self, x_id: str) -> Answer[wire.Made]:
        """Deletes a post of ours."""
        heard = self._session.delete_tweet(x_id)
        return self._write(DELETE_POST, heard, lambda _: wire.Made(x_id))

    def _read(self, route: str, heard: Heard, shape: Callable[[wire.Json], T]) -> Answer[T]:
        return self._judged(route, heard, shape, is_write=False)

    def _write(self, route: str, heard: Heard, shape: Callable[[wire.Json], wire.Made]) -> Answer[wire.Made]:
        return self._judged(route, heard, shape, is_write=True)

    def _judged(
        self, route: str, heard: Heard, shape: Callable[[wire.Json], T], *, is_write: bool
    ) -> Answer[T]:
        date = self._learn(heard)
        limits = read_rate_limits(heard.headers)
        data, outcome = self._meaning(heard, shape, limits, is_write=is_write)
        if self._metrics is not None:
            self._metrics.x_calls.labels(route, type(outcome).__name__.lower()).inc()
        log.debug(
            "x answered" if heard.status else "x silent",
            route=route,
            status=heard.status,
            outcome=type(outcome).__name__,
            why=str(getattr(outcome, "why", "")),
            seconds=round(heard.took.total_seconds(), 3),
            calls_left=limits.calls_left,
        )
        access = heard.headers.get("x-access-level")
        return Answer(route, outcome, data, limits, date, heard.took, access)

    def _meaning(
        self, heard: Heard, shape: Callable[[wire.Json], T], limits: RateLimits, *, is_write: bool
    ) -> tuple[T | None, Outcome]:
        if heard.withheld is not None:
            why = NotSentWhy.TOO_LATE if heard.withheld.too_late else NotSentWhy.WITHHELD
            return None, NotSent(why) if is_write else outcome_of_silence(written=False, is_write=False)
        if heard.status is None:
            return None, outcome_of_silence(written=heard.written, is_write=is_write, detail=heard.fault)
        if not 200 <= heard.status < 300:
            now = self._clock.now()
            return None, outcome_of_refusal(
                heard.status, heard.headers, heard.body, limits, now, is_write=is_write
            )
        try:
            data = shape(orjson.loads(heard.body))
        except _NoSuchUser:
            return None, Refused(RefusedWhy.NOT_FOUND)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as trouble:
            return None, outcome_of_garble(is_write=is_write, detail=type(trouble).__name__)
        return data, Sent(data.id) if isinstance(data, wire.Made) else Read()

    def _learn(self, heard: Heard) -> datetime | None:
        date = header_time(heard.headers.get("date"))
        if date and self._heard_date and "json" in heard.headers.get("content-type", ""):
            self._heard_date(date, heard.took)
        return date


class _NoSuchUser(Exception):
    """X answers 200 with `errors` and no `data` for a user there is not."""


def _only_user(answer: Any) -> wire.XUser:
    users = wire.read_user_page(answer).users
    if not users and answer.get("errors"):
        raise _NoSuchUser
    if not users:
        raise wire.ShapeError("X's answer names no user")
    return users[0]
