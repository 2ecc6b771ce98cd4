"""Whether a queue has grown for a while: not a burst that is being worked off, nor the daily up and down."""

from collections import deque
from itertools import pairwise

LEAST = 10  # a queue shorter than this is nothing to ring for
_PARTS = 3


class QueueTrend:
    """The length of a queue over the last so many seconds. Kept in memory: after a start it begins anew."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lengths: deque[tuple[float, int]] = deque()

    def add(self, at_seconds: float, length: int) -> None:
        """Takes the length at this moment of a clock that only goes forward."""
        self._lengths.append((at_seconds, length))
        # One that is older than the time looked at is kept, so that the whole time is covered.
        while len(self._lengths) > 1 and self._lengths[1][0] <= at_seconds - self._seconds:
            self._lengths.popleft()

    @property
    def grows(self) -> bool:
        """Whether it was, even at its shortest, longer in each third of the time than in the one before."""
        shortest = [min(part) for part in self._thirds()]
        return not self.is_short and _rises(shortest)

    @property
    def is_over(self) -> bool:
        """Whether it is short again, or half as long as it was, or shorter from third to third."""
        if self.is_short:
            return True
        longest = max((length for _, length in self._lengths), default=0)
        return self._now * 2 <= longest or _rises([-max(part) for part in self._thirds()])

    @property
    def is_short(self) -> bool:
        """Whether it is too short to ring for."""
        return self._now < LEAST

    @property
    def _now(self) -> int:
        return self._lengths[-1][1] if self._lengths else 0

    def _thirds(self) -> list[list[int]]:
        """The lengths by thirds of the time; none where the time is not covered yet."""
        if not self._lengths or self._lengths[-1][0] - self._lengths[0][0] < self._seconds:
            return []
        begun = self._lengths[0][0]
        third = (self._lengths[-1][0] - begun) / _PARTS
        parts: list[list[int]] = [[] for _ in range(_PARTS)]
        for at, length in self._lengths:
            parts[min(int((at - begun) / third), _PARTS - 1)].append(length)
        return parts if all(parts) else []


def _rises(numbers: list[int]) -> bool:
    return bool(numbers) and all(one < other for one, other in pairwise(numbers))
