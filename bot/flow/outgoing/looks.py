"""What a look among our own posts shows: which delivery is which post, and what colleagues wrote instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.x.same_words import same_words
from bot.x.wire import XPost
from storage.deliveries import DeliveryRow
from storage.outbox import ClaimedDelivery


@dataclass(frozen=True, slots=True)
class Look:
    """What a look came to. `found`: delivery id → what X calls it. `seen`: the deliveries that were looked
    for. `colleagues`: delivery id → posts with other words than ours under what it answers.
    """

    seen: frozenset[int]
    found: dict[int, str]
    colleagues: dict[int, tuple[XPost, ...]] = field(default_factory=dict)


def look_among(
    batch: Sequence[ClaimedDelivery], unknown: Sequence[XPost], under: Mapping[str, Sequence[DeliveryRow]]
) -> Look:
    """Which of these are among posts of ours that no delivery is known by.

    `under`: every delivery that replies to what these reply to.
    """
    free = list(unknown)
    found: dict[int, str] = {}
    for delivery in batch:
        there = [post for post in free if delivery.reply_to_id and post.replied_to_id == delivery.reply_to_id]
        same = [post for post in (*there, *free) if same_words(post.text, delivery.text)]
        if same:
            found[delivery.id] = same[0].id
            free.remove(same[0])
    colleagues = {
        delivery.id: tuple(
            post
            for post in free
            if post.replied_to_id == delivery.reply_to_id
            and not any(same_words(post.text, row.text) for row in under.get(delivery.reply_to_id or "", ()))
        )
        for delivery in batch
    }
    return Look(frozenset(delivery.id for delivery in batch), found, colleagues)
