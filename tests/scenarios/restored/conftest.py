"""Backups of a story's database, and the day on which one of them is put back."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from storage.database import normal_url
from storage.engine import sqlite_copies

PG_BIN = Path("/usr/lib/postgresql/15/bin")


class Vault:
    """Keeps one backup of the stage's database, made and put back as operators do it."""

    def __init__(self, stage: Any, folder: Path) -> None:
        self._stage = stage
        self._copy = folder / "backup"
        self._url = stage.given["database_url"]

    def back_up(self) -> None:
        """While the bot is serving."""
        if self._stage.database.is_sqlite:
            sqlite_copies.make_copy(self._stage.database.path, self._copy)
        else:
            self._postgres("pg_dump", "--format=custom", f"--schema={self._schema}", f"--file={self._copy}")

    def put_back(self, *, by_cp: bool = False) -> None:
        """With the bot stopped. `by_cp`: a copy without a mark, made and put back by other tools."""
        self._stage.kill()
        if not self._url.startswith("sqlite"):
            options = ("--clean", "--if-exists", "--no-owner", "--exit-on-error")
            self._postgres("pg_restore", *options, str(self._copy))
            # Whoever held a role when the backup was made holds it until its lease is over.
            self._stage.passes(seconds=self._stage.settings.lease.total_seconds() + 1)
            return
        place = Path(self._url.removeprefix("sqlite:///"))
        for ending in sqlite_copies.SIDE_FILES:
            place.with_name(place.name + ending).unlink(missing_ok=True)
        shutil.copy(self._copy, place)
        if by_cp:
            with sa.create_engine(self._url).connect() as connection:
                connection.exec_driver_sql("PRAGMA user_version = 0")

    @property
    def _schema(self) -> str:
        return normal_url(self._url).query["options"].removeprefix("-csearch_path=")

    def _postgres(self, tool: str, *arguments: str) -> None:
        url = normal_url(self._url).set(drivername="postgresql", query={})
        address = url.render_as_string(hide_password=False)
        ran = subprocess.run(
            [PG_BIN / tool, f"--dbname={address}", *arguments], capture_output=True, text=True, env=os.environ
        )
        assert ran.returncode == 0, ran.stderr


@pytest.fixture
def vault(stage: Any, tmp_path: Path) -> Vault:
    if not stage.database.is_sqlite and not (PG_BIN / "pg_dump").exists():
        pytest.skip(f"pg_dump is missing in {PG_BIN}")
    return Vault(stage, tmp_path)


@pytest.fixture
def starts_again(stage: Any) -> Callable[..., None]:
    """Starts the bot, and lets it find out what it does not know: a lag later all of it is shown."""

    def start(*, lags: int = 1) -> None:
        stage.start()
        stage.settles()
        for _ in range(lags):
            stage.waits(seconds=61)

    return start


@pytest.fixture
def answered_once(stage: Any, x: Any) -> Callable[[str], bool]:
    """On X there is one answer, and here the mention's story ends in that very one."""

    def look(post: str) -> bool:
        (delivery,) = stage.deliveries(post)
        return (
            len(x.replies_to(post)) == 1
            and stage.mention(post).state == "done"
            and stage.mention(post).answered_at is not None
            and (delivery.state, delivery.x_id) == ("sent", x.reply_id(post))
        )

    return look
