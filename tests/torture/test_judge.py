"""The judge is proved before it is believed: each fault that a bot could make is put before it, and seen."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.torture.evidence import Asked, Due, Evidence
from tests.torture.judge import KINDS, judge
from tests.torture.stage.local_world import BRAND

REFUND = "A colleague checks your refund. Your reference: BT-7KQ2-4"
HELP = "I answer #charges, #data and more. · 12:00:01"
DATA, TEXTS = "12.4 GB of 20 GB left, until Mon 7 Dec.", "187 of 500 texts left."
STOPPED = "Done: we write to you no more."


def reply(x_id: int, to: str, text: str) -> dict[str, Any]:
    return {"id": str(x_id), "author": BRAND, "text": text, "in_reply_to": to, "deleted": False}


def message(x_id: int, to: str, text: str) -> dict[str, Any]:
    return {"id": str(x_id), "from": BRAND, "to": to, "text": text}


def call(n: int, status: int, fault: str | None = None) -> dict[str, Any]:
    return {"n": n, "method": "POST", "path": "/2/tweets", "status": status, "fault": fault}


def a_good_world() -> Evidence:
    """Everybody got what they had a right to, once, in order, at the price that X charged."""
    asked = [
        Asked("ben", Due.PUBLIC, "#charges", ["11"], canary="zqwords"),
        Asked("ben", Due.PUBLIC, "refund", ["12"], ticket="refund"),
        Asked("ana", Due.PRIVATE, "GB", ["13"]),
        Asked("ana", Due.PRIVATE, "texts", ["14"]),
        Asked("mallory", Due.PUBLIC, "no more", ["15"], stops=True),
        Asked("mallory", Due.SILENCE, "", ["16"]),
        Asked("carys", Due.PUBLIC, "#charges", ["17", "18"]),
        Asked("dora", Due.AT_MOST_ONE, "#charges", ["19"]),
    ]
    posts = [
        {"id": "11", "author": "ben", "text": "@BrightTel #help zqwords", "in_reply_to": None},
        reply(21, "11", HELP),
        reply(22, "12", REFUND),
        reply(23, "15", STOPPED),
        reply(24, "18", HELP),
    ]
    return Evidence(
        asked=asked,
        posts=posts,
        messages=[message(31, "ana", DATA), message(32, "ana", TEXTS)],
        bill={"post.create.summoned": Decimal("0.04")},
        calls=[call(1, 201), call(2, 429, "status")],
        tickets=[{"reference": "BT-7KQ2-4", "command": "refund"}],
        ledger=[{"item": "post.create.summoned", "settled_usd": "0.040", "reserved_usd": "0"}],
        private_values=frozenset({"07700 900101"}),
        accounts=frozenset({"ana"}),
    )


Spoil = Callable[[Evidence], Evidence]


def posts(change: Callable[[list[Any]], list[Any]]) -> Spoil:
    return lambda world: replace(world, posts=change(list(world.posts)))


def messages(change: Callable[[list[Any]], list[Any]]) -> Spoil:
    return lambda world: replace(world, messages=change(list(world.messages)))


def said(text: str, instead_of: str) -> Spoil:
    return posts(lambda all_: [one | {"text": text} if one["text"] == instead_of else one for one in all_])


def without(x_id: str) -> Spoil:
    return posts(lambda all_: [one for one in all_ if one["id"] != x_id])


SPOILED: list[tuple[str, str, Spoil]] = [
    ("a public answer is missing", "lost", without("21")),
    ("an edited post is never answered", "lost", without("24")),
    ("a private answer is missing", "lost", messages(lambda all_: all_[1:])),
    ("a public answer stands twice", "doubled", posts(lambda all_: [*all_, reply(41, "11", HELP)])),
    (
        "both versions of a post are answered",
        "doubled",
        posts(lambda all_: [*all_, reply(41, "17", HELP)]),
    ),
    ("a private answer came twice", "doubled", messages(lambda all_: [*all_, message(41, "ana", DATA)])),
    ("a private answer came in public too", "doubled", posts(lambda all_: [*all_, reply(41, "13", "soon")])),
    ("a deleted post has two answers", "doubled", posts(
        lambda all_: [*all_, reply(41, "19", HELP), reply(42, "19", HELP)]
    )),
    ("two public answers changed places", "misordered", posts(
        lambda all_: [*[one for one in all_ if one["id"] != "21"], reply(29, "11", HELP)]
    )),
    ("two private answers changed places", "misordered", messages(
        lambda _: [message(31, "ana", TEXTS), message(32, "ana", DATA)]
    )),
    ("somebody who said stop is answered", "after a stop", posts(
        lambda all_: [*all_, reply(41, "16", HELP)]
    )),
    ("a holding reply stands for the answer", "wrong answer", said("Sorry, something went wrong", HELP)),
    ("an unknown message reached a customer", "wrong answer", messages(
        lambda all_: [*all_, message(41, "ana", "hello")]
    )),
    ("somebody who asked nothing got a message", "unasked", messages(
        lambda all_: [*all_, message(41, "nobody", "hello")]
    )),
    ("a post of ours answers nobody", "unasked", posts(lambda all_: [*all_, reply(41, "99", HELP)])),
    ("a private answer stands in public", "leaked", said(f"#charges {DATA}", HELP)),
    ("a customer's number stands in public", "leaked", said("#charges 07700 900101", HELP)),
    ("a person's own words are repeated", "leaked", said("#charges zqwords", HELP)),
    ("a ticket is answered without its reference", "references", said("your refund is noted", REFUND)),
    ("an answer names two references", "references", said(f"{REFUND} BT-AAAA-A", REFUND)),
    ("a ticket stands on X and in no listing", "references", lambda world: replace(world, tickets=[])),
    ("a ticket is listed and nobody was told", "references", lambda world: replace(
        world, tickets=[*world.tickets, {"reference": "BT-AAAA-A", "command": "broken"}]
    )),
    ("X charged more than the ledger says", "unequal bill", lambda world: replace(
        world, bill={"post.create.summoned": Decimal("0.05")}
    )),
    ("X charged more reads than posts have vanished", "unequal bill", lambda world: replace(
        world, bill=dict(world.bill) | {"post.read.owned": Decimal("0.002")}
    )),
    ("X charged for what the ledger does not know", "unequal bill", lambda world: replace(
        world, bill=dict(world.bill) | {"dm.read": Decimal("0.01")}
    )),
    ("the ledger says more than X charged", "unequal bill", lambda world: replace(world, bill={})),
    ("money is still reserved", "unequal bill", lambda world: replace(
        world, ledger=[dict(world.ledger[0]) | {"reserved_usd": "0.015"}]
    )),
    ("X refused a call because we made too many", "429 of our own", lambda world: replace(
        world, calls=[call(1, 429)]
    )),
]  # fmt: skip


def test_a_post_that_vanished_after_x_showed_it_in_a_lost_answer_may_be_missing_in_the_ledger() -> None:
    world = a_good_world()  # carys edited hers

    verdict = judge(replace(world, bill=dict(world.bill) | {"post.read.owned": Decimal("0.001")}))

    assert verdict.findings == []


def test_a_good_world_passes() -> None:
    verdict = judge(a_good_world())

    assert verdict.findings == []
    assert (verdict.requests, verdict.answers, verdict.left_to_people) == (8, 6, 0)


@pytest.mark.parametrize(("kind", "spoil"), [one[1:] for one in SPOILED], ids=[one[0] for one in SPOILED])
def test_a_spoiled_world_is_seen(kind: str, spoil: Spoil) -> None:
    verdict = judge(spoil(a_good_world()))

    assert {finding.kind for finding in verdict.findings} == {kind}


def test_every_column_of_the_report_has_a_world_that_fills_it() -> None:
    assert {kind for _, kind, _ in SPOILED} == set(KINDS)


def test_what_was_asked_before_a_stop_may_stay_unanswered() -> None:
    world = a_good_world()
    earlier = Asked("mallory", Due.PUBLIC, "#charges", ["10"])

    verdict = judge(replace(world, asked=[*world.asked, earlier]))

    assert verdict.findings == []


def test_a_message_that_waited_when_its_person_said_stop_may_be_missing_but_not_a_later_one() -> None:
    asked = [
        Asked("quinn", Due.PRIVATE, "#charges", ["25"], by_message=True),
        Asked("quinn", Due.PRIVATE, "no more", ["26"], by_message=True, stops=True),
        Asked("quinn", Due.PRIVATE, "again", ["27"], by_message=True),
    ]
    told = [message(33, "quinn", STOPPED), message(34, "quinn", "I answer you again")]
    world = a_good_world()
    world = messages(lambda all_: [*all_, *told])(replace(world, asked=[*world.asked, *asked]))

    assert judge(world).findings == []
    assert [one.kind for one in judge(messages(lambda all_: all_[:-1])(world)).findings] == ["lost"]

    asked_again = Asked("quinn", Due.PRIVATE, "#charges", ["28"], by_message=True)
    told_again = message(35, "quinn", "#charges: what you have to pay")
    world = messages(lambda all_: [*all_, told_again])(replace(world, asked=[*world.asked, asked_again]))
    assert judge(world).findings == []


def test_what_a_person_must_decide_is_not_lost_and_is_counted() -> None:
    world = replace(without("21")(a_good_world()), left_to_people=frozenset({"11"}))

    verdict = judge(world)

    assert (verdict.findings, verdict.left_to_people) == ([], 1)


HELD = "Sorry, something went wrong on our side. A colleague looks at it. Your reference: BT-AAAA-A"


def test_what_was_set_aside_is_told_once_under_a_reference_of_its_own_and_is_counted() -> None:
    world = a_good_world()
    listed = [*world.tickets, {"reference": "BT-AAAA-A", "command": "charges", "mention_ids": ["13"]}]
    world = messages(lambda all_: all_[1:])(posts(lambda all_: [*all_, reply(41, "13", HELD)])(world))
    world = replace(world, tickets=listed, parked=frozenset({"13"}))

    verdict = judge(world)
    twice = judge(posts(lambda all_: [*all_, reply(42, "13", HELD)])(world))
    answered = judge(messages(lambda all_: [*all_, message(43, "ana", DATA)])(world))

    untold = judge(without("41")(world))
    too_many = judge(replace(world, most_left_to_people=0))

    assert (verdict.findings, verdict.left_to_people) == ([], 1)
    assert [finding.kind for finding in twice.findings] == ["doubled"]
    assert answered.findings != []
    assert [finding.kind for finding in untold.findings] == ["lost"]
    assert [finding.kind for finding in too_many.findings] == ["lost"]


def test_what_was_set_aside_in_private_is_told_there_once() -> None:
    world = a_good_world()
    listed = [*world.tickets, {"reference": "BT-AAAA-A", "command": "charges", "mention_ids": ["14"]}]
    asked = [replace(one, by_message=True) if one.x_id == "14" else one for one in world.asked]
    world = messages(lambda all_: [*all_[:1], message(33, "ana", HELD)])(replace(world, asked=asked))
    world = replace(world, tickets=listed, parked=frozenset({"14"}))

    verdict = judge(world)
    twice = judge(messages(lambda all_: [*all_, message(43, "ana", HELD)])(world))

    assert (verdict.findings, verdict.left_to_people) == ([], 1)
    assert "doubled" in {finding.kind for finding in twice.findings}


def test_the_same_person_s_tickets_of_one_command_are_one() -> None:
    world = a_good_world()
    again = Asked("ben", Due.PUBLIC, "refund", ["20"], ticket="refund")
    other = reply(41, "20", "Your refund again. Your reference: BT-AAAA-A")
    listed = [*world.tickets, {"reference": "BT-AAAA-A", "command": "refund"}]

    verdict = judge(replace(world, asked=[*world.asked, again], posts=[*world.posts, other], tickets=listed))

    assert [finding.kind for finding in verdict.findings] == ["references"]


def test_a_long_wait_may_be_told_in_public_where_that_is_expected() -> None:
    told = reply(41, "13", "Your answer to #data is on its way by direct message. Expect it at about 12:20.")
    world = posts(lambda all_: [*all_, told])(a_good_world())

    assert judge(replace(world, notices=True)).findings == []
    before = reply(
        19, "14", "Your answer to #text is on its way by direct message. Expect it at about 12:20."
    )
    both = posts(lambda all_: [*all_, before])(world)
    assert judge(replace(both, notices=True)).findings == []  # said when it was known, in whatever order
    assert [finding.kind for finding in judge(world).findings] == ["doubled"]
