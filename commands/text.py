"""X's rules for text: what counts as a hashtag, a mention, a cashtag or a link, and how long a text is.

Offsets count Unicode code points, as in X's `entities`. What a post or message *means* to the bot is read in
`commands/parse.py`.
"""

from functools import lru_cache

import regex

from commands.x_text.entities import Entity, without_overlaps
from commands.x_text.links import ACCENTED, urls
from commands.x_text.weights import Weight, outgoing_weight, weigh

__all__ = [
    "Entity",
    "Weight",
    "cashtags",
    "hashtags",
    "mentions",
    "outgoing_weight",
    "reply_to",
    "urls",
    "weigh",
    "would_link",
]

# Signs that may stand inside a hashtag besides letters, marks and digits: joiners and the like, which whole
# scripts cannot be written without.
_JOINERS = (
    r"_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7"
)
_TAG_LETTER = r"[\p{L}\p{M}]"
_TAG_CHARACTER = rf"[\p{{L}}\p{{M}}\p{{Nd}}{_JOINERS}]"
_NOT_BEFORE_TAG = rf"[[\p{{L}}\p{{M}}\p{{Nd}}{_JOINERS}&]--[\ufe0e\ufe0f]]"

_HASHTAG = regex.compile(
    rf"(?<!{_NOT_BEFORE_TAG})[#＃](?![\ufe0f\u20e3])"
    rf"(?=[\p{{Nd}}{_JOINERS}]*+{_TAG_LETTER})({_TAG_CHARACTER}++)(?![#＃]|://)",
    regex.V1,
)
_MENTION = regex.compile(
    r"(?:(?<![A-Za-z0-9_!#$%&*@＠])|(?<=(?<![A-Za-z0-9_+~.\-])(?:[rR][tT]:?)))[@＠]"
    rf"([A-Za-z0-9_]{{1,20}}+)(/[A-Za-z][A-Za-z0-9_\-]{{0,24}}+)?+(?![@＠{ACCENTED}]|://)"
)
_REPLY = regex.compile(rf"[\s\u180e]*+[@＠]([A-Za-z0-9_]{{1,20}}+)(?![@＠{ACCENTED}]|://)")
_CASHTAG = regex.compile(
    r"(?<![^\s\u180e])\$([A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?)(?=$|[\s\u180e!\"#$%&'()*+,\-./:;<=>?@\[\]^_{|}~])"
)


def hashtags(text: str) -> list[Entity]:
    """The hashtags X sees in `text`, in order; `value` is without the `#` (or full-width `＃`).

    Part of a link is no hashtag; digits alone are none; `&#39;` is none.
    """
    if "#" not in text and "＃" not in text:
        return []
    found = [Entity(one.start(), one.end(), one[1]) for one in _HASHTAG.finditer(text)]
    return without_overlaps(found, _links(text)) if found else found


@lru_cache(maxsize=8)
def _links(text: str) -> tuple[Entity, ...]:
    """The links of a text that is asked for its hashtags and then for its mentions."""
    return tuple(urls(text))


def mentions(text: str) -> list[Entity]:
    """The people X sees mentioned in `text`, in order; `value` is the username as it is written.

    Lists (`@person/list`), parts of links and e-mail addresses are no mentions.
    """
    if "@" not in text and "＠" not in text:
        return []
    found = [Entity(one.start(), one.end(), one[1]) for one in _MENTION.finditer(text) if not one[2]]
    return without_overlaps(found, _links(text)) if found else found


def reply_to(text: str) -> str | None:
    """The username the text begins with, spaces apart; None where it begins with something else."""
    found = _REPLY.match(text)
    return str(found[1]) if found else None


def cashtags(text: str) -> list[Entity]:
    """The cashtags (`$TICKER`) X sees in `text`, in order; `value` is without the `$`."""
    if "$" not in text:
        return []
    return [Entity(one.start(), one.end(), one[1]) for one in _CASHTAG.finditer(text)]


def would_link(text: str) -> list[Entity]:
    """What X would turn into links if we posted `text`, each of which makes the post cost 0.20 USD.

    Source: x-platform prices (2026-08-22): a post with a URL 0.200 USD, without 0.015 (0.010 summoned).
    """
    return urls(text)
