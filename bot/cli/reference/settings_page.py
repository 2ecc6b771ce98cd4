"""The settings as people look them up: `.env.example` and a reference page."""

from datetime import timedelta
from typing import Any

from bot.setting_parts.settings_fields import GROUPS
from bot.settings import Settings


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
        "Set in the environment or in `.env`; the environment wins. Instead of `NAME`, `NAME_FILE` may name",
        "a file that holds the value.",
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
    groups: dict[str, list[str]] = {group: [] for group in GROUPS}
    for name in Settings.model_fields:
        groups[_about(name)["group"]].append(name)
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
