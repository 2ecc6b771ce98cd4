"""The same words with another mark, for X refuses words that it has already."""

import re

from commands.plan import MARK_JOINT

_TIME_MARK = re.compile(r"\d\d:\d\d:\d\d( [A-Z]{2})?")


def remarked(text: str, mark: str, new_mark: str) -> str:
    """A public text with another mark; a ticket's reference stays, and the new mark stands behind it."""
    is_time = _TIME_MARK.fullmatch(mark) is not None
    plain = text.removesuffix(MARK_JOINT + mark) if is_time else text
    return plain + MARK_JOINT + new_mark
