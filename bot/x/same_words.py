"""Whether a text that X shows is one that we sent: X escapes signs, shortens links, and names whom a reply is
to.
"""

import re
from html import unescape

_LINK = re.compile(r"https?://\S+")


def same_words(shown: str, sent: str) -> bool:
    """X shows these very words; before a reply's own words it puts the names of those it is to."""
    ours, theirs = _comparable(sent), _comparable(shown)
    if not theirs.endswith(ours):
        return False
    before = theirs.removesuffix(ours)
    return not before or (before.endswith(" ") and all(word.startswith("@") for word in before.split()))


def _comparable(text: str) -> str:
    return " ".join(_LINK.sub("URL", unescape(text)).split())
