"""The reference page of the built-in commands: hashtags, who may use them, how often, and their examples."""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from commands.api import Example, Limit
from commands.loading.command_files import Command
from commands.registry import BUILT_IN, Registry
from commands.wording.locales import ENGLISH, LOCALES

_HEAD = """\
# Built-in commands

What customers can ask, in a post that mentions the brand or in a direct message. Your own commands are
written the same way: [write-a-command.md](../write-a-command.md). Which of them are on in your installation
says `tweetserve show commands`. Beside each command's own limit, `PERSON_LIMIT` bounds all commands of one
person in an hour together.
"""
_ROOMS = {
    "account": "From the customer's account, privately",
    "guide": "For everybody, in public",
    "tickets": "Tickets",
    "people": "People, and how to be left alone",
}
_HOUR = timedelta(hours=1)


def commands_page() -> str:
    """docs/reference/commands.md."""
    loaded = Registry(ZoneInfo("UTC")).load([BUILT_IN])
    lines = [_HEAD]
    for room, heading in _ROOMS.items():
        lines += [f"## {heading}", ""]
        for command in loaded.commands.values():
            if command.room == room:
                lines += [*_told(command), ""]
    return "\n".join(lines).rstrip() + "\n"


def _told(command: Command) -> Iterator[str]:
    rules = command.rules
    summary = command.summary(ENGLISH)
    yield f"### #{command.name}"
    yield ""
    yield summary[:1].upper() + summary[1:] + "."
    yield ""
    if rules.hashtags[1:]:
        yield f"- Also: {', '.join(f'`#{tag}`' for tag in rules.hashtags[1:])}"
    yield f"- Who: {_who(command)}"
    yield f"- How often: {_how_often(command)}"
    if rules.only_alone:
        yield "- Counts only as the whole message after the names."
    yield f"- Risk: {rules.risk.value}"
    yield f"- Languages: {', '.join(_languages(command))}"
    shown = [example for example in rules.examples if example.help]
    if shown:
        yield f"- For example: {' · '.join(_example(example) for example in shown)}"
    place = command.file.relative_to(BUILT_IN.parent.parent)
    words = place.with_suffix(".md")
    yield f"- Files: [`{place}`](../../{place}), [`{words.name}`](../../{words})"


def _who(command: Command) -> str:
    rules = command.rules
    who = "people whose X account is linked to a customer; others are told the next step"
    who = who if rules.needs_link else "everybody"
    more = []
    if rules.after_stop:
        more.append("after #stop too")
    if rules.while_handed_over:
        more.append("while a colleague is in charge too")
    return "; ".join([who, *more])


def _how_often(command: Command) -> str:
    rules = command.rules
    return "as often as they like" if rules.after_stop or rules.while_handed_over else _limit(rules.at_most)


def _limit(limit: Limit) -> str:
    per = "an hour" if limit.per == _HOUR else f"in {limit.per.total_seconds() / 3600:g} hours"
    return f"{limit.times} times {per} for one person"


def _languages(command: Command) -> list[str]:
    answers = command.words.answers()
    return [
        str(locale.english_name).split(" (")[0]
        for tag, locale in LOCALES.items()
        if all(tag in command.words.languages(answer) for answer in answers)
    ]


def _example(example: Example) -> str:
    return f"`{example.text}`" + (" by direct message" if example.dm else "")
