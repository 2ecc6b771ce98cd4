"""The page on upgrading, followed to the letter: up, and back again."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import schema
from storage.database import Database
from tests.deploy.conftest import ROOT
from tests.units.bot.cli.conftest import cli  # noqa: F401  # a fixture

OLDER = "0006"


def typed(heading: str) -> list[list[str]]:
    """What the page tells to type under a heading."""
    text = (ROOT / "docs" / "upgrade.md").read_text()
    section = text.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [
        line for block in re.findall(r"```\n(.*?)```", section, re.DOTALL) for line in block.splitlines()
    ]
    return [line.removeprefix("tweetserve ").split() for line in lines if line.startswith("tweetserve ")]


@pytest.fixture
def yesterday(tmp_path: Path) -> str:
    """A database of an older version, with a brand in it."""
    url = f"sqlite:///{tmp_path / 'yesterday.db'}"
    with pytest.MonkeyPatch.context() as then:
        then.setattr(schema, "HEAD", OLDER)
        with Database(url) as database:
            schema.migrate(database)
            database.write(
                lambda c: c.execute(
                    sa.text(
                        "INSERT INTO brands (brand_id, username, name, serves, first_started_at,"
                        " sending_paused_by, x_offset_ms, boot_id)"
                        " VALUES ('1', 'BrightTel', '', 'sandbox:w', '2026-11-21 12:00:00', '', 0, '')"
                    )
                )
            )
    return url


def state_of(url: str) -> tuple[str | None, list[str]]:
    with Database(url) as database:
        names = database.read(lambda c: list(c.execute(sa.text("SELECT username FROM brands")).scalars()))
        return database.read(schema.found_revision), names


def test_the_page_leads_up_and_back_again(cli, yesterday: str) -> None:  # noqa: F811
    back_up, migrate, _doctor = typed("Upgrade")
    (restore,) = typed("Roll back")

    assert cli(*back_up, DATABASE_URL=yesterday).code == 0
    assert cli(*migrate, DATABASE_URL=yesterday).code == 0
    assert state_of(yesterday) == (schema.HEAD, ["BrightTel"])

    assert cli(*restore, DATABASE_URL=yesterday).code == 0
    assert state_of(yesterday) == (OLDER, ["BrightTel"])
