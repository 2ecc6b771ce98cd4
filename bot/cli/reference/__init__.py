"""Writes what people look up from the code it describes: `.env.example` and the pages of docs/reference.

`python -m bot.cli.reference` writes them, `--check` fails when one is not current. A test runs the check.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from bot.backends.account_files_page import account_files_page
from bot.cli.reference.cli_page import cli_page
from bot.cli.reference.commands_page import commands_page
from bot.cli.reference.sandbox_page import sandbox_page
from bot.cli.reference.settings_page import env_example, settings_page
from bot.cli.reference.states_page import states_page

__all__ = ["PAGES", "env_example", "main"]

ROOT = Path(__file__).resolve().parents[3]
PAGES: dict[str, Callable[[], str]] = {
    ".env.example": env_example,
    "docs/reference/settings.md": settings_page,
    "docs/reference/commands.md": commands_page,
    "docs/reference/cli.md": cli_page,
    "docs/reference/states.md": states_page,
    "docs/reference/account-files.md": account_files_page,
    "docs/reference/sandbox.md": lambda: sandbox_page(ROOT / "sandbox"),
}


def main(arguments: list[str]) -> int:
    """Exit code 0 when the pages are written, or are current under --check; 1 when any is not."""
    stale = []
    for name, write in PAGES.items():
        path, text = ROOT / name, write()
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if stale and "--check" in arguments:
        sys.stderr.write(f"Not current: {', '.join(stale)}. Type: make docs\n")
        return 1
    return 0
