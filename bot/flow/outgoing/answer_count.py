"""Counts what was decided, and what X has taken, however that became known."""

from datetime import datetime

from bot.flow.decide.decision import Decision
from bot.metrics import Metrics
from storage.outbox import ClaimedDelivery
from storage.states import Purpose, Reason


def count_decision(metrics: Metrics, decision: Decision) -> None:
    """A silence by its reason, and an answer with an incident's text. A probe never counts."""
    if decision.person_id == metrics.uncounted:
        return
    if decision.says_nothing or decision.reason is Reason.TOO_MANY:  # being told of a limit is no answer
        metrics.skips.labels(decision.reason.value).inc()
    metrics.incident_answers.inc(bool(decision.incidents))


def count_answer(
    metrics: Metrics, delivery: ClaimedDelivery, asked_at: datetime | None, taken_at: datetime
) -> None:
    """One answer by command and channel, and how long the person waited; both times are X's.

    A probe is no request, and that an answer takes a while is no answer: they never count.
    """
    if delivery.person_id == metrics.uncounted or delivery.purpose == Purpose.DELAY:
        return
    for command in delivery.command.split() or ["none"]:
        metrics.answers.labels(command, delivery.channel).inc()
    if asked_at is not None and delivery.purpose != Purpose.PERSON:
        seconds = (taken_at - asked_at).total_seconds()
        metrics.seconds_to_answer.labels(delivery.channel).observe(max(0.0, seconds))
