"""Who can see what: deleted, protected, suspended, and what a fault shows late.

The brand follows nobody, so nobody sees a protected person's posts but that person.
"""

import hashlib

from sandbox.faults import Effects
from sandbox.world.records import Message, Person, Post
from sandbox.world.snowflakes import ms_of
from sandbox.world.world import World


def hidden_because(world: World, post: Post, viewer: Person | None) -> str | None:
    """Why somebody cannot see a post: `gone` or `protected`; None when they can."""
    author = world.crowd.by_id[post.author]
    if post.deleted or author.suspended:
        return "gone"
    if author.protected and (viewer is None or viewer.id != author.id):
        return "protected"
    return None


def is_late(world: World, identity: int, effects: Effects) -> bool:
    """Whether a fault keeps something this young out of sight; the same for each call while it lasts."""
    if not effects.late_ms or world.now_ms() - ms_of(identity) >= effects.late_ms:
        return False
    if effects.late_share >= 1.0:
        return True
    draw = hashlib.blake2b(str(identity).encode(), digest_size=4).digest()
    return int.from_bytes(draw, "big") / 2**32 < effects.late_share


def listed(world: World, post: Post, viewer: Person | None, effects: Effects) -> bool:
    """Whether a post stands in a list: seen, in its newest version, and not late."""
    return (
        post.history[-1] == post.id
        and hidden_because(world, post, viewer) is None
        and not (effects.late_ms and is_late(world, post.id, effects))
    )


def message_seen(world: World, message: Message, viewer: Person, effects: Effects) -> bool:
    """Whether a message is in somebody's own list."""
    return (
        viewer.id in (message.sender, message.receiver)
        and viewer.id not in message.hidden_from
        and not is_late(world, message.id, effects)
    )
