"""Settings: where values come from, and what people are told when one is wrong."""

import re
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


def test_a_file_counts_beside_an_empty_value_in_the_environment(
    env_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "url").write_text("https://b.example/p\n")
    monkeypatch.setenv("PRIVACY_URL", "")
    monkeypatch.setenv("PRIVACY_URL_FILE", str(tmp_path / "url"))

    assert load_settings(env_file).privacy_url == "https://b.example/p"


def test_a_value_in_the_file_wins_over_a_secret_file_named_beside_it(env_file: Path, tmp_path: Path) -> None:
    (tmp_path / "prefix").write_text("AB\n")
    env_file.write_text(f"TICKET_PREFIX=CD\nTICKET_PREFIX_FILE={tmp_path / 'prefix'}\n")

    assert load_settings(env_file).ticket_prefix == "CD"


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
        "MENTIONS_POLL is 'soon', but must be 0 or a time such as 3, 90 s, 10 min or 24 h, for example 3"
        in wrong.value.lines
    )
    assert any(line.startswith("SANDBOX_PORT is '99999', but must be a port") for line in wrong.value.lines)
    assert any(line.startswith("OPENING_HOURS is 'whenever'") for line in wrong.value.lines)
    assert any(line.startswith("BRAND_TIMEZONE is 'Mars/Base'") for line in wrong.value.lines)


def test_settings_that_conflict_are_reported_beside_a_wrong_value(env_file: Path) -> None:
    env_file.write_text("X_API_KEY=a\nMENTIONS_POLL=x\nX_CALL_TIMEOUT=20\n")

    with pytest.raises(WrongSettings) as wrong:
        load_settings(env_file)

    assert [line.split()[0] for line in wrong.value.lines] == [
        "MENTIONS_POLL",
        "X_API_SECRET,",
        "X_CALL_TIMEOUT",
    ]


def test_nothing_is_said_of_how_a_value_that_cannot_be_read_goes_with_others(env_file: Path) -> None:
    env_file.write_text("X_CALL_TIMEOUT=20\nLEASE=x\n")

    with pytest.raises(WrongSettings) as wrong:
        load_settings(env_file)

    assert [line.split()[0] for line in wrong.value.lines] == ["LEASE"]


@pytest.mark.parametrize(
    "name", ["X_CONNECT_TIMEOUT", "X_CALL_TIMEOUT", "X_LAG", "ANSWER_UP_TO", "LEASE", "COMMAND_DEADLINE"]
)
def test_a_time_in_which_something_must_be_done_cannot_be_0(name: str, env_file: Path) -> None:
    env_file.write_text(f"{name}=0\n")

    with pytest.raises(WrongSettings, match=f"^{name} is '0', but must be a time such as 3"):
        load_settings(env_file)


@pytest.mark.parametrize("name", ["MENTIONS_POLL", "DM_POLL_IDLE", "DM_POLL_EXPECTING", "FIRST_START_UP_TO"])
def test_a_time_between_looks_may_be_0(name: str, env_file: Path) -> None:
    env_file.write_text(f"{name}=0\n")

    assert getattr(load_settings(env_file), name.lower()) == timedelta(0)


def test_a_time_longer_than_any_clock_runs_is_a_wrong_value(env_file: Path) -> None:
    env_file.write_text("MENTIONS_POLL=99999999999999999999\n")

    with pytest.raises(WrongSettings, match=r"^MENTIONS_POLL is '9+', but must be 0 or a time"):
        load_settings(env_file)


def test_a_language_without_words_is_reported_with_those_there_are(env_file: Path) -> None:
    env_file.write_text("BRAND_LANGUAGE=de\n")

    with pytest.raises(WrongSettings, match=r"BRAND_LANGUAGE is 'de', but .*\(en or cy\)"):
        load_settings(env_file)


def test_a_commands_folder_that_is_named_must_be_there(env_file: Path, tmp_path: Path) -> None:
    env_file.write_text(f"COMMANDS_FOLDER={tmp_path / 'gone'}\n")

    with pytest.raises(
        WrongSettings, match=r"COMMANDS_FOLDER is '.*/gone', but must be a folder that is there"
    ):
        load_settings(env_file)


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # loaded by Apprise
def test_an_address_that_nobody_can_be_rung_at_is_told_by_its_place_alone(env_file: Path) -> None:
    env_file.write_text("PEOPLE_URLS=json://localhost,pass-word@loft\n")

    with pytest.raises(WrongSettings, match=r"^PEOPLE_URLS: address number 2 cannot be read") as wrong:
        load_settings(env_file)

    assert "loft" not in str(wrong.value)


