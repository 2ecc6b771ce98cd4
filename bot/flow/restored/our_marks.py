"""Whether a text of our account's is one of the bot's own: its public ones end in a mark, and the answer that
opens a ticket names it.

A colleague who writes in X's own app does neither.
"""

import re
from html import unescape

from bot.flow.decide.mark import LETTERS
from commands.plan import MARK_JOINT
from commands.references import read_reference

_TIME = re.compile(rf"{re.escape(MARK_JOINT)}(\d\d:\d\d:\d\d(?: [{LETTERS}]{{2}})?)$")
_WORD = re.compile(r"\b[A-Z]{2,4}-[0-9A-Z]{4}-[0-9A-Z]\b")


def references_in(text: str, prefix: str) -> list[str]:
    """The ticket references of ours in a text, in order, each once."""
    found = (read_reference(word, prefix) for word in _WORD.findall(text))
    return list(dict.fromkeys(one for one in found if one is not None))


def mark_of(text: str, prefix: str) -> str | None:
    """The mark in which this public text ends; None: the bot did not write it."""
    shown = unescape(text).rstrip()
    time = _TIME.search(shown)
    if time is not None:
        return time[1]
    return next((one for one in references_in(shown, prefix) if shown.endswith(one)), None)
