"""What X makes of a text somebody typed: names filled in, links shortened, escaped, its entities found.

Source of the shapes: X's data dictionary, https://docs.x.com/x-api/fundamentals/data-dictionary (2026-11-21).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from commands import text as x_text
from sandbox.world.records import Entities, Person

ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
POST_WEIGHT = 280
CUT_WEIGHT = 250  # what stays of a long post before "… https://t.co/…"

FindPerson = Callable[[str], Person | None]


@dataclass(frozen=True, slots=True)
class Composed:
    """A typed text as X stores it. Offsets count code points of `text`."""

    text: str
    display: tuple[int, int]
    entities: Entities
    mentioned: list[int]
    note: dict[str, Any] | None = None


def compose(typed: str, autofill: list[Person], find_person: FindPerson) -> Composed:
    """The stored form of a post; `autofill` are the people X names at the head of a reply, not shown.

    A text of more than 280 (weighted, without those names) is cut, and the whole stands in `note`.
    """
    prefix = "".join(f"@{person.username} " for person in autofill)
    weight = x_text.weigh(typed).length
    whole = _mark_up(prefix + typed, find_person)
    if weight <= POST_WEIGHT:
        return Composed(whole.text, (len(prefix), len(whole.text)), whole.entities, whole.mentioned)
    cut = _mark_up(f"{prefix}{_head(typed)}… {short_link(typed)}", find_person)
    note = {"text": whole.text} | ({"entities": whole.entities} if whole.entities else {})
    shown = (len(prefix), len(cut.text))
    return Composed(cut.text, shown, cut.entities, whole.mentioned, note)


def compose_message(typed: str, find_person: FindPerson) -> Composed:
    """The stored form of a private message: never cut, nothing filled in."""
    return _mark_up(typed, find_person)


def short_link(url: str) -> str:
    """X's short form of a link: the same for the same link."""
    return "https://t.co/" + hashlib.sha256(url.encode()).hexdigest()[:10]


def _head(typed: str) -> str:
    low, high = 0, len(typed)
    while low < high:
        middle = (low + high + 1) // 2
        if x_text.weigh(typed[:middle]).length <= CUT_WEIGHT:
            low = middle
        else:
            high = middle - 1
    return typed[:low].rstrip()


def _mark_up(raw: str, find_person: FindPerson) -> Composed:
    links = x_text.urls(raw) if "." in raw else []
    text, at = _wire(raw, links)
    entities: Entities = {}
    mentioned: list[int] = []
    if links:
        entities["urls"] = [
            {
                "start": at[link.start],
                "end": at[link.start] + len(short_link(link.value)),
                "url": short_link(link.value),
                "expanded_url": link.value if "://" in link.value else f"http://{link.value}",
                "display_url": link.value.partition("://")[2] or link.value,
            }
            for link in links
        ]
    if "@" in raw or "＠" in raw:
        for found in x_text.mentions(raw):
            person = find_person(found.value)
            if person is None:  # X links only names that exist
                continue
            span = {"start": at[found.start], "end": at[found.end]}
            entities.setdefault("mentions", []).append(
                span | {"username": person.username, "id": str(person.id)}
            )
            if person.id not in mentioned:
                mentioned.append(person.id)
    for key, signs, find in (("hashtags", "#＃", x_text.hashtags), ("cashtags", "$", x_text.cashtags)):
        if any(sign in raw for sign in signs):
            tags = [{"start": at[tag.start], "end": at[tag.end], "tag": tag.value} for tag in find(raw)]
            if tags:
                entities[key] = tags
    return Composed(text, (0, len(text)), entities, mentioned)


def _wire(raw: str, links: list[x_text.Entity]) -> tuple[str, "list[int] | range"]:
    """The escaped text with short links, and where each code point of `raw` begins in it."""
    if not links and not any(sign in raw for sign in ESCAPES):
        return raw, range(len(raw) + 1)
    starts = {link.start: link for link in links}
    pieces: list[str] = []
    at: list[int] = []
    length = index = 0
    while index < len(raw):
        link = starts.get(index)
        piece = short_link(link.value) if link else ESCAPES.get(raw[index], raw[index])
        step = link.end - link.start if link else 1
        at.extend([length] * step)
        pieces.append(piece)
        length += len(piece)
        index += step
    at.append(length)
    return "".join(pieces), at
