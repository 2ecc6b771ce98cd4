"""Reads one answer of HTTP from a socket that was just written to.

X's answers begin with a head that says how long the body is, and mostly come in one piece: such a one is
read as it came. Whatever is not as plain (compressed, in chunks, in several pieces, interim, without a
length) takes the standard library's and urllib3's careful way instead.
"""

import socket
from http.client import HTTPResponse as Unpicked
from io import BufferedReader
from typing import Any, NamedTuple, cast

from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.exceptions import ProtocolError

# A page of 100 long posts is below 3 MB; more is not X.
LARGEST_ANSWER_BYTES = 16_000_000
_AT_ONCE = 65_536  # bytes: a page of ten posts fits
_END_OF_HEAD = b"\r\n\r\n"


class Said(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes  # decompressed
    goes_on: bool  # the connection may carry another call


def read_answer(connected: socket.socket, method: str) -> Said:
    """The answer to a call.

    Raises: OSError, http.client.HTTPException or urllib3's HTTPError where it is cut short or no HTTP;
    ValueError where it is too large.
    """
    with cast(BufferedReader, connected.makefile("rb", _AT_ONCE)) as incoming:
        begun = incoming.peek()
        end = begun.find(_END_OF_HEAD)
        plain = _plain_head(begun[:end]) if end > 0 else None
        if plain is None:
            return _careful(incoming, method)
        status, headers, length = plain
        if length > LARGEST_ANSWER_BYTES:
            raise _too_large()
        body = incoming.read(end + len(_END_OF_HEAD) + length)[end + len(_END_OF_HEAD) :]
        if len(body) < length:
            raise ProtocolError("the answer was cut short")
        return Said(status, headers, body, True)


def _plain_head(head: bytes) -> tuple[int, dict[str, str], int] | None:
    """Status, headers and the body's length; None where anything about them needs care."""
    first, *lines = head.decode("latin-1").split("\r\n")
    if not (first.startswith("HTTP/1.1 ") and first[9:12] in _PLAIN_STATUSES and first[12:13] in ("", " ")):
        return None
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.lower()
        # A name like no other's: a folded line begins with a blank, a doubled header is to be joined.
        if not colon or name in headers or not name.replace("-", "").isalnum() or "\n" in value:
            return None
        headers[name] = value.strip(" \t")
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdecimal()) or not _NEEDS_CARE.isdisjoint(headers):
        return None
    return int(first[9:12]), headers, int(length)


# Of the statuses with a body: 1xx, 204 and 304 have none, whatever their length says.
_PLAIN_STATUSES = frozenset(str(status) for status in range(200, 600)) - {"204", "304"}
_NEEDS_CARE = frozenset({"transfer-encoding", "content-encoding", "connection"})


class _Incoming:
    """Where the standard library looks for an answer: in what has been read already, and what follows."""

    def __init__(self, incoming: BufferedReader) -> None:
        self._incoming = incoming

    def makefile(self, _: str) -> BufferedReader:
        return self._incoming


def _careful(incoming: BufferedReader, method: str) -> Said:
    unpicked = Unpicked(cast(Any, _Incoming(incoming)), method=method)
    unpicked.begin()
    answer = HTTPResponse(
        unpicked,
        headers=HTTPHeaderDict(unpicked.getheaders()),
        status=unpicked.status,
        preload_content=False,
        original_response=unpicked,
        request_method=method,
    )
    headers = {name.lower(): value for name, value in answer.headers.itermerged()}
    return Said(answer.status, headers, _whole_body(answer), not unpicked.will_close)


def _whole_body(answer: HTTPResponse) -> bytes:
    parts: list[bytes] = []
    room = LARGEST_ANSWER_BYTES
    # Read until nothing comes: only then does urllib3 say that an answer was cut short.
    while part := answer.read(room + 1, decode_content=True):
        room -= len(part)
        if room < 0:
            raise _too_large()
        parts.append(part)
    return b"".join(parts)


def _too_large() -> ValueError:
    return ValueError("an answer larger than any of X's")
