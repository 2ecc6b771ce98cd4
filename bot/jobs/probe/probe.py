"""Asks the brand a question with a second account's keys, and sees with its eyes whether an answer comes.

A probe is a row before it is a call, so that a crash asks nothing twice. Its question and its look are booked
like every call, in the brand's ledger; what X says about its windows and keys is the second account's alone
and stops nobody else's calls.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.engine import Connection

from bot.alarm_bell import AlarmBell
from bot.clock import Clock
from bot.jobs.probe.probe_alarms import ProbeAlarm
from bot.x.budget import Booked, Budget, Stopped, Write
from bot.x.client import Answer, XClient
from bot.x.feeds.booked_reads import LOST_AFTER
from bot.x.outcomes import Later, Read, Refused, Sent, Unsure
from bot.x.price_list import Item, PriceList
from bot.x.same_words import same_words
from bot.x.wire import Made, PostPage, snowflake_at, snowflake_time
from storage.database import Database, StorageTrouble
from storage.states import ProbeState
from storage.upkeep import brand, ledger
from storage.watching import probes
from storage.watching.probes import ProbeRow

log = structlog.get_logger()

LOOK_EVERY = timedelta(seconds=5)
QUESTION = "#help"  # answered in public, to everybody
IN_A_ROW = 3
SKEW = timedelta(seconds=5)  # X's clock and ours differ by this much at most
# The second account's windows are its own: never those of the brand's calls.
ASK_ROUTE, LOOK_ROUTE, OWN_ROUTE = (
    "probe: POST /2/tweets",
    "probe: GET /2/tweets",
    "probe: GET /2/users/:id/tweets",
)
OWN_PAGE = 5  # the least X gives. Source: https://docs.x.com/x-api (users/:id/tweets), read 2026-08-22
_AGAIN = timedelta(seconds=30)  # after what could not be done now


class Probe:
    """One brand's probe. `run` is called every few seconds, never twice at once."""

    def __init__(
        self,
        database: Database,
        client: XClient,
        budget: Budget,
        prices: PriceList,
        bell: AlarmBell,
        clock: Clock,
        *,
        brand_id: str,
        username: str,
        account_id: str,
        every: timedelta,
        target: timedelta,
        sending: bool = True,
    ) -> None:
        """`client` speaks for the second account, whose id is `account_id`. `target`: an answer must be seen
        within so long. `sending` False: nobody is answered, so nothing is asked."""
        self._database = database
        self._client = client
        self._budget = budget
        self._price = prices.of_post(has_link=False, summoned=False)
        self._bell = bell
        self._clock = clock
        self._brand_id = brand_id
        self._username = username
        self._account_id = account_id
        self._every = every
        self._target = target
        self._sending = sending
        self._rests_until: datetime | None = None

    def run(self) -> None:
        """Asks when it is time, and follows the question that is open. Never raises for the database."""
        now = self._clock.now()
        if self._rests_until is not None and now < self._rests_until:
            return
        self._rests_until = None
        try:
            last = next(iter(self._database.read(lambda c: probes.newest(c, self._brand_id))), None)
            if last is not None and last.is_open:
                self._follow(last, now)
            elif self._sending and (last is None or now - last.asked_at >= self._every):
                self._ask(now)
        except StorageTrouble as trouble:
            log.warning("database trouble", kind=trouble.kind.value, job="probe")

    # -- asking

    def _ask(self, now: datetime) -> None:
        text = f"Automatic check of {now:%Y-%m-%d %H:%M:%S} UTC: @{self._username} {QUESTION}"
        begun = self._database.write(lambda c: self._begin(c, text, now))
        if begun is None:
            self._rests_until = now + _AGAIN
            return
        probe_id, line_id = begun
        answer = self._client.create_post(text)
        self._database.write(lambda c: self._asked(c, probe_id, line_id, answer))

    def _begin(self, connection: Connection, text: str, now: datetime) -> tuple[int, int] | None:
        """Books the question and notes it; None where sending is paused, or money or X forbid it now."""
        if brand.sending_paused(connection, self._brand_id):
            return None
        if not self._budget.take_calls(connection, ASK_ROUTE, 1, now):
            return None
        (line_id,) = self._budget.reserve_writes(connection, [Write(self._price, None)], now)
        if line_id is None:
            return None
        return probes.begin(connection, self._brand_id, text, line_id, now), line_id

    def _asked(self, connection: Connection, probe_id: int, line_id: int, answer: Answer[Made]) -> None:
        outcome = answer.outcome
        self._budget.settle_writes(connection, [(line_id, self._price, outcome)])
        if isinstance(outcome, Sent):
            self._is_on_x(connection, probe_id, outcome.x_id)
        elif isinstance(outcome, Unsure):
            log.info("probe of unknown fate", probe=probe_id)  # it is looked for, and stays booked
        else:
            why = (
                f"{outcome.why.gloss} {outcome.detail}"
                if isinstance(outcome, Later | Refused)
                else "not sent"
            )
            self._close(connection, probe_id, ProbeState.FAILED, detail=why.strip())

    def _is_on_x(self, connection: Connection, probe_id: int, x_id: str) -> None:
        at = snowflake_time(x_id)
        probes.move(connection, self._brand_id, probe_id, ProbeState.ASKED, x_id=x_id, posted_at=at)
        log.info("probe asked", probe=probe_id)

    # -- following

    def _follow(self, row: ProbeRow, now: datetime) -> None:
        heard = self._database.read(
            lambda c: probes.heard(c, self._brand_id, self._account_id, row.asked_at - SKEW)
        )
        if heard is not None and row.state == ProbeState.ASKING:
            x_id = heard.x_id
            self._database.write(lambda c: self._was_posted(c, row, x_id))
        if heard is not None and heard.answer_x_id is not None:
            answer_id = heard.answer_x_id
            if self._sees(answer_id, now):
                self._database.write(lambda c: self._answered(c, row, heard.x_id, answer_id))
                return
            self._rests_until = now + _AGAIN
        if now - row.asked_at <= self._target:
            return
        if row.state == ProbeState.ASKING and heard is None:
            self._look_for_question(row, now)
            return
        why = "the second account cannot see the answer" if heard and heard.answer_x_id else "no answer"
        self._database.write(lambda c: self._close(c, row.id, ProbeState.UNANSWERED, detail=why))

    def _was_posted(self, connection: Connection, row: ProbeRow, x_id: str) -> None:
        """A question of unknown fate has turned up: it was posted, and paid for."""
        if row.line_id is not None:
            charge = ledger.Charge(row.line_id, self._price.micro)
            ledger.settle(connection, self._brand_id, [charge])
        self._is_on_x(connection, row.id, x_id)

    def _answered(self, connection: Connection, row: ProbeRow, x_id: str, answer_id: str) -> None:
        at = snowflake_time(answer_id)
        probes.move(
            connection, self._brand_id, row.id, ProbeState.ANSWERED,
            x_id=x_id, posted_at=snowflake_time(x_id), answered_at=at,
        )  # fmt: skip
        seconds = (at - snowflake_time(x_id)).total_seconds()
        log.info("probe answered", probe=row.id, seconds=round(seconds, 3))
        for alarm in ProbeAlarm:
            self._bell.end(connection, alarm, self._clock.now())

    def _sees(self, x_id: str, now: datetime) -> bool:
        """Whether the second account can read this post."""
        answer = self._read(LOOK_ROUTE, 1, now, lambda: self._client.posts([x_id]))
        return answer is not None and answer.data is not None and bool(answer.data.posts)

    def _look_for_question(self, row: ProbeRow, now: datetime) -> None:
        """Whether a question of unknown fate, which never arrived, stands on the second account at all."""
        since_id = snowflake_at(row.asked_at - SKEW)
        answer = self._read(
            OWN_ROUTE,
            OWN_PAGE,
            now,
            lambda: self._client.own_posts(self._account_id, since_id=since_id, max_results=OWN_PAGE),
        )
        if answer is None or answer.data is None:
            self._rests_until = now + _AGAIN
            return
        same = [post.id for post in answer.data.posts if same_words(post.text, row.text)]
        self._database.write(lambda c: self._found(c, row, same[0] if same else None))

    def _found(self, connection: Connection, row: ProbeRow, x_id: str | None) -> None:
        if x_id is not None:
            self._was_posted(connection, row, x_id)
            self._close(connection, row.id, ProbeState.UNANSWERED, detail="the question never arrived")
            return
        if row.line_id is not None:
            ledger.settle(connection, self._brand_id, [ledger.Charge(row.line_id, 0)])
        self._close(connection, row.id, ProbeState.FAILED, detail="X did not take the question")

    def _read(
        self, route: str, size: int, now: datetime, call: Callable[[], Answer[PostPage]]
    ) -> Answer[PostPage] | None:
        """A booked read with the second account's keys; None where no call was made."""
        booked = self._database.write(
            lambda c: self._budget.reserve_read(c, route, Item.POST_READ, now, size=size)
        )
        if isinstance(booked, Stopped):
            return None
        answer = call()
        self._database.write(lambda c: self._settle(c, booked, answer, now))
        return answer

    def _settle(
        self, connection: Connection, booked: Booked, answer: Answer[PostPage], now: datetime
    ) -> None:
        posts = () if answer.data is None else answer.data.posts
        ids = [post.id for post in posts]
        self._budget.settle_read(connection, booked, answer.outcome, ids, answer.date or now)
        if isinstance(answer.outcome, Read):
            times = [post.created_at for post in posts]
            self._budget.settle_lost(
                connection, booked.route.__eq__, Item.POST_READ, times, now, lost_before=now - LOST_AFTER
            )

    # -- closing

    def _close(self, connection: Connection, probe_id: int, state: ProbeState, *, detail: str) -> None:
        """Ends a probe without an answer; three such in a row ring."""
        probes.move(connection, self._brand_id, probe_id, state, detail=detail)
        log.warning("probe without answer", probe=probe_id, state=state.value, why=detail)
        last, now = probes.newest(connection, self._brand_id, IN_A_ROW), self._clock.now()
        if state is ProbeState.UNANSWERED:
            self._bell.end(connection, ProbeAlarm.CANNOT_ASK, now)
        if len(last) == IN_A_ROW and all(row.state == state for row in last):
            alarm = ProbeAlarm.UNANSWERED if state is ProbeState.UNANSWERED else ProbeAlarm.CANNOT_ASK
            self._bell.ring(connection, alarm, f"since {last[-1].asked_at:%Y-%m-%d %H:%M} UTC: {detail}", now)
