"""Whether an incident's text may be told to everybody: asked once, when a colleague writes it.

It must fit in one post in every language with what stands around it, make no link unless links are allowed,
and hold nothing of one customer. What is a customer's can only be guessed by its looks; what looks so is
refused.
"""

import regex

from bot.desk import incident_errors
from bot.desk.acts import Desk
from commands.accounts import AccountsUnavailable
from commands.plan import MARK_ROOM, PUBLIC_WEIGHT
from commands.references import find_reference, new_reference
from commands.text import mentions, outgoing_weight, would_link
from commands.wording.locales import LOCALES

_MAIL = regex.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
# Nine digits or more, in groups or not: telephones, cards, accounts. Days and times are taken out before.
_NUMBER = regex.compile(r"(?<![\w:.])\+?\d(?:[ \-().]{0,2}\d){8,}(?![\w:])")
_DAY_AND_TIME = regex.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{1,2}:\d{2})?|\d{1,2}\.\d{1,2}\.\d{4}")
# Source: Royal Mail, programmers' guide to PAF, edition 7: the forms of a full postcode.
_POSTCODE = regex.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b")
_LOOKS_LIKE_AN_ID = regex.compile(r"(?=\w*\d)\w{4,}")


def checked_text(desk: Desk, text: str) -> str:
    """The text as it is stored. Raises: OperatorError."""
    plain = "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
    if not plain:
        raise incident_errors.no_text()
    _check_private(desk, plain)
    found = would_link(plain)
    if found and not desk.policy.public_links:
        raise incident_errors.links(", ".join(link.value for link in found))
    named = mentions(plain)
    if named:
        raise incident_errors.names_somebody(", ".join(f"@{one.value}" for one in named))
    over = _too_long_by(desk, plain)
    if over > 0:
        raise incident_errors.too_long(over)
    return plain


def _too_long_by(desk: Desk, text: str) -> int:
    """How much the longest form of the answer exceeds a post: with a reference, in the wordiest language."""
    reference = new_reference(desk.house.brand.ticket_prefix, lambda size: size - 1)
    told = (desk.say.incident(lang, text, reference, tell_me=False).text for lang in LOCALES)
    return max(outgoing_weight(one) for one in told) - (PUBLIC_WEIGHT - MARK_ROOM)


def _check_private(desk: Desk, text: str) -> None:
    if _MAIL.search(text):
        raise incident_errors.private("a mail address")
    if _NUMBER.search(_DAY_AND_TIME.sub(" ", text)):
        raise incident_errors.private("a number as long as a telephone's or an account's")
    if _POSTCODE.search(text):
        raise incident_errors.private("a full postcode")
    if find_reference(tuple(text.split()), desk.house.brand.ticket_prefix) is not None:
        raise incident_errors.private("somebody's ticket reference")
    if any(_is_a_customers(desk, word) for word in _LOOKS_LIKE_AN_ID.findall(text)):
        raise incident_errors.private("a customer's number")


def _is_a_customers(desk: Desk, word: str) -> bool:
    source = desk.house.accounts
    if source is None:
        return False
    try:
        return source.customer(word) is not None
    except AccountsUnavailable:
        return False  # an outage of the accounts may be the very incident
