"""What one look at a feed came to."""

from dataclasses import dataclass

from bot.x.budget import Stopped
from bot.x.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Polled:
    """`is_complete`: everything new is stored. Otherwise `outcome` or `stopped` says why not."""

    is_complete: bool
    new: int = 0
    outcome: Outcome | None = None
    stopped: Stopped | None = None
