"""A database put back from a backup has forgotten what was answered since; X has not, and nobody is answered
twice.
"""

from typing import Any

import pytest


@pytest.fixture(params=[False, True], ids=["marked", "by-cp"])
def by_cp(request: pytest.FixtureRequest, stage: Any) -> bool:
    if request.param and not stage.database.is_sqlite:
        pytest.skip("a copy of files is a way of SQLite")
    return bool(request.param)


def test_what_was_answered_in_public_since_the_backup_is_not_answered_again(
    stage: Any, x: Any, vault: Any, starts_again: Any, ana: Any, ben: Any, by_cp: bool, answered_once: Any
) -> None:
    before = ana.posts("@BrightTel #help")
    stage.settles()
    vault.back_up()
    since = [ana.posts("@BrightTel #handsets nimbus"), ben.posts("@BrightTel #help")]
    stage.settles()
    said = x.ours()

    vault.put_back(by_cp=by_cp)
    new = ben.posts("@BrightTel #help data")
    starts_again()

    assert [one for one in x.ours() if one not in said] == [x.reply_to(new)]
    assert all(answered_once(post) for post in (before, *since, new))
    assert stage.reason(since[0]) == "answered"
    assert "found at X" in stage.steps(since[0])


def test_what_was_answered_in_private_since_the_backup_is_not_answered_again(
    stage: Any, x: Any, vault: Any, starts_again: Any, ana: Any, by_cp: bool
) -> None:
    vault.back_up()
    in_public, in_private = ana.posts("@BrightTel #data"), ana.writes("#charges")
    stage.settles()
    said = ana.got
    assert len(said) == 2

    vault.put_back(by_cp=by_cp)
    starts_again()

    assert ana.got == said
    assert x.replies_to(in_public) == []
    for mention in (in_public, in_private):
        assert stage.reason(mention) == "answered"
        assert stage.mention(mention).answered_at is not None
        assert stage.delivery(mention).state == "sent"
    assert stage.delivery(in_public).x_id != stage.delivery(in_private).x_id


def test_a_ticket_opened_since_the_backup_stands_again_under_its_reference(
    stage: Any, x: Any, vault: Any, starts_again: Any, ben: Any, by_cp: bool, answered_once: Any
) -> None:
    vault.back_up()
    post = ben.posts("@BrightTel #refund")
    stage.settles()
    (known,) = stage.tickets()

    vault.put_back(by_cp=by_cp)
    starts_again()

    (again,) = stage.tickets()
    assert again["reference"] == known["reference"]
    assert known["reference"] in x.reply_to(post)
    assert (again["command"], again["person_id"], again["mention_ids"]) == ("refund", ben.id, [post])
    assert again["due_at"][:16] == known["due_at"][:16]
    assert answered_once(post)


def test_a_ticket_opened_by_message_stands_again_under_its_reference(
    stage: Any, vault: Any, starts_again: Any, ben: Any
) -> None:
    vault.back_up()
    ben.writes("#complaint")
    stage.settles()
    said, (known,) = ben.got, stage.tickets()

    vault.put_back()
    starts_again()

    (again,) = stage.tickets()
    assert ben.got == said
    assert again["reference"] == known["reference"]


def test_the_customer_can_ask_after_the_ticket_that_was_forgotten(
    stage: Any, x: Any, vault: Any, starts_again: Any, ben: Any
) -> None:
    vault.back_up()
    ben.posts("@BrightTel #broken")
    stage.settles()
    reference = stage.tickets()[0]["reference"]

    vault.put_back()
    starts_again()
    asked = ben.posts(f"@BrightTel #status {reference}")
    stage.settles()

    assert "open" in x.reply_to(asked)


def test_a_stop_said_since_the_backup_holds(
    stage: Any, x: Any, vault: Any, starts_again: Any, ana: Any
) -> None:
    vault.back_up()
    ana.writes("#stop")
    stage.settles()
    said = ana.got

    vault.put_back()
    starts_again()
    post = ana.posts("@BrightTel #data")
    stage.settles()

    assert ana.got == said
    assert stage.file_of(ana)["stopped"]
    assert stage.reason(post) == "opted out"


def test_a_person_handed_over_since_the_backup_is_with_people_again(
    stage: Any, x: Any, vault: Any, starts_again: Any, mallory: Any
) -> None:
    vault.back_up()
    post = mallory.posts("@BrightTel #agent")
    stage.settles()

    vault.put_back()
    starts_again()

    assert len(x.replies_to(post)) == 1
    assert [one["person_id"] for one in stage.handovers()] == [mallory.id]


def test_an_invitation_given_since_the_backup_is_remembered(
    stage: Any, x: Any, vault: Any, starts_again: Any, carys: Any
) -> None:
    vault.back_up()
    post = carys.posts("@BrightTel #data")
    stage.settles()

    vault.put_back()
    starts_again()
    carys.writes("helo")
    stage.settles()

    assert len(x.replies_to(post)) == 1
    assert "GB" in carys.message


def test_an_answer_that_waited_in_the_backup_and_was_sent_since_is_known_to_be_sent(
    stage: Any, x: Any, vault: Any, starts_again: Any, ana: Any, answered_once: Any
) -> None:
    post, message = ana.posts("@BrightTel #help"), ana.writes("#charges")
    stage.looks()
    stage.handles()
    vault.back_up()
    stage.works()
    said = x.ours()

    vault.put_back()
    starts_again()

    assert x.ours() == said
    assert answered_once(post)
    assert stage.delivery(message).state == "sent"


def test_an_answer_that_waited_in_the_backup_and_was_never_sent_is_sent(
    stage: Any, x: Any, vault: Any, starts_again: Any, ana: Any, answered_once: Any
) -> None:
    post = ana.posts("@BrightTel #help")
    stage.looks()
    stage.handles()
    vault.back_up()

    vault.put_back()
    starts_again()

    assert answered_once(post)
    assert stage.delivery(post).unknown_fate is False


def test_what_was_asked_and_not_answered_before_the_loss_is_answered(
    stage: Any, x: Any, vault: Any, starts_again: Any, ana: Any, ben: Any, answered_once: Any
) -> None:
    vault.back_up()
    answered = ana.posts("@BrightTel #help")
    stage.settles()
    unanswered = ben.posts("@BrightTel #help")

    vault.put_back()
    starts_again()

    assert answered_once(answered)
    assert answered_once(unanswered)


def test_what_is_found_is_booked_at_what_it_cost(
    stage: Any, x: Any, vault: Any, starts_again: Any, ana: Any
) -> None:
    vault.back_up()
    ana.posts("@BrightTel #help")
    ana.writes("#charges")
    stage.settles()

    vault.put_back()
    starts_again()

    billed, booked = x.bill(), stage.ledger()
    for item in ("post.create.summoned", "dm.create"):
        assert booked[item] == billed[item]
    assert stage.unsettled() == 0


def test_a_colleagues_answer_of_the_lost_time_stays_a_colleagues(
    stage: Any, x: Any, vault: Any, starts_again: Any, ana: Any, colleague: Any
) -> None:
    vault.back_up()
    post = ana.posts("@BrightTel #refund")
    colleague.replies(post, "Hello Ana, Cleo here. I have paid it back.")

    vault.put_back()
    starts_again()

    assert len(x.replies_to(post)) == 1
    assert stage.reason(post) == "answered by a person"
    assert stage.tickets() == []
