"""The units of systemd: understood, shut in, and fitting the daemon they start."""

import configparser
import re
from pathlib import Path

import pytest

from bot.daemon import STOP_SECONDS
from bot.errors import ExitCode
from tests.deploy.conftest import DEPLOY, ROOT, Judge

UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICE = DEPLOY / "systemd" / "tweetserve.service"
PLACE = "/opt/tweetserve"
MOST_EXPOSED = 20  # of 100, as systemd-analyze counts: an ordinary service has 96


def settings_of(unit: Path, section: str) -> dict[str, str]:
    parsed = configparser.RawConfigParser(strict=False)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's names have capitals
    parsed.read_string(unit.read_text())
    return dict(parsed[section])


@pytest.fixture
def installed(tmp_path: Path) -> list[Path]:
    """The units as if the checkout stood where they say."""
    program = tmp_path / "checkout" / ".venv" / "bin" / "tweetserve"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    (tmp_path / "docs").mkdir()
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace(PLACE, str(tmp_path / "checkout")))
    return [tmp_path / unit.name for unit in UNITS]


def test_systemd_understands_the_units(systemd_analyze: Judge, installed: list[Path]) -> None:
    said = systemd_analyze("verify", "--man=no", "--recursive-errors=no", *map(str, installed))

    ours = [line for line in said.splitlines() if "tweetserve" in line]
    assert ours == []


def test_the_daemon_is_shut_in(systemd_analyze: Judge, installed: list[Path]) -> None:
    (service,) = [path for path in installed if path.name == SERVICE.name]

    systemd_analyze("security", "--offline=yes", f"--threshold={MOST_EXPOSED}", str(service))


def test_systemd_waits_longer_than_the_daemon_takes_to_stop() -> None:
    assert float(settings_of(SERVICE, "Service")["TimeoutStopSec"]) > STOP_SECONDS + 1


def test_what_only_a_person_can_mend_is_not_started_again_and_all_else_is() -> None:
    service = settings_of(SERVICE, "Service")

    kept = {int(code) for code in service["RestartPreventExitStatus"].split()}
    assert kept == {ExitCode.WRONG_USAGE, ExitCode.NOT_CONFIGURED}
    assert service["Restart"] == "always"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_names_only_files_of_the_checkout_that_exist(unit: Path) -> None:
    named = re.findall(rf"{PLACE}/([\w./-]+)", unit.read_text())
    made = (".venv", "var")

    assert [name for name in named if not name.startswith(made) and not (ROOT / name).exists()] == []


def test_the_nightly_backup_is_made_where_the_daemon_may_write() -> None:
    backup = settings_of(DEPLOY / "systemd" / "tweetserve-backup.service", "Service")
    service = settings_of(SERVICE, "Service")

    assert backup["ReadWritePaths"] == service["ReadWritePaths"] == f"{PLACE}/var"
    assert backup["ExecStart"].endswith("tweetserve backup")
