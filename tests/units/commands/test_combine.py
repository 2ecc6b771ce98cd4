"""Up to three commands of one mention give one answer: at most one post and one message."""

from datetime import UTC, datetime
from itertools import product

import pytest

from commands.api import Channel
from commands.combine import Audience, Combined, Part, combine
from commands.plan import (
    AddToTicket,
    AskPrivately,
    Change,
    HandOver,
    OpenTicket,
    Plan,
    PrivateWords,
    PublicWords,
    fits_in_public,
)

DUE = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
ANA = Audience(Channel.PUBLIC, "en", may_message=True)
CARYS = Audience(Channel.PUBLIC, "en", may_message=False)
BY_MESSAGE = Audience(Channel.PRIVATE, "en", may_message=True)

HELP = Part("help", Plan(public=PublicWords("I answer these.")))
PHONES = Part("handsets", Plan(public=PublicWords("Nimbus 5 is in stock.")))
DATA = Part("data", Plan(private=PrivateWords("8 GB left.")))
BILL = Part("charges", Plan(private=PrivateWords("£23.50 to pay.")))
LONG = Part("android", Plan(public=PublicWords("word " * 48 + "end")))


def ticket(name, number="7KQ2-4"):
    reference = f"BT-{number}"
    return Part(
        name,
        Plan(
            public=PublicWords(f"{'A colleague looks at it. ' * 6}Your reference: {reference}"),
            brief=PublicWords(f"{name} {reference}, by 17:00."),
            by_message=PrivateWords(f"Tell me here. {reference}"),
            ticket=OpenTicket(name, reference, DUE),
            ask=AskPrivately(reference),
        ),
    )


REFUND = ticket("refund")


def test_public_answers_stand_in_one_reply_in_the_order_asked(say):
    answer = combine([PHONES, HELP], ANA, say)

    assert answer.public.text == "Nimbus 5 is in stock.\nI answer these."
    assert answer.private is None
    assert answer.instead is None


def test_any_private_part_sends_all_of_it_privately_where_we_may_write(say):
    answer = combine([HELP, DATA, BILL], ANA, say)

    assert answer.public is None
    assert answer.private.text == "I answer these.\n\n8 GB left.\n\n£23.50 to pay."
    assert answer.invited == ()


def test_a_private_answer_carries_the_reply_that_takes_its_place_when_it_is_refused(say):
    answer = combine([HELP, DATA], ANA, say)

    assert answer.instead.text.startswith("I answer these.\nThe answer to #data is for you alone.")
    assert answer.instead_invited == ("data",)


def test_without_leave_to_write_one_reply_holds_the_public_parts_and_the_invitation(say):
    answer = combine([HELP, DATA, BILL], CARYS, say)

    assert answer.private is None
    assert answer.public.text.startswith(
        "I answer these.\nThe answer to #data and #charges is for you alone."
    )
    assert answer.invited == ("data", "charges")


def test_a_command_that_answers_in_both_places_has_no_second_reply_to_fall_back_on(say):
    both = Part("data", Plan(public=PublicWords("Sent."), private=PrivateWords("8 GB left.")))

    answer = combine([both], ANA, say)

    assert answer.public.text == "Sent."
    assert answer.private.text == "8 GB left."
    assert answer.instead is None


def test_asked_by_message_everything_is_answered_there(say):
    answer = combine([HELP, DATA, REFUND], BY_MESSAGE, say)

    assert answer.public is None
    assert answer.private.text == "I answer these.\n\n8 GB left.\n\nTell me here. BT-7KQ2-4"
    assert answer.tickets == (REFUND.plan.ticket,)
    assert answer.asks == (AskPrivately("BT-7KQ2-4"),)


def test_a_message_brings_only_the_private_answers_of_what_was_answered_in_public(say):
    resumed = Audience(Channel.PUBLIC, "en", may_message=True, resumed=True)

    answer = combine([HELP, REFUND, DATA], resumed, say)

    assert answer.private.text == "8 GB left."
    assert answer.public is None
    assert answer.tickets == ()
    assert combine([HELP], resumed, say) == Combined()


def test_a_new_reference_at_the_end_is_the_mark(say):
    assert combine([REFUND], ANA, say).mark == "BT-7KQ2-4"


