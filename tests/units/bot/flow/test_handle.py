"""A mention becomes exactly one decision: its answer, its ticket, its hand-over, or the reason why not."""

from datetime import timedelta
from typing import Any

from bot.flow.enqueue import SENDING_OFF, Terms
from storage.states import Channel, DeliveryState, MentionState, Purpose, Reason


def test_a_linked_person_who_consented_is_answered_by_message(office: Any) -> None:
    asked = office.post("ana", "@BrightTel #data")

    office.handle()

    [answer] = office.answers(asked)
    assert answer.channel == Channel.PRIVATE
    assert "GB" in answer.text
    assert answer.state == DeliveryState.QUEUED
    assert set(answer.instead) == {"invite"}
    row = office.mention(asked)
    assert (row.state, row.reason, row.commands) == (MentionState.DONE, Reason.ANSWERED, "data")


def test_without_consent_one_invitation_is_posted_and_any_message_brings_the_answer(
    office: Any,
) -> None:
    asked = office.post("carys", "@BrightTel #data")
    office.handle()
    [invitation] = office.answers(asked)
    office.sent(asked)

    wrote = office.message("carys", "helo")
    office.handle()

    assert (invitation.channel, invitation.purpose) == (Channel.PUBLIC, Purpose.INVITE)
    assert invitation.reply_to_id == asked
    [answer] = office.answers(wrote)
    assert answer.channel == Channel.PRIVATE
    assert "GB" in answer.text
    assert set(answer.instead) == {"handover"}
    assert office.file("carys").pendings == ()
    assert "dm" in office.file("carys").consents


def test_nothing_is_resumed_a_day_later(office: Any) -> None:
    office.post("carys", "@BrightTel #data")
    office.handle()

    office.clock.advance(timedelta(hours=24))
    wrote = office.message("carys", "helo")
    office.handle()

    [answer] = office.answers(wrote)
    assert answer.purpose == Purpose.HELP_LINE


def test_somebody_not_linked_learns_the_next_step_by_message(office: Any) -> None:
    office.post("ben", "@BrightTel #data")
    office.handle()

    wrote = office.message("ben", "hi")
    office.handle()

    [answer] = office.answers(wrote)
    assert "not linked" in answer.text


def test_a_public_question_is_answered_in_public_and_ends_in_its_mark(office: Any) -> None:
    first, second = office.post("ana", "@BrightTel #help"), office.post("mallory", "@BrightTel #help")

    office.handle()

    [one], [other] = office.answers(first), office.answers(second)
    assert one.channel == other.channel == Channel.PUBLIC
    assert {one.mark, other.mark} == {"12:00:00", "12:00:00 BB"}
    assert one.text.endswith(one.mark)
    assert other.text.endswith(other.mark)


def test_a_refund_opens_one_ticket_and_asks_for_details(office: Any) -> None:
    asked = office.post("ben", "@BrightTel #refund")
    again = office.post("ben", "@BrightTel #refund please")

    office.handle()

    [ticket] = office.file("ben").tickets
    [answer], [added] = office.answers(asked), office.answers(again)
    assert ticket.reference in answer.text
    assert answer.mark == ticket.reference
    assert answer.purpose == Purpose.TICKET
    assert added.mark.startswith("12:00:00")
    assert office.mention(asked).ticket_id == office.mention(again).ticket_id == ticket.id


def test_details_sent_by_message_go_to_the_ticket_and_are_acknowledged_once(office: Any) -> None:
    office.post("ben", "@BrightTel #refund")
    office.handle()

    first, second = office.message("ben", "charged twice"), office.message("ben", "in October")
    office.handle()

    [ticket] = office.file("ben").tickets
    [thanks] = office.answers(first)
    assert thanks.purpose == Purpose.ACKNOWLEDGE
    assert office.answers(second) == []
    assert office.mention(second).ticket_id == ticket.id
    assert office.mention(second).reason == Reason.FOLLOW_UP