def test_a_file_without_certificates_is_a_wrong_value(env_file: Path, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    env_file.write_text(f"X_CA_FILE={tmp_path / 'ca.pem'}\n")

    with pytest.raises(WrongSettings, match=r"X_CA_FILE is .*, but must be a readable PEM file"):
        load_settings(env_file)


def test_sandbox_and_daemon_cannot_share_a_port(env_file: Path) -> None:
    env_file.write_text("SANDBOX_PORT=8901\nDAEMON_PORT=8901\n")

    with pytest.raises(WrongSettings, match="SANDBOX_PORT and DAEMON_PORT are both 8901"):
        load_settings(env_file)

    assert load_settings(env_file, sandbox_port=0, daemon_port=0).daemon_port == 0
    assert load_settings(env_file, sandbox_url="http://127.0.0.1:9000").daemon_port == 8901


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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:///var/"),
        ("DATABASE_URL", "sqlite:///var/a.db?mode=ro"),
        ("DATABASE_URL", "sqlite://var/a.db"),
        ("DATABASE_URL", "sqlite:a.db"),
        ("X_BASE_URL", "https://api.x.com?a=b"),
        ("X_BASE_URL", "https://api.x.com/2"),
        ("SANDBOX_URL", "http://"),
        ("X_PROXY", "http:"),
        ("PRIVACY_URL", "https:"),
        ("PRIVACY_URL", "http://brand.example/privacy"),
        ("LISTEN", "localhost:80"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused_by_its_setting(
    env_file: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(WrongSettings, match=f"^{name} is {re.escape(repr(value))}, but must be "):
        load_settings(env_file)


def test_the_sandbox_s_address_may_be_pasted_as_run_prints_it(
    env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANDBOX_URL", "http://127.0.0.1:8801/")

    assert load_settings(env_file).sandbox_url == "http://127.0.0.1:8801"


PROBE = {"probe_access_token": "42-abc", "probe_access_token_secret": "s", "probe_every": "1 h"}


def test_a_probe_is_refused_until_its_price_is_accepted(env_file: Path) -> None:
    with pytest.raises(WrongSettings) as wrong:
        load_settings(env_file, **PROBE, probe_accept_usd="22.31")

    assert wrong.value.lines == [
        "PROBE_EVERY costs up to 22.32 USD in 30 days (720 probes at 0.031 USD): set PROBE_ACCEPT_USD to"
        " 22.32 or more to accept that, or choose a longer time"
    ]
    assert load_settings(env_file, **PROBE, probe_accept_usd="22.32").probe_id == "42"


def test_a_probe_needs_a_second_account_s_keys(env_file: Path) -> None:
    with pytest.raises(WrongSettings) as wrong:
        load_settings(env_file, probe_every="1 h", probe_accept_usd=99)
    assert wrong.value.lines == [
        "PROBE_ACCESS_TOKEN and PROBE_ACCESS_TOKEN_SECRET must be set too,"
        " as PROBE_EVERY asks with a second account's keys"
    ]

    with pytest.raises(WrongSettings, match="must begin with the account's number"):
        load_settings(env_file, **PROBE | {"probe_access_token": "abc"}, probe_accept_usd=99)


def test_the_brand_does_not_probe_itself_with_its_own_account(env_file: Path) -> None:
    keys = dict.fromkeys((name.lower() for name in KEY_NAMES), "42-brand")

    with pytest.raises(WrongSettings, match="PROBE_ACCESS_TOKEN is the brand's own"):
        load_settings(env_file, **keys, **PROBE, probe_accept_usd=99, privacy_url="https://b.example/p")


def test_a_probe_ends_before_the_next_one_begins(env_file: Path) -> None:
    with pytest.raises(WrongSettings, match="PROBE_EVERY must be no shorter than ANSWER_TARGET"):
        load_settings(env_file, **PROBE | {"probe_every": "1 min"}, probe_accept_usd=9999)


def test_keys_of_a_second_account_alone_switch_no_probe_on(env_file: Path) -> None:
    assert not load_settings(env_file, probe_access_token="42-abc").probe_every