def test_a_reference_told_before_is_no_mark_because_the_text_may_have_been_posted_before(say):
    again = Part(
        "refund",
        Plan(public=PublicWords("Added. Your reference: BT-7KQ2-4"), ticket=AddToTicket("BT-7KQ2-4")),
    )

    assert combine([again], ANA, say).mark is None
    assert combine([REFUND, HELP], ANA, say).mark is None


def test_three_tickets_are_told_briefly_in_one_reply(say):
    asked = [ticket("refund", "AAAA-2"), ticket("broken", "CCCC-3"), ticket("complaint", "DDDD-4")]

    answer = combine(asked, ANA, say)

    briefly = [part.plan.brief.text for part in asked]
    assert answer.public.text == "\n".join([*briefly, "Details by direct message, please."])
    assert len(answer.tickets) == 3
    assert answer.offered == ()


def test_what_has_no_room_is_offered_by_name_and_not_done(say):
    wordy = Part(
        "complaint", Plan(public=PublicWords("x " * 120), ticket=OpenTicket("complaint", "BT-CCCC-3", DUE))
    )

    answer = combine([wordy, REFUND], ANA, say)

    assert answer.offered == ("complaint",)
    assert "No room here for #complaint" in answer.public.text
    assert answer.tickets == (REFUND.plan.ticket,)


def test_what_does_something_is_kept_before_what_only_tells_something(say):
    answer = combine([LONG, HELP, REFUND], ANA, say)

    assert answer.offered == ("android",)
    assert "BT-7KQ2-4" in answer.public.text


def test_commands_beyond_the_third_are_named_as_not_read(say):
    public = combine([HELP], ANA, say, unread=["data", "text"])
    private = combine([DATA], ANA, say, unread=["text"])

    assert "#data and #text went unread" in public.public.text
    assert "#text went unread" in private.private.text


def test_a_stop_stands_alone(say):
    stop = Part("stop", Plan(public=PublicWords("Done."), change=Change.STOP))

    answer = combine([DATA, stop, REFUND], ANA, say)

    assert answer.public.text == "Done."
    assert answer.change is Change.STOP
    assert answer.tickets == ()


def test_a_hand_over_is_carried_out_beside_other_answers(say):
    agent = Part("agent", Plan(public=PublicWords("A colleague takes over."), handover=HandOver("asked")))

    answer = combine([HELP, agent], ANA, say)

    assert answer.handover == HandOver("asked")
    assert answer.public.text == "I answer these.\nA colleague takes over."


def test_a_link_that_one_command_may_post_stays_allowed(say):
    linking = Part("shop", Plan(public=PublicWords("See bright.example.com", may_link=True)))

    assert combine([HELP, linking], ANA, say).public.may_link


def test_a_message_longer_than_x_takes_offers_the_rest_by_name(say):
    huge = Part("charges", Plan(private=PrivateWords("x" * 9_990)))

    answer = combine([DATA, huge], BY_MESSAGE, say)

    assert len(answer.private.text) <= 10_000
    assert answer.offered == ("charges",)


EVERY_KIND = [HELP, PHONES, DATA, BILL, LONG, REFUND, ticket("broken", "CCCC-3")]


@pytest.mark.parametrize(
    "audience", [ANA, CARYS, BY_MESSAGE, Audience(Channel.PUBLIC, "cy", may_message=False)]
)
def test_whatever_is_asked_together_one_reply_fits_and_says_nothing_private(say, audience):
    for parts in product(EVERY_KIND, repeat=3):
        if len({part.name for part in parts}) < 3:
            continue
        answer = combine(parts, audience, say, unread=["status"])

        for words in (answer.public, answer.instead):
            assert words is None or fits_in_public(words.text)
            assert words is None or ("8 GB" not in words.text and "£" not in words.text)
        said = " ".join(words.text for words in (answer.public, answer.private) if words)
        for part in parts:
            in_full = any(
                words and words.text in said
                for words in (part.plan.public, part.plan.private, part.plan.brief, part.plan.by_message)
            )
            assert in_full or f"#{part.name}" in said, part.name
        assert "#status" in said
