"""Reading an answer: however it is cut into pieces and whatever form it has, the same is read."""

import gzip
import io
import socket
from http.client import HTTPException
from itertools import pairwise
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.exceptions import HTTPError

from bot.x.one_answer import LARGEST_ANSWER_BYTES, Said, read_answer

BODY = b'{"data":{"id":"9"}}'
PACKED = gzip.compress(BODY, mtime=0)
LENGTH = b"Content-Length: %d\r\n" % len(BODY)


class Incoming(io.RawIOBase):
    """A line on which these pieces come in one after the other, and then the end."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = [piece for piece in pieces if piece]

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        if not self._pieces:
            return 0
        piece = self._pieces.pop(0)
        into[: len(piece)] = piece
        return len(piece)

    def makefile(self, _: str, size: int) -> io.BufferedReader:
        return io.BufferedReader(self, size)


def read(*pieces: bytes, method: str = "POST") -> Said:
    return read_answer(cast(socket.socket, Incoming(list(pieces))), method)


def cut(whole: bytes, places: list[int]) -> list[bytes]:
    bounds = [0, *sorted(place % len(whole) for place in places), len(whole)]
    return [whole[start:end] for start, end in pairwise(bounds)]


FORMS = [
    (b"HTTP/1.1 201 Created\r\nX-Rate: 5\r\n" + LENGTH + b"\r\n" + BODY, True),
    (b"HTTP/1.1 201\r\n" + LENGTH + b"\r\n" + BODY, True),
    (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n" + LENGTH + b"\r\n" + BODY, True),
    (b"HTTP/1.1 201 Created\r\nConnection: close\r\n" + LENGTH + b"\r\n" + BODY, False),
    (b"HTTP/1.0 201 Created\r\n" + LENGTH + b"\r\n" + BODY, False),
    (b"HTTP/1.1 201 Created\r\n\r\n" + BODY, False),
    (b"HTTP/1.1 201 Created\n" + LENGTH.replace(b"\r", b"") + b"\n" + BODY, True),
    (b"HTTP/1.1 201 Created\r\nX-Long: first,\r\n second\r\n" + LENGTH + b"\r\n" + BODY, True),
    (
        b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n"
        + BODY[:5]
        + b"\r\ne\r\n"
        + BODY[5:]
        + b"\r\n0\r\n\r\n",
        True,
    ),
    (
        b"HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(PACKED)
        + PACKED,
        True,
    ),
]


@given(st.sampled_from(FORMS), st.lists(st.integers(0, 10_000), max_size=6))
def test_the_form_and_the_pieces_of_an_answer_change_nothing_of_it(
    form: tuple[bytes, bool], places: list[int]
) -> None:
    whole, goes_on = form

    said = read(*cut(whole, places))

    assert (said.status, said.body, said.goes_on) == (201, BODY, goes_on)


@given(st.lists(st.integers(0, 10_000), max_size=3))
def test_headers_are_named_in_lower_case_and_doubled_ones_joined(places: list[int]) -> None:
    answer = b"HTTP/1.1 200 OK\r\nX-Some:  a\r\nx-some: b\r\nDate:now\r\n" + LENGTH + b"\r\n" + BODY

    assert read(*cut(answer, places)).headers == {
        "x-some": "a, b",
        "date": "now",
        "content-length": str(len(BODY)),
    }


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
def test_an_answer_that_has_no_body_is_not_waited_for(status: bytes) -> None:
    assert read(b"HTTP/1.1 " + status + b"\r\nContent-Length: 5\r\n\r\n").body == b""


@pytest.mark.parametrize("form", [form for form, _ in FORMS if b"Created\r\n\r\n" not in form])
def test_an_answer_that_ends_too_early_is_none(form: bytes) -> None:
    with pytest.raises((HTTPError, HTTPException, OSError, ValueError)):
        read(form[:-8])


@pytest.mark.parametrize("pieces", [[], [b"HTTP/1.1 2"], [b"SSH-2.0-OpenSSH\r\n\r\n"]])
def test_what_is_no_answer_is_none(pieces: list[bytes]) -> None:
    with pytest.raises((HTTPException, OSError)):
        read(*pieces)


def test_an_answer_too_large_to_be_x_s_is_not_even_begun() -> None:
    with pytest.raises(ValueError, match="larger than any"):
        read(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n{" % (LARGEST_ANSWER_BYTES + 1))
