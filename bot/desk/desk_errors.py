"""Why an act of a colleague is refused: each with its code, and the next step."""

from bot.errors import ExitCode, OperatorError

_NOTHING_DONE = "Nothing was done."
_NOBODY = "Nobody is affected."


def no_such(kind: str, given: str, *, listing: str) -> OperatorError:
    """There is no mention, ticket, delivery, hand-over or person of that name."""
    return OperatorError(
        f"no-such-{kind}", f"There is no {kind} {given}.", _NOBODY, _NOTHING_DONE,
        f"See which there are: tweetserve show {listing}",
    )  # fmt: skip


def no_such_customer(customer_id: str) -> OperatorError:
    return OperatorError(
        "no-such-customer", f"There is no customer {customer_id} among the accounts.", _NOBODY, _NOTHING_DONE,
        "Check the number, or import the accounts: tweetserve accounts import FOLDER",
    )  # fmt: skip


def no_proof() -> OperatorError:
    return OperatorError(
        "proof-missing", "A link needs the proof that you saw.", _NOBODY, _NOTHING_DONE,
        'Say it: --proof "showed the last bill in the shop"', exit_code=ExitCode.WRONG_USAGE,
    )  # fmt: skip


def stopped(who: str) -> OperatorError:
    return OperatorError(
        "person-stopped", f"{who} said stop, and has not asked for a person since.",
        f"{who} does not get this reply.", _NOTHING_DONE,
        "Wait until they write #start or #agent.",
    )  # fmt: skip


def no_consent(who: str) -> OperatorError:
    return OperatorError(
        "no-consent", f"{who} has not agreed to direct messages.",
        f"{who} does not get this reply.", _NOTHING_DONE,
        "Reply with --public and ask them to send you a direct message.",
    )  # fmt: skip


def nothing_to_reply_under(who: str) -> OperatorError:
    return OperatorError(
        "no-public-mention", f"{who} has written no post to us that could be replied to.",
        f"{who} does not get this reply.", _NOTHING_DONE,
        "Reply with --private, if they agreed to direct messages.",
    )  # fmt: skip


def empty_reply() -> OperatorError:
    return OperatorError(
        "reply-empty", "A reply needs words.", _NOBODY, _NOTHING_DONE,
        "Put the text behind reply, in quotes.", exit_code=ExitCode.WRONG_USAGE,
    )  # fmt: skip


def too_long(length: int, most: int) -> OperatorError:
    return OperatorError(
        "reply-too-long", f"With signature and mark the reply counts {length}; X takes {most}.", _NOBODY,
        _NOTHING_DONE, f"Shorten it by {length - most}.",
    )  # fmt: skip


def links(found: str) -> OperatorError:
    return OperatorError(
        "reply-links", f"X would make a link of {found}: the post would cost 0.20 USD instead of 0.01.",
        _NOBODY, _NOTHING_DONE, "Leave it out, send it with --private, or set PUBLIC_LINKS=on.",
    )  # fmt: skip


def sending_off() -> OperatorError:
    return OperatorError(
        "sending-off", "SENDING is off: nothing is sent, now or later.", _NOBODY, _NOTHING_DONE,
        "Set SENDING=on and start the daemon anew.",
    )  # fmt: skip


def answered_already(x_id: str) -> OperatorError:
    return OperatorError(
        "mention-answered", f"Mention {x_id} has an answer that was sent, or is about to be.",
        "The person would get two.", _NOTHING_DONE, f"See it: tweetserve show mention {x_id}",
    )  # fmt: skip


def being_handled(x_id: str) -> OperatorError:
    return OperatorError(
        "mention-being-handled", f"Mention {x_id} is being decided just now.", _NOBODY, _NOTHING_DONE,
        f"Look again in a moment: tweetserve show mention {x_id}",
    )  # fmt: skip


def decided_already(x_id: str) -> OperatorError:
    return OperatorError(
        "mention-decided", f"Mention {x_id} is decided already.", _NOBODY, _NOTHING_DONE,
        f"See how: tweetserve show mention {x_id}",
    )  # fmt: skip


def closed_already(reference: str) -> OperatorError:
    return OperatorError(
        "ticket-closed", f"Ticket {reference} is closed already.", _NOBODY, _NOTHING_DONE,
        f"See it: tweetserve show tickets {reference}",
    )  # fmt: skip


def delivery_is_over(delivery_id: int, state: str) -> OperatorError:
    return OperatorError(
        "delivery-not-open", f"Delivery {delivery_id} is {state}.", _NOBODY, _NOTHING_DONE,
        f"See it: tweetserve show deliveries {delivery_id}",
    )  # fmt: skip


def released_already(handover_id: int) -> OperatorError:
    return OperatorError(
        "handover-released", f"Hand-over {handover_id} was released before.", _NOBODY, _NOTHING_DONE,
        "See the open ones: tweetserve show handovers",
    )  # fmt: skip


def accounts_out_of_reach() -> OperatorError:
    return OperatorError(
        "accounts-unavailable", "The accounts cannot be read just now.", _NOBODY, _NOTHING_DONE,
        "Type: tweetserve doctor",
    )  # fmt: skip
