"""`#status`: who opened a ticket learns how it stands; nobody else learns even that it exists."""

import re
from typing import Any


def opened_by(who: Any, stage: Any) -> str:
    who.posts("@BrightTel #refund")
    stage.settles()
    return str(stage.tickets()[-1]["reference"])


def without_mark(text: str) -> str:
    return re.sub(r"\s*\S* ?\d\d:\d\d:\d\d( [A-Z]{2})?$", "", text)


def test_in_public_the_owner_reads_reference_state_and_time_and_nothing_else(
    stage: Any, x: Any, mallory: Any
) -> None:
    reference = opened_by(mallory, stage)
    mallory.writes("the secret details are 12345")
    stage.settles()

    post = mallory.posts(f"@BrightTel #status {reference}")
    stage.settles()

    assert f"{reference} is open" in x.reply_to(post)
    assert "12345" not in x.reply_to(post)
    assert "refund" not in x.reply_to(post)


def test_without_a_reference_the_newest_ticket_is_meant(stage: Any, x: Any, mallory: Any) -> None:
    opened_by(mallory, stage)
    mallory.posts("@BrightTel #broken")
    stage.settles()
    newest = stage.tickets()[-1]["reference"]

    post = mallory.posts("@BrightTel #status")
    stage.settles()

    assert newest in x.reply_to(post)


def test_by_message_the_owner_reads_details(stage: Any, x: Any, mallory: Any) -> None:
    reference = opened_by(mallory, stage)

    mallory.writes(f"#status {reference}")
    stage.settles()

    assert f"{reference} is open" in mallory.message
    assert "#refund" in mallory.message
    assert "Messages from you: 1" in mallory.message


def test_by_message_the_word_and_the_reference_do_without_a_sign(stage: Any, x: Any, mallory: Any) -> None:
    reference = opened_by(mallory, stage)

    mallory.writes(f"status {reference}")
    stage.settles()

    assert f"{reference} is open" in mallory.message


def test_a_reference_in_small_letters_counts(stage: Any, x: Any, mallory: Any) -> None:
    reference = opened_by(mallory, stage)

    post = mallory.posts(f"@BrightTel #status {reference.lower()}")
    stage.settles()

    assert f"{reference} is open" in x.reply_to(post)


def test_anyone_else_reads_the_same_sentence_whether_or_not_the_ticket_exists(
    stage: Any, x: Any, ana: Any, mallory: Any
) -> None:
    reference = opened_by(ana, stage)
    real = mallory.posts(f"@BrightTel #status {reference}")
    made_up = mallory.posts("@BrightTel #status BT-2222-2")
    stage.settles()
    mallory.writes(f"#status {reference}")
    mallory.writes("#status BT-2222-2")
    stage.settles()

    assert without_mark(x.reply_to(real)) == without_mark(x.reply_to(made_up))
    assert mallory.got[0] == mallory.got[1]
    assert reference not in x.reply_to(real)


def test_who_has_no_ticket_is_told_so(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel #status")

    stage.settles()

    assert "no ticket from this account" in x.reply_to(post)
