"""Why an act on an incident is refused: each with its code, and the next step."""

from bot.errors import ExitCode, OperatorError

_NOTHING_DONE = "Nothing was done."
_NOBODY = "Nobody is affected."


def no_text() -> OperatorError:
    return OperatorError(
        "incident-empty", "An incident needs words for the people who ask.", _NOBODY, _NOTHING_DONE,
        'Say them: --text "No 4G around Leeds since 09:40, next news 11:00"', exit_code=ExitCode.WRONG_USAGE,
    )  # fmt: skip


def too_long(over: int) -> OperatorError:
    return OperatorError(
        "incident-too-long",
        f"With a ticket's reference and the mark, the text is {over} too long for a post.", _NOBODY,
        _NOTHING_DONE, f"Shorten it by {over}; accents and most emoji count double.",
    )  # fmt: skip


def links(found: str) -> OperatorError:
    return OperatorError(
        "incident-links", f"X would make a link of {found}: each answer would cost 0.20 USD instead of 0.01.",
        _NOBODY, _NOTHING_DONE, "Leave it out, write dots as words, or set PUBLIC_LINKS=on.",
    )  # fmt: skip


def private(what: str) -> OperatorError:
    return OperatorError(
        "incident-private", f"The text holds {what}, and everybody would read it.",
        _NOBODY, _NOTHING_DONE, "Leave it out, and say it again.",
    )  # fmt: skip


def names_somebody(who: str) -> OperatorError:
    return OperatorError(
        "incident-names-somebody", f"The text names {who}, who would be rung by every answer.",
        _NOBODY, _NOTHING_DONE, "Leave the @ out.",
    )  # fmt: skip


def no_commands() -> OperatorError:
    return OperatorError(
        "incident-without-commands", "An incident needs the commands that answer with it.", _NOBODY,
        _NOTHING_DONE, "Name them: --commands data,text,broken", exit_code=ExitCode.WRONG_USAGE,
    )  # fmt: skip


def unfit_command(name: str) -> OperatorError:
    return OperatorError(
        "incident-command", f"#{name} is no command that can answer with an incident.", _NOBODY,
        _NOTHING_DONE,
        "See which there are: tweetserve show commands   (#agent, #stop, #start and #tellme cannot)",
    )  # fmt: skip


def taken(name: str, incident_id: int) -> OperatorError:
    return OperatorError(
        "incident-command-taken", f"#{name} answers with incident {incident_id} already.", _NOBODY,
        _NOTHING_DONE, f"Add to that one: tweetserve act incident update {incident_id} --text TEXT",
    )  # fmt: skip


def unreadable_time(given: str) -> OperatorError:
    return OperatorError(
        "incident-until", f"{given!r} is no time to come.", _NOBODY, _NOTHING_DONE,
        "Write --until 18:00, --until 2026-11-24T18:00, or --until none.", exit_code=ExitCode.WRONG_USAGE,
    )  # fmt: skip


def closed(incident_id: int) -> OperatorError:
    return OperatorError(
        "incident-closed", f"Incident {incident_id} is over.", _NOBODY, _NOTHING_DONE,
        "See them: tweetserve show incidents --all   (or open a new one)",
    )  # fmt: skip


def which(count: int) -> OperatorError:
    said = "No incident is open." if not count else f"{count} incidents are open."
    return OperatorError(
        "incident-which", said, _NOBODY, _NOTHING_DONE,
        "Name the one you mean by its number: tweetserve show incidents",
    )  # fmt: skip


def nothing_to_change() -> OperatorError:
    return OperatorError(
        "incident-unchanged", "Nothing is said that is to change.", _NOBODY, _NOTHING_DONE,
        "Give --text, --commands or --until.", exit_code=ExitCode.WRONG_USAGE,
    )  # fmt: skip
