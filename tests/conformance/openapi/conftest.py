"""X's own OpenAPI description, tightened so that it can refuse an answer.

As it is published nearly nothing is required in it and unknown keys are welcome: `{}` is a valid answer to
everything. Here every object that declares its properties has no others, and the keys without which an answer
says nothing must be there. Nothing of the description is kept in this project; it is read where REFERENCE_DIR
says.
"""

import json
from datetime import datetime
from typing import Any, Protocol

import pytest
from jsonschema import Draft4Validator, FormatChecker

DESCRIPTION = "x-openapi-2.167.json"
JSON = "application/json"
PROBLEM_JSON = "application/problem+json"

# Without these an object says nothing. X gives them whatever fields are asked for.
# Source: the default fields in https://docs.x.com/x-api/fundamentals/fields, read 2026-11-21. (A message may
# consist of a picture alone, so it needs no text.)
NEEDED = {
    "Post": ["id", "text", "edit_history_post_ids"],
    "User": ["id", "name", "username"],
    "DmEvent": ["id", "event_type"],
    "Media": ["media_key", "type"],
    "Usage": ["project_id", "project_usage", "project_cap", "cap_reset_day"],
}

# The names of the `tweet` vocabulary and what X's description calls them. `media_source_tweet_id` keeps its
# name there.
RENAMED = {
    "referenced_tweets": "referenced_posts",
    "note_tweet": "note_post",
    "edit_history_tweet_ids": "edit_history_post_ids",
    "most_recent_tweet_id": "most_recent_post_id",
    "pinned_tweet_id": "pinned_post_id",
    "retweet_count": "repost_count",
    "tweet_count": "post_count",
    "tweets": "posts",
}

formats = FormatChecker(formats=())


@formats.checks("date-time", raises=ValueError)
def is_instant(value: object) -> bool:
    """Whether it is a time with a zone; other types are the schema's business."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


class XDescription:
    """What X says its answers look like. An operation is named as in `GET /2/users/{id}/mentions`."""

    def __init__(self, published: dict[str, Any]) -> None:
        self._paths = published["paths"]
        self._parameters = published["components"]["parameters"]
        named = published["components"]["schemas"]
        schemas = {name: tightened(schema, NEEDED.get(name, [])) for name, schema in named.items()}
        self._root = {"components": {"schemas": schemas}}

    def faults_of(self, operation: str, status: int, body: Any, kind: str = JSON) -> list[str]:
        """What is wrong with an answer, in words; nothing when X's description allows it."""
        responses = self._operation(operation)["responses"]
        content = responses.get(str(status), responses["default"])["content"]
        schema = self._root | content[kind]["schema"]
        found = Draft4Validator(schema, format_checker=formats).iter_errors(body)
        return [f"{'/'.join(map(str, error.path))}: {error.message[:300]}" for error in found]

    def choices(self, operation: str, parameter: str) -> list[str]:
        """The values X's description offers for a list parameter, such as `post.fields`."""
        for entry in self._operation(operation)["parameters"]:
            known = self._parameters[entry["$ref"].rpartition("/")[2]] if "$ref" in entry else entry
            if known["name"] == parameter:
                return list(dict.fromkeys(known["schema"]["items"]["enum"]))
        return []

    def kinds_of_token(self, operation: str) -> set[str]:
        """Whom an operation lets in: `BearerToken` is the app alone, `UserToken` OAuth 1.0a."""
        return {name for choice in self._operation(operation)["security"] for name in choice}

    def _operation(self, operation: str) -> dict[str, Any]:
        method, path = operation.split()
        found: dict[str, Any] = self._paths[path][method.lower()]
        return found


def tightened(schema: Any, needed: list[str]) -> Any:
    """A schema of OpenAPI 3.0 as one of JSON Schema draft 4 that lets nothing unknown or empty pass."""
    if isinstance(schema, list):
        return [tightened(one, []) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:  # whatever stands beside it does not count
        return {"$ref": schema["$ref"]}
    # A discriminator only hints which of the choices to try; each has a `type` of its own in any case.
    kept = {name: value for name, value in schema.items() if name not in ("discriminator", "example")}
    made = {
        name: _each(value) if name == "properties" else tightened(value, []) for name, value in kept.items()
    }
    if "properties" in made:
        made = _closed(made, needed)
    if made.pop("nullable", False):
        return {"anyOf": [made, {"type": "null"}]}
    return made


def _each(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: tightened(schema, []) for name, schema in properties.items()}


def _closed(schema: dict[str, Any], needed: list[str]) -> dict[str, Any]:
    """No other keys; an answer holds `data`, `meta` or `errors`, and a list in `data` is never empty."""
    schema.setdefault("additionalProperties", False)
    properties = schema["properties"]
    required = [*schema.get("required", []), *needed]
    if "result_count" in properties:
        required.append("result_count")
    if required:
        schema["required"] = sorted(set(required))
    if "data" in properties and "errors" in properties:
        if properties["data"].get("type") == "array":
            properties["data"]["minItems"] = 1
        whole = "meta" if "meta" in properties else "data"
        schema["anyOf"] = [{"required": [whole]}, {"required": ["errors"]}]
    return schema


def in_post_words(answer: Any) -> Any:
    """An answer of the `tweet` vocabulary in the names of X's description."""
    if isinstance(answer, list):
        return [in_post_words(one) for one in answer]
    if not isinstance(answer, dict):
        return answer
    return {RENAMED.get(name, name): in_post_words(value) for name, value in answer.items()}


class Renaming(Protocol):
    def __call__(self, answer: Any) -> Any: ...


@pytest.fixture(scope="session")
def to_post_words() -> Renaming:
    return in_post_words


@pytest.fixture(scope="session")
def to_tweet_words() -> dict[str, str]:
    """X's new names and the old ones they replace."""
    return {new: old for old, new in RENAMED.items()}


@pytest.fixture(scope="session")
def description(reference_data: Any) -> XDescription:
    """X's OpenAPI description; skips where the reference data are absent."""
    return XDescription(json.loads(reference_data.path(DESCRIPTION).read_bytes()))