def test_a_handover_keeps_what_follows_until_a_day_after_the_last_message(office: Any) -> None:
    asked = office.post("ana", "@BrightTel #agent")
    office.handle()
    office.clock.advance(timedelta(hours=20))
    kept = office.post("ana", "@BrightTel #data")
    office.handle()

    office.clock.advance(timedelta(hours=20))
    still = office.post("ana", "@BrightTel #data")
    office.handle()
    office.clock.advance(timedelta(hours=24))
    released = office.post("ana", "@BrightTel #data")
    office.handle()

    assert office.mention(asked).handover_id is not None
    assert office.mention(kept).reason == office.mention(still).reason == Reason.IN_HANDOVER
    assert office.mention(still).handover_id == office.mention(asked).handover_id
    assert office.answers(kept) == []
    assert office.mention(released).reason == Reason.ANSWERED
    assert office.file("ana").handover is None


def test_stop_is_confirmed_once_and_then_only_start_agent_and_urgent_words_work(office: Any) -> None:
    waiting = office.post("ana", "@BrightTel #data")
    office.handle()

    stopped = office.post("ana", "@BrightTel stop")
    ignored = office.post("ana", "@BrightTel #help")
    office.handle()
    started = office.message("ana", "start")
    office.handle()

    [given_up], [confirmation] = office.answers(waiting), office.answers(stopped)
    assert given_up.state == DeliveryState.DROPPED
    assert confirmation.state == DeliveryState.QUEUED
    assert office.mention(ignored).reason == Reason.OPTED_OUT
    assert office.answers(ignored) == []
    [back] = office.answers(started)
    assert back.channel == Channel.PRIVATE
    assert office.file("ana").person.stopped_at is None
    assert "dm" in office.file("ana").consents


def test_stop_ends_the_consent_to_messages(office: Any) -> None:
    office.post("ana", "@BrightTel #stop")
    office.handle()

    assert office.file("ana").consents == frozenset()


def test_urgent_words_call_a_person_even_after_stop(office: Any) -> None:
    office.post("ana", "@BrightTel stop")
    office.handle()

    asked = office.post("ana", "@BrightTel somebody stole my phone and my identity, it is fraud")
    office.handle()

    handover = office.file("ana").handover
    assert handover is not None
    assert handover.urgent
    [answer] = office.answers(asked)
    assert answer.state == DeliveryState.QUEUED
    [notice] = office.notices()
    assert notice.about == f"handover:{handover.id}"
    assert asked in notice.text


def test_an_edited_post_is_answered_once_by_its_newest_text(office: Any) -> None:
    first = office.post("ana", "@BrightTel #help")
    second = office.new_id()
    office.post("ana", "@BrightTel #android", id=second, edit_history_tweet_ids=[first, second])

    office.handle()

    assert office.mention(first).reason == Reason.EDITED
    assert office.answers(first) == []
    assert office.mention(second).commands == "android"


def test_an_edit_before_the_answer_has_left_takes_its_place(office: Any) -> None:
    first = office.post("ana", "@BrightTel #help")
    office.handle()
    second = office.new_id()
    office.post("ana", "@BrightTel #android", id=second, edit_history_tweet_ids=[first, second])
    office.handle()

    [given_up], [answer] = office.answers(first), office.answers(second)
    assert given_up.state == DeliveryState.DROPPED
    assert answer.state == DeliveryState.QUEUED


def test_an_edit_after_the_answer_gets_nothing_more(office: Any) -> None:
    first = office.post("ana", "@BrightTel #help")
    office.handle()
    office.sent(first)
    second = office.new_id()
    office.post("ana", "@BrightTel #android", id=second, edit_history_tweet_ids=[first, second])
    office.handle()

    assert office.mention(second).reason == Reason.SEEN_BEFORE
    assert office.answers(second) == []


def test_a_reply_under_our_answer_needs_no_name_of_ours(office: Any) -> None:
    asked = office.post("ana", "@BrightTel #help")
    office.handle()
    office.sent(asked)
    ours = office.answers(asked)[0].x_id

    reply = office.post("ana", "#android", referenced_tweets=[{"type": "replied_to", "id": ours}])
    office.handle()

    assert office.mention(reply).reason == Reason.ANSWERED


def test_a_name_filled_in_at_the_head_of_a_thread_is_kept_for_people(office: Any) -> None:
    text = "@BrightTel #help"
    filled_in = office.post(
        "ana",
        text,
        display_text_range=[11, len(text)],
        in_reply_to_user_id="99",
        referenced_tweets=[{"type": "replied_to", "id": "98"}],
    )

    office.handle()

    assert office.mention(filled_in).reason == Reason.NOT_ADDRESSED


