"""The closed sets of words that rows carry: what leads read in the console, the CLI and the logs.

Each member's value is what stands in the database; its gloss is what people are shown.
"""

from enum import StrEnum


class Glossed(StrEnum):
    """A word stored in the database, with a sentence that explains it to a person."""

    gloss: str

    def __new__(cls, value: str, gloss: str = "") -> "Glossed":
        member = str.__new__(cls, value)
        member._value_ = value
        member.gloss = gloss
        return member


class MentionKind(Glossed):
    """Where a request came from."""

    POST = "post", "a public post"
    MESSAGE = "message", "a direct message"


class MentionState(Glossed):
    """Where an inbox row stands: waiting ⇄ handling → done | parked, parked → waiting by a person."""

    WAITING = "waiting", "not looked at yet"
    HANDLING = "handling", "being worked on"
    DONE = "done", "decided; its deliveries, tickets and hand-overs tell the rest"
    PARKED = "parked", "set aside until a person decides"


class Reason(Glossed):
    """Why a mention got no answer, or why it got the one it has."""

    ANSWERED = "answered", "a command was answered"
    FOLLOW_UP = "follow up", "added to an open ticket or a pending request"
    OWN_POST = "own post", "we wrote it ourselves"
    REPOST = "repost", "a repost of somebody's post"
    NOT_ADDRESSED = "not addressed", "our name is only quoted or auto-filled; kept for people"
    BLOCKED = "blocked", "this person is blocked by us"
    OPTED_OUT = "opted out", "this person said stop"
    SEEN_BEFORE = "seen before", "the same post was taken before"
    EDITED = "edited", "a newer text of the same post counts"
    TOO_OLD = "too old", "older than the age up to which we answer"
    BEFORE_OUR_TIME = "before our time", "written before the bot was first started"
    NO_COMMAND = "no command", "no command in it; kept for people"
    SWITCHED_OFF = "command switched off", "its command is switched off"
    NOT_IN_PILOT = "not in the pilot", "the pilot answers only the accounts in ONLY_ACCOUNTS"
    IN_HANDOVER = "in a hand-over", "a person is talking to this customer; kept with the hand-over"
    TOO_MANY = "too many", "this person asked more often than one person may"
    ANSWERED_BY_PERSON = "answered by a person", "a colleague answered in X's own app"
    DELETED = "deleted", "the person deleted it before it was answered"
    BY_HAND = "skipped by hand", "a colleague chose not to answer"
    CRASHED = "crashed", "handling failed repeatedly; a person decides"


class DeliveryState(Glossed):
    """queued → sending → sent | refused | unsure | later | queued · unsure → sent | queued | refused
    · queued ⇄ later · any but sent → dropped."""

    QUEUED = "queued", "waiting to leave"
    SENDING = "sending", "the call to X is about to leave or under way"
    SENT = "sent", "X has it"
    REFUSED = "refused", "X will not take it; the reason says why"
    UNSURE = "unsure", "X may have it; being looked up before anything is sent again"
    LATER = "later", "held until a time or until something is mended"
    DROPPED = "dropped", "will not be sent; the reason says why"


class Channel(Glossed):
    """Where an answer is given."""

    PUBLIC = "public", "a reply everybody can read"
    PRIVATE = "private", "a direct message"


class Purpose(Glossed):
    """What a delivery is for; decides who goes first when messages are scarce."""

    ANSWER = "answer", "the answer to a request"
    INVITE = "invite", "asks the person to send us a direct message"
    TICKET = "ticket", "a ticket's reference and promise"
    DETAILS = "details", "asks for details of a ticket, privately"
    ACKNOWLEDGE = "acknowledge", "says that a follow-up has been added"
    HELP_LINE = "help line", "the one line of help to a message without a command"
    HOLDING = "holding", "says that something failed here and that a person looks at it"
    DELAY = "delay", "says in public that a private answer takes a while, and until when"
    PERSON = "person", "written by a colleague"


class TicketState(Glossed):
    OPEN = "open", "somebody of us has to act"
    WAITING = "waiting for customer", "we asked the customer something"
    CLOSED = "closed", "nothing more to do"


class HandoverState(Glossed):
    OPEN = "open", "a person is in charge; the bot is silent towards this customer"
    RELEASED = "released", "given back to the bot"


class PendingKind(Glossed):
    """What we await from a person."""

    COMMAND = "command", "a command whose private answer waits for a direct message"
    DETAILS = "details", "details of a ticket"


class ConsentKind(Glossed):
    MATCHING = "matching", "their X account may be matched to their customer record"
    DM = "dm", "we may send direct messages"
    PROGRESS = "progress", "we may tell them how a ticket goes on"


class LedgerState(Glossed):
    RESERVED = "reserved", "the call may be under way; booked at its worst price"
    SETTLED = "settled", "booked at what X charged"


class NoticeState(Glossed):
    WAITING = "waiting", "to be sent to the people who answer"
    SENT = "sent", "they were told"
    FAILED = "failed", "they could not be reached; shown by doctor"


class ProbeState(Glossed):
    """asking → asked → answered | unanswered · asking → failed."""

    ASKING = "asking", "the question is about to be posted, or nobody knows yet whether it was"
    ASKED = "asked", "the question is on X"
    ANSWERED = "answered", "the probe's account has seen the answer"
    UNANSWERED = "unanswered", "no answer could be seen in time"
    FAILED = "failed", "the question could not be posted"
