"""Short how-tos that everybody may read: one Markdown file for each, with the last day it is served.

A file begins with what it is about and until when it may be believed, then one section for each language:

    topic: battery
    also: power, charging
    renew by: 2027-11-30

    ## en Make the battery last longer
    Settings > Battery > …

After its last day a how-to is not served any more, because old advice about a phone is worse than none.
Whoever renews it reads it again and moves the day.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from commands.api import Guide
from commands.wording.locales import ENGLISH, LOCALES, language

_SECTION = re.compile(r"^##[ \t]+(?P<lang>[A-Za-z-]+)[ \t]+(?P<title>\S.*?)[ \t]*$", re.MULTILINE)
_HEAD = re.compile(r"^(?P<name>topic|also|renew by):[ \t]*(?P<value>.*?)[ \t]*$")
_TOPIC = re.compile(r"[^\W_]{2,20}")


class GuideUnreadable(ValueError):
    """A how-to that cannot be served; its text says what to mend."""


@dataclass(frozen=True, slots=True)
class Guides:
    """All how-tos that were found, whether they may still be served or not, and what could not be read."""

    all: tuple[Guide, ...]
    problems: tuple[str, ...] = ()

    def served(self, on: date, lang: str) -> tuple[Guide, ...]:
        """One how-to for each topic that may be served on this day, in the language or else in English."""
        wanted = language(lang)
        chosen: dict[str, Guide] = {}
        for guide in self.all:
            if on <= guide.renew_by and (guide.lang == wanted or guide.topic not in chosen):
                chosen[guide.topic] = guide
        return tuple(chosen.values())

    def to_renew(self, on: date, within: timedelta = timedelta(days=30)) -> tuple[Guide, ...]:
        """Those that are not served any more, or will not be within this time; in English."""
        return tuple(guide for guide in self.all if guide.lang == ENGLISH and guide.renew_by < on + within)


def read_guides(folders: Sequence[Path]) -> Guides:
    """The how-tos of these folders, by topic. A topic in a later folder takes the place of an earlier one's.

    A folder that does not exist holds none. A file that cannot be read leaves the others be and is told in
    `problems`.
    """
    topics: dict[str, tuple[Guide, ...]] = {}
    problems: list[str] = []
    for file in (file for folder in folders for file in sorted(folder.glob("*.md"))):
        try:
            guides = read_guide(file)
        except (OSError, UnicodeDecodeError, GuideUnreadable) as trouble:
            problems.append(f"{file.name}: {trouble}")
        else:
            topics[guides[0].topic] = guides
    return Guides(tuple(guide for topic in sorted(topics) for guide in topics[topic]), tuple(problems))


def read_guide(file: Path) -> tuple[Guide, ...]:
    """One topic's how-to in each of its languages, English first.

    Raises:
        GuideUnreadable: something is missing or not as it should be.
        OSError: the file cannot be read.
    """
    text = file.read_text(encoding="utf-8")
    headings = list(_SECTION.finditer(text))
    head = text[: headings[0].start()] if headings else text
    topic, also, renew_by = _head(head.splitlines())
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    found: dict[str, Guide] = {}
    for heading, end in zip(headings, ends, strict=True):
        lang = heading["lang"].casefold()
        body = " ".join(text[heading.end() : end].split())
        if lang not in LOCALES or lang in found:
            raise GuideUnreadable(f"expected one section each in {', '.join(LOCALES)}, found “{heading[0]}”")
        if not body:
            raise GuideUnreadable(f"the section “{heading[0]}” is empty")
        found[lang] = Guide(topic, heading["title"], body, lang, renew_by, also)
    if ENGLISH not in found:
        raise GuideUnreadable("expected a section in English, such as “## en Make the battery last longer”")
    return tuple(found[lang] for lang in LOCALES if lang in found)


def _head(lines: Iterable[str]) -> tuple[str, tuple[str, ...], date]:
    values = {found["name"]: found["value"] for line in lines if (found := _HEAD.match(line))}
    topic = values.get("topic", "")
    also = tuple(word.strip() for word in values.get("also", "").split(",") if word.strip())
    for word in (topic, *also):
        if not _TOPIC.fullmatch(word):
            raise GuideUnreadable(f"expected a topic of 2 to 20 letters or digits, found “{word}”")
    try:
        return topic, also, date.fromisoformat(values.get("renew by", ""))
    except ValueError as error:
        raise GuideUnreadable("expected “renew by:” with a day such as 2027-11-30") from error
