"""Reads a `multipart/form-data` body that is already in memory."""

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from sandbox.x_api.problem_bodies import invalid


def parts_of(body: bytes, boundary: bytes) -> dict[str, bytes]:
    """The parts of a form by name.

    Raises: Problem 400 when the body is not such a form.
    """
    reader = _Reader()
    try:
        parser = MultipartParser(boundary, reader.callbacks())  # type: ignore[arg-type] # typed as a TypedDict
        parser.write(body)
        parser.finalize()
    except FormParserError:
        raise invalid("The request body is not a readable multipart form.") from None
    return reader.parts


class _Reader:
    def __init__(self) -> None:
        self.parts: dict[str, bytes] = {}
        self._header = b""
        self._name = ""
        self._data = bytearray()

    def callbacks(self) -> dict[str, object]:
        return {
            "on_header_value": self._on_header,
            "on_part_begin": self._begin,
            "on_part_data": self._on_data,
            "on_part_end": self._end,
        }

    def _begin(self) -> None:
        self._name, self._data = "", bytearray()

    def _on_header(self, data: bytes, start: int, end: int) -> None:
        kind, options = parse_options_header(data[start:end])
        if kind == b"form-data":
            self._name = options.get(b"name", b"").decode("utf-8", "replace")

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        self._data += data[start:end]

    def _end(self) -> None:
        self.parts[self._name] = bytes(self._data)
