"""Generated pages say what the code says."""

import pytest

from bot.cli import reference


def test_env_example_and_the_reference_pages_are_current(capsys: pytest.CaptureFixture[str]) -> None:
    code = reference.main(["--check"])

    assert capsys.readouterr().err == ""
    assert code == 0


def test_env_example_lists_every_setting_once() -> None:
    from bot.settings import Settings

    written = [
        line.removeprefix("#").split("=")[0] for line in reference.env_example().splitlines() if "=" in line
    ]

    listed = [name for name in written if name.isupper()]
    assert sorted(listed) == sorted(name.upper() for name in Settings.model_fields)


def test_every_setting_says_its_meaning_what_is_expected_and_an_example() -> None:
    from bot.settings import Settings

    for name, field in Settings.model_fields.items():
        extra = field.json_schema_extra
        assert isinstance(extra, dict), name
        assert field.description, name
        assert extra["expects"], name
        assert extra["example"], name
        assert extra["group"], name
