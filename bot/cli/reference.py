"""Writes what people look up from the code it describes: `.env.example` and the pages of docs/reference.

`python -m bot.cli.reference` writes them, `--check` fails when one is not current. A test runs the check.
"""

import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.backends.account_files_page import account_files_page
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """Exit code 0 when the pages are written, or are current under --check; 1 when any is not."""
    stale = []
    for name, write in PAGES.items():
        path, text = ROOT / name, write()
        if path.is_file() and path.read_text() == text:
            continue
        stale.append(name)
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    if stale and "--check" in arguments:
        sys.stderr.write(f"Not current: {', '.join(stale)}. Type: make docs\n")
        return 1
    return 0


def env_example() -> str:
    """`.env.example`: every setting commented out at its default, under its group, with meaning and unit."""
    lines = [
        "# Settings of TweetServe. Copy this file to .env and take the # away where you want another value.",
        "# The environment overrides .env. Instead of NAME, NAME_FILE may name a file that holds the value.",
    ]
    for group, names in _groups().items():
        lines += ["", f"# --- {group} ---"]
        for name in names:
            about, default = _about(name), _default(name)
            unit = f" Unit: {about['unit']}." if about["unit"] else ""
            lines += [
                "",
                f"# {about['meaning']}{unit}",
                f"# Expected: {about['expects']}, for example {about['example']}",
            ]
            lines.append(f"#{name.upper()}={default}")
    return "\n".join(lines) + "\n"


def settings_page() -> str:
    """docs/reference/settings.md."""
    lines = [
        "# Settings",
        "",
        "Set in the environment or in `.env`; the environment wins. `NAME_FILE` may name a file that holds NAME's value.",
        "A bare number in a time counts seconds; `90 s`, `10 min`, `24 h`, `2 d` work too.",
    ]
    for group, names in _groups().items():
        lines += [
            "",
            f"## {group}",
            "",
            "| setting | default | unit | meaning | expected |",
            "|---|---|---|---|---|",
        ]
        for name in names:
            about, default = _about(name), _default(name)
            shown = f"`{default}`" if default else "(none)"
            cells = (f"`{name.upper()}`", shown, about["unit"], about["meaning"], about["expects"])
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _groups() -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name in Settings.model_fields:
        groups.setdefault(_about(name)["group"], []).append(name)
    return groups


def _about(name: str) -> dict[str, str]:
    field = Settings.model_fields[name]
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    return {**{key: str(value) for key, value in extra.items()}, "meaning": field.description or ""}


def _default(name: str) -> str:
    return _as_text(Settings.model_fields[name].default)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g}"
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    return str(value)


PAGES: dict[str, Callable[[], str]] = {
    ".env.example": env_example,
    "docs/reference/settings.md": settings_page,
    "docs/reference/account-files.md": account_files_page,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
