"""Says in public that a private answer takes a while, where X lets so few messages be sent that it does.

It is the one public reply of that interaction: where that is used or under way nothing is said, and what was
asked by message has none. Said once. The answer itself keeps its place and follows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy.engine import Connection

from bot.flow.outgoing.expected import call_times
from bot.x.client import CREATE_POST, SEND_MESSAGE
from bot.x.outcomes import LaterWhy
from bot.x.pauses import EVERYTHING
from commands.plan import PublicWords, marked
from storage import deliveries, journal, mentions, outbox, people
from storage.database import Database
from storage.deliveries import DeliveryRow
from storage.inbox import BEGINNING
from storage.mentions import MentionRow
from storage.scarcity import waiting_line
from storage.scarcity.waiting_line import InLine
from storage.states import Channel, MentionKind, Purpose
from storage.upkeep import brand, windows
from storage.upkeep.windows import Allowance

log = structlog.get_logger()

SAID = "told in public that the answer takes a while"
AT_A_TIME = 50
# What comes sooner is said by coming; and nobody is told a time to the minute that others may still move.
SOON = timedelta(minutes=2)
ROUNDED_UP_TO = timedelta(minutes=5)


class Saying(Protocol):
    """The bot's own sentence: language, commands, and when the answer is expected."""

    def __call__(self, lang: str, commands: Sequence[str], at: datetime) -> PublicWords: ...


@dataclass(frozen=True, slots=True)
class DelayTerms:
    """`after`: an answer that takes longer than this is announced. `oldest`: one that takes longer than this
    will not be sent, so nothing is promised. `allowance`: how many messages X's table allows.
    `holds_before`: what was enqueued earlier may have been sent long ago (bot/flow/restored).
    """

    brand_id: str
    after: timedelta
    oldest: timedelta
    allowance: Allowance
    language: Callable[[str], str]  # of a person, from what is on record
    holds_before: Callable[[], datetime] = lambda: BEGINNING


@dataclass(frozen=True, slots=True)
class _Late:
    answer: InLine
    mention: MentionRow
    lang: str
    expected_at: datetime


class Delays:
    """One brand's look at who waits too long."""

    def __init__(
        self,
        database: Database,
        terms: DelayTerms,
        *,
        say: Saying,
        mark: Callable[[datetime], str],
        enqueued: Callable[[], None],
    ) -> None:
        self._database = database
        self._terms = terms
        self._say = say
        self._mark = mark
        self._enqueued = enqueued

    def look(self, now: datetime) -> int:
        """Enqueues what is to be said; how many. Raises: StorageTrouble."""
        if not self._terms.after:
            return 0
        late = self._database.read(lambda c: self._late(c, now))
        if not late:
            return 0
        notices = [self._notice(one, now) for one in late]
        told = self._database.write(lambda c: self._enqueue(c, late, notices, now))
        if told:
            log.info("delays announced", deliveries=told)
            self._enqueued()
        return len(told)

    def _late(self, connection: Connection, now: datetime) -> list[_Late]:
        brand_id = self._terms.brand_id
        waiting = waiting_line.line(connection, brand_id)
        if not waiting or brand.sending_paused(connection, brand_id):
            return []
        known = windows.find(connection, brand_id, [SEND_MESSAGE, CREATE_POST, EVERYTHING])
        if any(row.calls_now(now) == 0 for route, row in known.items() if route != SEND_MESSAGE):
            return []  # nothing can be said in public now; later the time will be another
        messages = known.get(SEND_MESSAGE)
        if messages is not None and messages.tries and messages.paused_why != LaterWhy.RATE_LIMITED:
            return []  # X is in trouble, and nobody knows for how long
        times = call_times(messages, self._terms.allowance, now, len(waiting))
        slow = {
            one.mention_id: (one, _rounded(at))
            for one, at in zip(waiting, times, strict=True)
            if one.mention_id is not None and self._is_late(one, at, now)
        }
        rows = mentions.find(connection, brand_id, list(slow)) if slow else {}
        in_turn = sorted(rows.values(), key=lambda row: row.id)  # the same person's in the order asked
        posts = [row for row in in_turn if row.kind == MentionKind.POST]
        given = deliveries.under(connection, brand_id, [row.x_id for row in posts])
        free = [row for row in posts if _is_free(given.get(row.x_id, ()))][:AT_A_TIME]
        files = people.find(connection, brand_id, sorted({row.author_id for row in free}))
        return [
            _Late(slow[row.id][0], row, self._terms.language(files[row.author_id].lang), slow[row.id][1])
            for row in free
            if row.author_id in files
        ]

    def _is_late(self, one: InLine, at: datetime, now: datetime) -> bool:
        if one.purpose == Purpose.PERSON or one.unknown_fate or one.created_at < self._terms.holds_before():
            return False
        takes = at - one.asked_at
        return self._terms.after < takes < self._terms.oldest and at - now >= SOON

    def _notice(self, late: _Late, now: datetime) -> outbox.NewDelivery:
        answer, mark = late.answer, self._mark(now)
        words = self._say(late.lang, answer.command.split(), late.expected_at)
        return outbox.NewDelivery(
            person_id=answer.person_id,
            channel=Channel.PUBLIC,
            purpose=Purpose.DELAY,
            text=marked(words.text, mark),
            mention_id=late.mention.id,
            command=answer.command,
            priority=answer.priority,
            mark=mark,
            reply_to_id=late.mention.x_id,
            despite_stop=answer.despite_stop,
            instead={"expected_at": late.expected_at.isoformat()},  # later than that it is not true any more
            asked_at=answer.asked_at,
        )

    def _enqueue(
        self,
        connection: Connection,
        late: Sequence[_Late],
        notices: Sequence[outbox.NewDelivery],
        now: datetime,
    ) -> list[int]:
        brand_id = self._terms.brand_id
        # Held until the end of the transaction, so that no answer is sent, refused by X, and followed by an
        # invitation under the same post meanwhile.
        waiting = waiting_line.still_waiting(connection, brand_id, [one.answer.id for one in late])
        given = deliveries.under(connection, brand_id, [one.mention.x_id for one in late])
        true = [
            (one, notice)
            for one, notice in zip(late, notices, strict=True)
            if one.answer.id in waiting and _is_free(given.get(one.mention.x_id, ()))
        ]
        ids = outbox.enqueue(connection, brand_id, [notice for _, notice in true], now)
        entries = [
            journal.Entry(
                SAID,
                one.mention.id,
                f"delivery:{notice_id}",
                {"expected": one.expected_at.isoformat(), "answer": one.answer.id},
            )
            for (one, _), notice_id in zip(true, ids, strict=True)
        ]
        journal.write(connection, brand_id, entries, now)
        return ids


def _is_free(given: Sequence[DeliveryRow]) -> bool:
    """Nothing of ours stands under the post or is under way, and no such notice was ever meant for it."""
    said = any(row.purpose == Purpose.DELAY for row in given)
    return not said and not deliveries.public_reply_used(given)


def _rounded(at: datetime) -> datetime:
    over = timedelta(
        minutes=at.minute % (ROUNDED_UP_TO // timedelta(minutes=1)),
        seconds=at.second,
        microseconds=at.microsecond,
    )
    return at + (ROUNDED_UP_TO - over) if over else at
