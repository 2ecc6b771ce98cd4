"""Mentions in waves: a wave is posted when the one before is fully answered, each mention exactly once."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.local_x import LocalX
from benchmarks.processes import Ended, Process

WAVE = 400
# Often enough to lose little between two waves, seldom enough not to eat what is measured.
_LOOK_EVERY_SECONDS = 0.025
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Answered:
    """How long the answers took, from the first wave's posting to the last answer, and at what cost."""

    mentions: int
    seconds: float
    cpu_seconds: float
    x_cpu_seconds: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.mentions / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Processor time of whoever answered, for each mention."""
        return self.cpu_seconds / self.mentions * 1000

    @property
    def x_cpu_ms(self) -> float:
        """The sandbox's, posting the mentions and being watched included."""
        return self.x_cpu_seconds / self.mentions * 1000


def answer_waves(x: LocalX, answering: Process, people: Sequence[str], waves: int) -> Answered:
    """Posts that many waves, half #help and half #data, and sees each answered once.

    Raises: Ended when an answer is missing, or one is too many.
    """
    x.new_answers()
    cpu, x_cpu, begun = answering.cpu_seconds(), x.cpu_seconds(), time.monotonic()
    for wave in range(waves):
        _answer_wave(x, answering, people, wave)
    seconds = time.monotonic() - begun
    return Answered(waves * WAVE, seconds, answering.cpu_seconds() - cpu, x.cpu_seconds() - x_cpu)


def _answer_wave(x: LocalX, answering: Process, people: Sequence[str], wave: int) -> None:
    replies: Counter[str] = Counter()
    messages: Counter[str] = Counter()
    for number in range(wave * WAVE, (wave + 1) * WAVE):
        name = people[number % len(people)]
        # Whoever asks for help in one round of the people asks for data in the next.
        if (number + number // len(people)) % 2:
            x.post(name, "@BrightTel #data")
            messages[name] += 1
        else:
            replies[x.post(name, "@BrightTel #help")] += 1
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while replies.total() + messages.total() > 0:
        time.sleep(_LOOK_EVERY_SECONDS)
        new = x.new_answers()
        replies.subtract(str(post["in_reply_to"]) for post in new.posts)
        messages.subtract(str(message["to"]) for message in new.messages)
        if time.monotonic() > deadline:
            break
    wrong = {who: left for who, left in (*replies.items(), *messages.items()) if left}
    if wrong:
        answering.check()
        few = dict(list(wrong.items())[:5])
        raise Ended(f"{len(wrong)} answers missing (1) or too many (-1), such as {few}:\n{answering.said()}")
