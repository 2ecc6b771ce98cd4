"""A known trouble is heard however people say it, and a brand's own list adds to ours."""

from pathlib import Path

import pytest

from commands.lexicon.known_troubles import KnownTroubles, read_troubles


@pytest.fixture(scope="module")
def shipped() -> KnownTroubles:
    return read_troubles()


@pytest.mark.parametrize(
    ("text", "troubles"),
    [
        ("@BrightTel there's NO SIGNAL in Leeds!!", ("no signal",)),
        ("can’t call and no signal", ("no calls", "no signal")),
        ("mae'r rhwydwaith i lawr", ("no signal",)),
        ("no signal, really no signal", ("no signal",)),
        ("no. signal boxes are fun", ("no signal",)),  # signs do not matter
        ("my signal is fine, no worries", ()),
        ("", ()),
    ],
)
def test_a_trouble_is_heard_in_its_phrases(
    shipped: KnownTroubles, text: str, troubles: tuple[str, ...]
) -> None:
    assert shipped.spoken_of(text) == troubles


def test_every_shipped_trouble_names_commands_that_are_shipped(shipped: KnownTroubles, built_in) -> None:
    named = {name for names in shipped.commands.values() for name in names}

    assert named <= set(built_in.names)
    assert all(shipped.commands.values())


def test_both_languages_count_the_same_troubles(shipped: KnownTroubles) -> None:
    assert shipped.spoken_of("dim signal") == shipped.spoken_of("no signal")


def test_a_brands_own_list_adds_troubles_and_phrases(tmp_path: Path) -> None:
    (tmp_path / "trouble_en.txt").write_text(
        "# ours\n[Router lights: broken, #data]\nRed light!\n\n[no signal]\nnowt on the phone\n"
    )

    known = read_troubles((tmp_path, tmp_path / "nowhere"))

    assert known.spoken_of("a red light") == ("router lights",)
    assert known.commands["router lights"] == ("broken", "data")
    assert known.spoken_of("nowt on the phone") == known.spoken_of("no signal") == ("no signal",)
    assert "broken" in known.commands["no signal"]


def test_a_long_hostile_text_is_read_at_once(shipped: KnownTroubles) -> None:
    assert shipped.spoken_of("no " * 8_000) == ()
