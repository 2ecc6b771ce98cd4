"""Private messages: sent, listed, read, and deleted from one's own side.

Source: https://docs.x.com/x-api/direct-messages/lookup/integrate, X's OpenAPI description 2.167 (2026-11-21)
"""

from collections.abc import Iterator
from typing import Any

from sandbox.world.posts import newest_first
from sandbox.world.records import Message
from sandbox.world.snowflakes import DAY_MS, id_at
from sandbox.x_api.call import Answer, Call, as_id
from sandbox.x_api.expanding import message_includes
from sandbox.x_api.fields import check_parameters, wanted
from sandbox.x_api.paging import cut_page, page_json, page_size, read_token
from sandbox.x_api.problem_bodies import NO_DM, Json, Problem, forbidden, invalid, not_found, plain
from sandbox.x_api.shapes import may_message, message_json
from sandbox.x_api.sight import message_seen

LONGEST = 10_000
REACH_MS = 30 * DAY_MS

_EVENT_TYPES = {"MessageCreate", "ParticipantsJoin", "ParticipantsLeave"}
_PARAMETERS = frozenset(["max_results", "pagination_token", "event_types"])


def send(call: Call) -> Answer:
    """`POST /2/dm_conversations/with/:id/messages`: 201 with its id; 403 when the person takes no DMs."""
    sent = call.json_body(frozenset(["text", "attachments"]))
    text = sent.get("text", "")
    if not isinstance(text, str) or not (text or sent.get("attachments")):
        raise invalid("$.text: a text or an attachment is required")
    if len(text) > LONGEST:
        raise plain(400, "Bad Request", "The text of your direct message is over the max character limit.")
    media = _attachments(call, sent.get("attachments"))
    receiver = call.world.crowd.by_id.get(as_id("participant_id", call.params[0]))
    if receiver is None or receiver.id == call.person.id:
        raise invalid("The `participant_id` is not valid", participant_id=call.params[0])
    if not may_message(call.world, call.person, receiver):
        raise forbidden(NO_DM)
    message = call.world.send_message(call.person, receiver, text, media)
    call.bill.charge_write("dm.create")
    ids = {"dm_conversation_id": message.conversation, "dm_event_id": str(message.id)}
    return 201, {"data": ids}


def all_events(call: Call) -> Answer:
    """`GET /2/dm_events`: all one's messages of the last 30 days, newest first."""
    return _list(call, call.world.messages.by_person.get(call.person.id, []))


def events_with(call: Call) -> Answer:
    """`GET /2/dm_conversations/with/:id/dm_events`: those with one person."""
    return _list(call, call.world.messages.between(call.person.id, call.path_id()))


def one_event(call: Call) -> Answer:
    """`GET /2/dm_events/:id`."""
    check_parameters(call.query, frozenset())
    asked = wanted(call.query)
    message = _own(call)
    call.bill.charge_reads("dm_event.read", [message.id])
    body: Json = {"data": message_json(message, asked)}
    return 200, body | message_includes(call, [message], asked)


def delete(call: Call) -> Answer:
    """`DELETE /2/dm_events/:id`: takes away one's own copy; the other side keeps theirs."""
    call.world.hide_message(_own(call), call.person)
    call.bill.charge_write("dm_event.delete")
    return 200, {"data": {"deleted": True}}


def _list(call: Call, ids: list[int]) -> Answer:
    check_parameters(call.query, _PARAMETERS)
    asked = wanted(call.query)
    size = page_size(call.query, smallest=1, default=100)
    token = call.query.get("pagination_token")
    below = read_token("pagination_token", token) if token is not None else None
    kinds = set(call.query.get("event_types", "MessageCreate").split(","))
    if not kinds <= _EVENT_TYPES:
        raise invalid("The `event_types` query parameter is not valid", event_types=call.query["event_types"])
    found = _seen(call, ids, below) if "MessageCreate" in kinds else iter(())
    page, next_token = cut_page(found, size)
    messages = [call.world.messages.by_id[one] for one in page]
    call.bill.charge_reads("dm_event.read", page)
    rows = [message_json(message, asked) for message in messages]
    body = page_json(rows, next_token, call.effects, with_ends=False)
    return 200, body | message_includes(call, messages, asked)


def _seen(call: Call, ids: list[int], below: int | None) -> Iterator[int]:
    oldest = id_at(call.world.now_ms() - REACH_MS) - 1
    by_id = call.world.messages.by_id
    return (
        one
        for one in newest_first(ids, oldest, below)
        if message_seen(call.world, by_id[one], call.person, call.effects)
    )


def _own(call: Call) -> Message:
    message = call.world.messages.by_id.get(call.path_id())
    if message is None or not message_seen(call.world, message, call.person, call.effects):
        problem = not_found("dm_event", "event_id", call.params[0])
        raise Problem(404, problem | {"status": 404})
    return message


def _attachments(call: Call, sent: Any) -> list[int]:
    if sent is None:
        return []
    good = isinstance(sent, list) and len(sent) == 1 and isinstance(sent[0], dict) and "media_id" in sent[0]
    if not good:
        raise invalid("$.attachments: exactly one media_id is required")
    identity = as_id("media_id", sent[0]["media_id"])
    media = call.world.media.get(identity)
    if media is None or media.owner != call.person.id:
        raise plain(400, "Bad Request", "Your media IDs are invalid.")
    return [identity]
