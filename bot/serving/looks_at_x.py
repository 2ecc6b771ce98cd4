"""Builds what looks at X: the feeds, how far each was read, whose turn it is to look, and when."""

from bot.app import our_time_since
from bot.jobs.poll import Intervals, Polling
from bot.jobs.roles import Role, Roles
from bot.jobs.steady_time import SteadyScheduler
from bot.readings import Readings
from bot.serving.shared import Shared
from bot.x.client import MENTIONS, MESSAGES
from bot.x.feeds.intake import Intake
from bot.x.feeds.mention_feed import MentionFeed
from bot.x.feeds.message_feed import MessageFeed
from bot.x.feeds.own_post_feed import OwnPostFeed


def build_roles(shared: Shared) -> Roles:
    return Roles(
        shared.database,
        shared.lease_clock,
        brand_id=shared.brand_id,
        owner=shared.owner,
        lease=shared.settings.lease,
    )


def build_feeds(shared: Shared, intake: Intake, roles: Roles) -> tuple[MentionFeed, MessageFeed]:
    has = (shared.database, shared.reads, shared.client, intake, shared.bell, shared.clock)
    spare = shared.budget.reserve_of
    return (
        MentionFeed(
            *has,
            brand_id=shared.brand_id,
            username=shared.row.username,
            spare_calls=spare(MENTIONS),
            may_move=lambda connection: roles.still_held(connection, Role.MENTIONS),
        ),
        MessageFeed(
            *has,
            brand_id=shared.brand_id,
            spare_calls=spare(MESSAGES),
            may_move=lambda connection: roles.still_held(connection, Role.MESSAGES),
        ),
    )


def build_own_post_feed(shared: Shared, intake: Intake) -> OwnPostFeed:
    return OwnPostFeed(
        shared.database,
        shared.reads,
        shared.client,
        intake,
        shared.clock,
        brand_id=shared.brand_id,
        our_time_since=our_time_since(shared.settings, shared.row),
    )


def build_polling(
    shared: Shared,
    scheduler: SteadyScheduler,
    roles: Roles,
    mentions: MentionFeed,
    messages: MessageFeed,
    readings: Readings,
) -> Polling:
    settings = shared.settings
    return Polling(
        shared.database,
        shared.budget,
        shared.bell,
        shared.clock,
        scheduler,
        brand_id=shared.brand_id,
        poll_mentions=mentions.poll,
        poll_messages=messages.poll,
        intervals=Intervals(settings.mentions_poll, settings.dm_poll_idle, settings.dm_poll_expecting),
        on_storage_trouble=readings.note_trouble,
        is_ours=roles.holds,
        ask_for_role_every=roles.renewed_every,
    )