def test_what_a_colleague_answered_in_x_s_own_app_is_left_alone(office: Any) -> None:
    asked = office.post("ana", "@BrightTel #help")
    office.colleague_replied(asked)

    office.handle()

    assert office.mention(asked).reason == Reason.ANSWERED_BY_PERSON


def test_what_is_older_than_five_minutes_waits_until_our_own_posts_are_read(office: Any) -> None:
    asked = office.post("ana", "@BrightTel #help")
    office.clock.advance(timedelta(minutes=6))
    office.own_posts_readable = False
    office.handle()
    waiting = office.mention(asked)

    office.own_posts_readable = True
    office.everything_is_due()
    office.handle()

    assert waiting.state == MentionState.WAITING
    assert waiting.tries == 0
    assert office.mention(asked).reason == Reason.ANSWERED


def test_with_sending_off_answers_are_decided_and_never_sent(office_of: Any) -> None:
    office = office_of(terms=Terms("1", sending=False))
    asked = office.post("ana", "@BrightTel #help")

    office.handle()

    [answer] = office.answers(asked)
    assert (answer.state, answer.reason) == (DeliveryState.DROPPED, SENDING_OFF)


def test_while_sending_is_paused_answers_are_held(office: Any) -> None:
    office.pause_sending()
    asked = office.post("ana", "@BrightTel #help")

    office.handle()

    [answer] = office.answers(asked)
    assert answer.state == DeliveryState.LATER


def test_the_pilot_answers_only_its_accounts(office_of: Any) -> None:
    office = office_of(pilot=frozenset({"ana"}))
    ana, carys = office.post("ana", "@BrightTel #help"), office.post("carys", "@BrightTel #help")

    office.handle()

    assert office.mention(ana).reason == Reason.ANSWERED
    assert office.mention(carys).reason == Reason.NOT_IN_PILOT


def test_until_a_message_has_arrived_each_says_where_the_privacy_policy_stands(office_of: Any) -> None:
    office = office_of(privacy_url="https://brighttel.example/privacy")
    first, second = office.post("ana", "@BrightTel #data"), office.post("ana", "@BrightTel #text")

    office.handle()

    [one], [other] = office.answers(first), office.answers(second)
    assert "https://brighttel.example/privacy" in one.text
    assert "https://brighttel.example/privacy" in other.text  # the first may never arrive


def test_a_command_that_crashes_gives_a_holding_reply_and_a_ticket(office: Any) -> None:
    asked = office.post("ana", "@BrightTel #breaks")

    office.handle()

    [ticket] = office.file("ana").tickets
    [answer] = office.answers(asked)
    assert answer.purpose == Purpose.HOLDING
    assert answer.text.endswith(ticket.reference)
    assert ticket.command == "breaks"
    [notice] = office.notices()
    assert notice.about == f"ticket:{ticket.id}"


def test_a_plan_that_must_not_leave_is_a_crash_too(office: Any) -> None:
    asked = office.post("ana", "@BrightTel #toolong")

    office.handle()

    [answer] = office.answers(asked)
    assert answer.purpose == Purpose.HOLDING


def test_a_command_that_hangs_is_abandoned_and_the_others_are_answered_meanwhile(office: Any) -> None:
    slow, quick = office.post("ana", "@BrightTel #hangs"), office.post("carys", "@BrightTel #help")
    hand = office.hand()

    office.handle_until_done(quick, hand)
    answered_meanwhile = office.mention(quick).state
    still_running = office.mention(slow).state
    office.clock.advance(timedelta(seconds=5))
    office.handle(hand)

    assert answered_meanwhile == MentionState.DONE
    assert still_running == MentionState.HANDLING
    [answer] = office.answers(slow)
    assert answer.purpose == Purpose.HOLDING
    office.let_hanging_commands_end()


def test_three_commands_get_one_answer_and_the_fourth_is_named(office: Any) -> None:
    asked = office.post("ana", "@BrightTel #data #text #help #charges")

    office.handle()

    [answer] = office.answers(asked)
    assert answer.channel == Channel.PRIVATE
    assert "#charges" in answer.text
    assert office.mention(asked).commands == "data text help"


def test_a_message_is_recorded_as_consent_even_where_it_gets_no_answer(office: Any) -> None:
    office.message("mallory", "hello")
    office.message("mallory", "hello again")

    office.handle()

    assert "dm" in office.file("mallory").consents
    assert office.journal_of("mallory").count("consent given") == 1
