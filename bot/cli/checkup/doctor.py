"""`tweetserve doctor`: one line for each thing that must be right, and on each NO what to type next."""

import sys
from collections.abc import Iterator

from bot.cli.checkup.doctor_findings import Finding
from bot.cli.checkup.doctor_here import (
    accounts,
    alarms,
    commands,
    daemon,
    database,
    people,
    polls,
    probe,
    sending,
    settings,
)
from bot.cli.checkup.doctor_x import x_findings
from bot.cli.opened import Opened
from bot.cli.printing import clean, put, put_json
from bot.errors import ExitCode
from bot.logs import set_up_logs
from bot.settings import Settings
from bot.settings_check import WrongSettings, load_settings

_WORDS = {True: "OK", False: "NO", None: "--"}


def examine(*, as_json: bool) -> ExitCode:
    """Looks at everything and writes each line as it is found.

    NOT_CONFIGURED when the settings are wrong, which is all that is looked at then; COULD_NOT when anything
    else is NO.
    """
    set_up_logs("error", sys.stderr)
    found = []
    wrong = False
    try:
        looked_at = _everything(load_settings())
    except WrongSettings as mistakes:
        looked_at, wrong = _mistakes(mistakes), True
    for finding in looked_at:
        found.append(finding)
        if not as_json:
            _tell(finding)
    if as_json:
        put_json([finding.as_json() for finding in found])
    if wrong:
        return ExitCode.NOT_CONFIGURED
    return ExitCode.COULD_NOT if any(finding.ok is False for finding in found) else ExitCode.DONE


def _mistakes(wrong: WrongSettings) -> Iterator[Finding]:
    yield from (Finding("settings", False, line, "Mend it in .env.") for line in wrong.lines)


def _everything(chosen: Settings) -> Iterator[Finding]:
    yield from settings(chosen)
    with database(chosen) as (findings, at):
        yield from findings
        yield from _around(chosen, at)


def _around(chosen: Settings, at: Opened | None) -> Iterator[Finding]:
    serving = daemon(chosen)
    yield serving
    yield from x_findings(chosen, at)
    if at is not None:
        yield accounts(at)
    yield from commands(chosen)
    if at is not None:
        yield from polls(at, is_serving=serving.ok is not False)
        yield from alarms(at)
        yield sending(at)
    yield from people(chosen, at)
    yield probe(chosen, at)


def _tell(finding: Finding) -> None:
    put(clean(f"{_WORDS[finding.ok]}  {finding.check}: {finding.found}"))
    if finding.next_step and not finding.ok:
        put(clean(f"    {finding.next_step}"))
