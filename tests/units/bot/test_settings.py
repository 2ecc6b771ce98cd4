"""Settings: where values come from, and what people are told when one is wrong."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.settings import KEY_NAMES, Settings
from bot.settings_check import WrongSettings, load_settings, unknown_names

ALL_KEYS = dict.fromkeys(KEY_NAMES, "s3cret")


@pytest.fixture(autouse=True)
def nothing_set_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def test_without_keys_the_sandbox_is_served_from_the_demo_database(env_file: Path) -> None:
    settings = load_settings(env_file)

    assert not settings.with_keys
    assert settings.database == "sqlite:///var/demo.db"
    assert settings.world_file == Path("var/demo.db.world")


def test_with_all_four_keys_the_real_x_is_served_from_its_own_database(env_file: Path) -> None:
    env_file.write_text("".join(f"{name}=abc\n" for name in KEY_NAMES) + "PRIVACY_URL=https://b.example/p\n")

    settings = load_settings(env_file)

    assert settings.with_keys
    assert settings.database == "sqlite:///var/tweetserve.db"


def test_some_keys_are_a_configuration_error_that_names_the_missing_ones(env_file: Path) -> None:
    env_file.write_text("X_API_KEY=abc\nX_API_SECRET=abc\nPRIVACY_URL=https://b.example/p\n")

    with pytest.raises(WrongSettings) as wrong:
        load_settings(env_file)

    assert "X_ACCESS_TOKEN, X_ACCESS_TOKEN_SECRET must be set too" in str(wrong.value)


def test_real_keys_need_a_privacy_url(env_file: Path) -> None:
    env_file.write_text("".join(f"{name}=abc\n" for name in KEY_NAMES))

    with pytest.raises(WrongSettings, match="PRIVACY_URL must be"):
        load_settings(env_file)


def test_the_environment_overrides_the_file(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env_file.write_text("SANDBOX_PORT=9001\nDAEMON_PORT=9002\n")
    monkeypatch.setenv("SANDBOX_PORT", "9003")

    settings = load_settings(env_file)

    assert (settings.sandbox_port, settings.daemon_port) == (9003, 9002)


def test_an_empty_value_counts_as_not_set(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MENTIONS_POLL", "")

    assert load_settings(env_file).mentions_poll == timedelta(seconds=3)


def test_a_secret_may_stand_in_a_file(
    env_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text("from-a-file\n")
    for name in KEY_NAMES:
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "key"))
    env_file.write_text("PRIVACY_URL=https://b.example/p\n")

    settings = load_settings(env_file)

    assert settings.x_api_key is not None
    assert settings.x_api_key.get_secret_value() == "from-a-file"


def test_a_secret_file_that_cannot_be_read_is_reported_by_its_setting(
    env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X_API_KEY_FILE", "/nowhere/key")

    with pytest.raises(
        WrongSettings, match="X_API_KEY_FILE is '/nowhere/key', but must be a file that can be read"
    ):
        load_settings(env_file)


def test_all_wrong_values_are_reported_at_once_with_what_is_expected_and_an_example(env_file: Path) -> None:
    env_file.write_text(
        "MENTIONS_POLL=soon\nSANDBOX_PORT=99999\nOPENING_HOURS=whenever\nBRAND_TIMEZONE=Mars/Base\n"
    )

    with pytest.raises(WrongSettings) as wrong:
        load_settings(env_file)

    assert len(wrong.value.lines) == 4
    assert (
        "MENTIONS_POLL is 'soon', but must be a time such as 3, 90 s, 10 min or 24 h, for example 3"
        in wrong.value.lines
    )
    assert any(line.startswith("SANDBOX_PORT is '99999', but must be a port") for line in wrong.value.lines)
    assert any(line.startswith("OPENING_HOURS is 'whenever'") for line in wrong.value.lines)
    assert any(line.startswith("BRAND_TIMEZONE is 'Mars/Base'") for line in wrong.value.lines)


def test_an_error_never_shows_a_secret(env_file: Path) -> None:
    env_file.write_text("X_API_KEY=hush-hush\nMENTIONS_POLL=hm\n")

    with pytest.raises(WrongSettings) as wrong:
        load_settings(env_file)

    assert "hush-hush" not in str(wrong.value)
    assert "hush-hush" not in repr(
        load_settings(None, **ALL_KEYS, privacy_url="https://b.example/p", x_api_key="hush-hush")
    )


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("3", 3), ("0.5", 0.5), ("90 s", 90), ("10 min", 600), ("24 h", 86_400), ("2d", 172_800)],
)
def test_a_time_may_carry_its_unit(text: str, seconds: float, env_file: Path) -> None:
    env_file.write_text(f"ANSWER_UP_TO={text}\n")

    assert load_settings(env_file).answer_up_to == timedelta(seconds=seconds)


def test_lists_are_parted_by_commas_and_need_no_at_sign(env_file: Path) -> None:
    env_file.write_text("ONLY_ACCOUNTS=@ana, ben ,\nHOLIDAYS=2026-12-25,2027-01-01\n")

    settings = load_settings(env_file)

    assert settings.only_accounts == ("ana", "ben")
    assert settings.holidays == (date(2026, 12, 25), date(2027, 1, 1))


def test_a_call_may_not_outlast_half_a_lease(env_file: Path) -> None:
    env_file.write_text("X_CALL_TIMEOUT=20\n")

    with pytest.raises(WrongSettings, match="X_CALL_TIMEOUT must be less than half of LEASE"):
        load_settings(env_file)


def test_a_misspelt_name_in_the_file_is_pointed_out(env_file: Path) -> None:
    env_file.write_text("MENTION_POLL=3\nMENTIONS_POLL=3\n")

    (sentence,) = unknown_names(env_file)

    assert sentence.startswith("MENTION_POLL in ")
    assert sentence.endswith("is not a setting and has no effect. Did you mean MENTIONS_POLL?")
