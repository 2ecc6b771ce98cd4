"""The brand: one database serves one X and refuses any other; sending can be paused."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.upkeep import brand

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SANDBOX = brand.sandbox_x("world-1")


@pytest.fixture
def settle_in(database):
    def start(serves: str = SANDBOX, username: str = "BrightTel", now: datetime = NOON) -> brand.BrandRow:
        return database.write(
            lambda c: brand.settle_in(
                c, brand_id="100", username=username, name="BrightTel", serves=serves, now=now
            )
        )

    return start


def test_the_first_start_is_remembered(settle_in) -> None:
    settle_in()

    again = settle_in(username="BrightTelUK", now=NOON + timedelta(days=3))

    assert again.first_started_at == NOON
    assert again.username == "BrightTelUK"


def test_another_x_is_refused(settle_in) -> None:
    settle_in()

    with pytest.raises(brand.ServesAnother, match=r"serves sandbox:world-1 and not real:api\.x\.com:100"):
        settle_in(serves=brand.real_x("api.x.com", "100"))


def test_sending_is_paused_until_it_is_resumed(database, settle_in) -> None:
    settle_in()
    database.write(lambda c: brand.pause_sending(c, "100", by="dora", now=NOON))
    paused = database.read(lambda c: brand.sending_paused(c, "100"))
    database.write(lambda c: brand.resume_sending(c, "100"))

    assert paused
    assert not database.read(lambda c: brand.sending_paused(c, "100"))


def test_another_boot_of_the_host_is_noticed_once(database, settle_in) -> None:
    settle_in()

    def note(boot: str) -> bool:
        return database.write(lambda c: brand.note_boot(c, "100", boot))

    assert [note("a"), note("a"), note("b")] == [True, False, True]
