"""Takes up what is saved in the folder of the brand's own commands while the bot runs.

A mistake takes no command down: its last good version goes on, and the log says what to mend. How-tos and
the commands that are built in are read at the start alone.
"""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import structlog

from commands.loading.problems import Problem
from commands.registry import Loaded, Registry

log = structlog.get_logger(__name__)

EVERY = timedelta(seconds=2)
_KINDS = (".py", ".md")

# When and how large each file was when it was last looked at.
Stamps = dict[Path, tuple[int, int]]


class CommandWatch:
    """One brand's commands. `run` is called every few seconds, never twice at once."""

    def __init__(self, registry: Registry, folders: Sequence[Path], own: Path) -> None:
        """`registry` has loaded `folders` just now; `own` is the one of them in which people write."""
        self._registry = registry
        self._folders = tuple(folders)
        self._own = own
        self._seen = _stamps(own)
        self._told: set[str] = set()
        self._tell(registry.current)

    def run(self) -> bool:
        """Loads the commands again if a file was saved, added or taken away; whether one was."""
        now = _stamps(self._own)
        if now == self._seen:
            return False
        # The stamps are older than what is read now: what is saved meanwhile is read once more.
        self._seen = now
        loaded = self._registry.load(self._folders)
        log.info("commands read again", commands=len(loaded.commands), problems=len(loaded.problems))
        self._tell(loaded)
        return True

    def _tell(self, loaded: Loaded) -> None:
        """Says each problem once, until it is mended."""
        for problem in loaded.problems:
            if str(problem) not in self._told:
                _say(problem)
        self._told = {str(problem) for problem in loaded.problems}


def _say(problem: Problem) -> None:
    tell = log.warning if problem.warning else log.error
    tell("command file wrong", file=problem.place, code=problem.code.value, told=str(problem))


def _stamps(folder: Path) -> Stamps:
    found: Stamps = {}
    for file in folder.rglob("*"):
        if file.suffix not in _KINDS:
            continue
        try:
            about = file.stat()
        except OSError:  # taken away in this very moment
            continue
        found[file] = (about.st_mtime_ns, about.st_size)
    return found
