"""The listings have the keys they promise, and a story tells a mention from beginning to end."""

from storage import inbox, journal, outbox, stories
from storage.promises import tickets
from storage.promises.tickets import NewTicket
from storage.states import Channel, DeliveryState, Reason


def answer(c, brand, noon, reply):
    (mention,) = inbox.claim(c, brand, "w", 1, 100, 1)
    new = [reply(mention_id=mention.id, reply_to_id=mention.x_id)]
    ticket = tickets.open_(c, brand, NewTicket("BT-7KQ2-4", "refund", "ana", noon), noon)
    tickets.add(c, brand, ticket, mention.id, noon)
    outbox.enqueue(c, brand, new, noon)
    inbox.decided(c, [inbox.Decided(mention.id, mention.fence, Reason.ANSWERED, "refund help")], noon)
    journal.write(c, brand, [journal.Entry("ticket opened", mention.id, "ticket:BT-7KQ2-4")], noon)
    said = {"commands": ["refund", "help"], "deliveries": [1]}
    journal.write(c, brand, [journal.Entry("decided", mention.id, "person:ana", said)], noon)
    (leaving,) = outbox.claim(c, brand, "s", Channel.PUBLIC, now=noon, now_ms=1, lease_ms=9, at_most=1)
    outbox.record(
        c, [outbox.Outcome(leaving.id, leaving.fence, DeliveryState.SENT, x_id="900", sent_at=noon)]
    )


def test_the_listings_show_a_mention_its_answer_and_its_ticket(
    database, brand, noon, stored, post, reply
) -> None:
    stored(post(501))
    database.write(lambda c: answer(c, brand, noon, reply))

    mentions = database.read(lambda c: stories.list_mentions(c, brand))
    sent = database.read(lambda c: stories.list_deliveries(c, brand))
    opened = database.read(lambda c: stories.list_tickets(c, brand))

    assert mentions == [
        {
            "id": "501",
            "author_id": "ana",
            "state": "done",
            "reason": "answered",
            "commands": ["refund", "help"],
            "received_at": "2026-11-21T12:00:00.000Z",
            "answered_at": None,
        }
    ]
    assert sent == [
        {
            "id": "1",
            "mention_id": "501",
            "person_id": "ana",
            "channel": "public",
            "state": "sent",
            "x_id": "900",
            "text": "Hello",
        }
    ]
    assert opened == [
        {
            "reference": "BT-7KQ2-4",
            "command": "refund",
            "person_id": "ana",
            "state": "open",
            "due_at": "2026-11-21T12:00:00.000Z",
            "mention_ids": ["501"],
            "incident_id": None,
        }
    ]
    assert database.read(lambda c: stories.list_tickets(c, brand, due_before=noon)) == opened


def test_a_story_tells_each_step_with_its_time(database, brand, noon, stored, post, reply) -> None:
    stored(post(501))
    database.write(lambda c: answer(c, brand, noon, reply))

    story = database.read(lambda c: stories.story(c, brand, "501"))

    assert story is not None
    assert story.text == "@BrightTel #help 501"
    assert story.references == ("BT-7KQ2-4",)
    assert [(step.what, step.detail) for step in story.steps] == [
        ("posted on X", ""),
        ("received", ""),
        ("done", "answered, refund help"),
        ("enqueued", "public answer (delivery 1)"),
        ("called X", "public answer (delivery 1), attempt 1"),
        ("sent", "public answer (delivery 1) is 900 on X"),
        ("ticket opened", "ticket:BT-7KQ2-4"),
        ("decided", "person:ana, commands refund help, deliveries 1"),
    ]
    assert database.read(lambda c: stories.story(c, brand, "502")) is None


def test_a_mention_without_a_command_is_told_by_its_reason_alone(database, brand, noon, stored, post) -> None:
    stored(post(501))

    def decide(c):
        (mention,) = inbox.claim(c, brand, "w", 1, 100, 1)
        inbox.decided(c, [inbox.Decided(mention.id, mention.fence, Reason.NO_COMMAND, "")], noon)

    database.write(decide)
    story = database.read(lambda c: stories.story(c, brand, "501"))

    assert story is not None
    assert ("done", "no command") in [(step.what, step.detail) for step in story.steps]


def test_what_is_not_over_is_counted_by_state(database, brand, noon, stored, post, reply) -> None:
    stored(post(1), post(2), post(3, "ben"))
    database.write(lambda c: inbox.claim(c, brand, "w", 1, 100, 1))
    database.write(lambda c: outbox.enqueue(c, brand, [reply(), reply()], noon))

    counted = database.read(lambda c: stories.count_states(c, brand))

    assert counted == {
        "mentions": {"waiting": 2, "handling": 1},
        "deliveries": {"queued": 2},
        "tickets": {},
        "handovers": {},
    }


def test_the_newest_are_shown_when_only_some_are_wanted(database, brand, stored, post) -> None:
    stored(post(1), post(2), post(3))

    shown = database.read(lambda c: stories.list_mentions(c, brand, at_most=2))

    assert [mention["id"] for mention in shown] == ["2", "3"]


def test_money_is_shown_as_a_decimal_without_an_exponent() -> None:
    assert [stories.usd(micro) for micro in (0, 1, 11_000, 10_000_000)] == ["0", "0.000001", "0.011", "10"]
