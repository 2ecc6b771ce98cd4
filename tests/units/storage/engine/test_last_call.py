"""The note of the last call: read as it was written, and nothing where it cannot be read."""

from pathlib import Path

from storage.engine.last_call import LastCall


def test_the_last_call_is_read_back_by_the_next_process(tmp_path: Path) -> None:
    noted = LastCall(tmp_path / "a.db")
    noted.note(123_456, 78)
    noted.note(9, 1)
    noted.close()

    assert LastCall(tmp_path / "a.db").read() == (9, 1)


def test_where_nothing_was_noted_nothing_is_known(tmp_path: Path) -> None:
    assert LastCall(tmp_path / "a.db").read() is None


def test_a_note_that_makes_no_sense_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.db.last-call").write_text("half of it was wri")

    assert LastCall(tmp_path / "a.db").read() is None


def test_what_is_forgotten_is_not_known_any_more(tmp_path: Path) -> None:
    noted = LastCall(tmp_path / "a.db")
    noted.note(1, 1)

    noted.forget()

    assert noted.read() is None
