"""Builds what says in public that a private answer takes a while."""

from collections.abc import Callable
from datetime import datetime

from bot.app import Deciding
from bot.flow.outgoing.delays import Delays, DelayTerms
from bot.jobs.delay_notices import DelayNotices
from bot.serving.shared import Shared
from bot.x.client import SEND_MESSAGE
from commands.wording.locales import language


def build_delay_notices(
    shared: Shared, deciding: Deciding, holds_before: Callable[[], datetime], enqueued: Callable[[], None]
) -> DelayNotices:
    """The job, for a brand whose answers are sent."""
    settings = shared.settings
    terms = DelayTerms(
        shared.brand_id,
        after=settings.delay_notice_after,
        oldest=settings.answer_up_to,
        allowance=shared.budget.allowance(SEND_MESSAGE),
        language=lambda known: language(known or deciding.policy.language),
        holds_before=holds_before,
    )
    delays = Delays(
        shared.database, terms, say=deciding.sentences.delayed, mark=deciding.marks.take, enqueued=enqueued
    )
    return DelayNotices(delays, shared.clock)
