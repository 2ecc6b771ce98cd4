"""Tells, on the level of debugging, which way a mention takes and what it was judged by; never its words."""

import structlog

from bot.flow.decide.case import Case, Way

log = structlog.get_logger()


def tell(case: Case, way: Way) -> None:
    """One event with what the route rests on."""
    standing = case.standing
    log.debug(
        "routed",
        mention=case.incoming.mention_id,
        x_id=case.incoming.x_id,
        person=case.incoming.author_id,
        way=type(way).__name__,
        reason=str(getattr(way, "reason", "")),
        commands=[call.command for call in case.found.commands],
        seconds_old=round(case.age.total_seconds(), 1),
        may_message=case.may_message,
        linked=standing.customer_id is not None,
        stopped=standing.stopped,
        handed_over=case.handed_over,
    )
