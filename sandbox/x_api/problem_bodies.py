"""The ways in which X says no: each as X words it.

Sources: X's OpenAPI description 2.167 (the `…Problem` schemas) and, for what it lacks (402, 429,
`about:blank`), https://docs.x.com/x-api/fundamentals/response-codes-and-errors and answers seen in the field
(2026-11-21).
"""

from typing import Any

Json = dict[str, Any]

TYPE = "https://api.x.com/2/problems/"

DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
NOT_VISIBLE = "You attempted to reply to a Tweet that is deleted or not visible to you."
NOT_SUMMONED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by"
    " the author of the post you are replying to."
)
NOT_QUOTABLE = "You can only reply to or quote posts where you are mentioned or are the author."
RESTRICTED = "The original Tweet author restricted who can reply to this Tweet."
NO_DM = "You do not have permission to DM one or more participants."
NOT_PERMITTED = "You are not permitted to perform this action."
TOO_LONG = (
    "Your Tweet text is too long. For more information on how Twitter determines text length see"
    " https://github.com/twitter/twitter-text."
)


class Problem(Exception):
    """An answer of X that is not a success."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(body.get("detail", ""))
        self.status = status
        self.body = body


def plain(status: int, title: str, detail: str) -> Problem:
    """A problem without a type of its own (`about:blank`), recognised by its detail."""
    return Problem(status, {"title": title, "detail": detail, "type": "about:blank", "status": status})


def forbidden(detail: str) -> Problem:
    """403 with a reason in words."""
    return plain(403, "Forbidden", detail)


def unauthorized() -> Problem:
    """401: no or wrong credentials."""
    return plain(401, "Unauthorized", "Unauthorized")


def too_many_requests() -> Problem:
    """429: a window is used up."""
    return plain(429, "Too Many Requests", "Too Many Requests")


def unsupported_authentication(used: str, wanted: list[str]) -> Problem:
    """403: right credentials of the wrong kind."""
    detail = (
        f"Authenticating with {used} is forbidden for this endpoint."
        f"  Supported authentication types are [{', '.join(wanted)}]."
    )
    title = "Unsupported Authentication"
    return Problem(
        403, {"title": title, "detail": detail, "type": TYPE + "unsupported-authentication", "status": 403}
    )


def credits_depleted(account_id: str) -> Problem:
    """402: the prepaid credit is used up."""
    return Problem(
        402,
        {
            "account_id": account_id,
            "title": "CreditsDepleted",
            "detail": "Your enrolled account does not have any credits to fulfill this request.",
            "type": TYPE + "credits-depleted",
            "status": 402,
        },
    )


def invalid(message: str, **parameters: str) -> Problem:
    """400: a request X does not understand; the parameters are named with the values sent."""
    errors = [{"parameters": {name: [value] for name, value in parameters.items()}, "message": message}]
    return Problem(
        400,
        {
            "errors": errors,
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": TYPE + "invalid-request",
        },
    )


def no_such_path() -> Problem:
    """404: no endpoint has this path."""
    return plain(404, "Not Found", "Not Found")


def not_found(kind: str, parameter: str, value: str) -> Json:
    """One entry of `errors`: a thing that is not there (deleted, or never was)."""
    return {
        "value": value,
        "detail": f"Could not find {kind} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": TYPE + "resource-not-found",
    }


def not_authorized(kind: str, parameter: str, value: str) -> Json:
    """One entry of `errors`: a thing of a person whose posts are protected."""
    what = "Tweet" if kind == "tweet" else kind
    return {
        "value": value,
        "detail": f"Sorry, you are not authorized to see the {what} with {parameter}: [{value}].",
        "title": "Authorization Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": TYPE + "not-authorized-for-resource",
    }


def suspended(parameter: str, value: str) -> Json:
    """One entry of `errors`: a person X has suspended."""
    return {
        "value": value,
        "detail": f"User has been suspended: [{value}].",
        "title": "Forbidden",
        "resource_type": "user",
        "parameter": parameter,
        "resource_id": value,
        "type": TYPE + "resource-not-found",
    }
