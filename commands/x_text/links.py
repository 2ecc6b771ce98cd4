"""Finds the web addresses that X turns into links, with or without `http://` in front.

X's own rule is one large pattern that tries again at every letter. Here the text is read once: it is cut into
runs of letters, dots, dashes and underscores, and the labels between a run's dots are judged from right to
left, so that a hostile text costs time in proportion to its length.
"""

from dataclasses import dataclass

import regex

from commands.x_text.domains import domain_end
from commands.x_text.entities import Entity

_SPACES = r"\t-\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_DIRECTION_MARKS = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
INVALID_CHARACTERS = r"\ufffe\ufeff\uffff"
_PUNCTUATION = r"!'#%&()*+,\\\-./:;<=>?@\[\]\^_{|}~$"
_LABEL = rf"[^{_PUNCTUATION}{_SPACES}{INVALID_CHARACTERS}{_DIRECTION_MARKS}]"
# Accented Latin letters and the marks that make them, which X treats like a to z in addresses.
ACCENTED = r"\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u02bb\u0300-\u036f\u1e00-\u1eff"

_MAYBE = regex.compile(rf"{_LABEL}\.{_LABEL}")
_RUN = regex.compile(rf"(?:[-._]|{_LABEL})++")
_PROTOCOL = regex.compile(r"https?://\Z", regex.IGNORECASE)
_NOT_BEFORE = frozenset(
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@＠$#＃\ufffe\ufeff\uffff"
)
_NOT_BEFORE_BARE = frozenset("-_./")

_ASCII_LABELS = regex.compile(rf"(?:[-0-9A-Za-z{ACCENTED}]++\.)++")
_IN_PATH = rf"a-z0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&\u0400-\u04ff{ACCENTED}"
_ENDS_PATH = rf"[-+a-z0-9=_#/\u0400-\u04ff{ACCENTED}]"
_PARENTHESES = rf"\((?:[{_IN_PATH}]++\)|[{_IN_PATH}]*+\([{_IN_PATH}]++\)[{_IN_PATH}]*+\))"
_PLAIN_HOST = regex.compile(r"[-.0-9A-Za-z]++")
_PORT = regex.compile(r":[0-9]++")
_PATH = regex.compile(rf"/(?:[{_IN_PATH}]++|{_PARENTHESES})*+", regex.IGNORECASE)
_PATH_END = regex.compile(rf"(?r)(?:{_PARENTHESES}|{_ENDS_PATH})", regex.IGNORECASE)
_QUERY = regex.compile(r"\?[-a-z0-9!?*'@();:&=+$/%#\[\]_.,~|]*[-a-z0-9_&=#/]", regex.IGNORECASE)
_SHORTENED = regex.compile(r"https?://t\.co/([a-z0-9]++)", regex.IGNORECASE)

_LONGEST_SHORTENED_SLUG = 40
_LONGEST_LABEL = 63
_LONGEST_ADDRESS = 4096
_PUNYCODE_MARK = "xn--"


def urls(text: str) -> list[Entity]:
    """The addresses X would link in `text`, in order; `value` is the address as it is written.

    An address without protocol counts when its ASCII part ends in a top-level domain, so `main.py` and
    `3.50.In` do, and `john.doe@mail.com` does not.
    """
    if "." not in text or not _MAYBE.search(text):
        return []
    found: list[Entity] = []
    free_from = -1
    for run in _RUN.finditer(text):
        if "." in run[0] and run.end() > free_from:
            free_from = _read_run(text, run.start(), run.end(), free_from, found)
    return found


@dataclass(frozen=True, slots=True)
class _Address:
    """One address in full: where it begins, its host, and where port, path and query end."""

    start: int
    host_start: int
    host_end: int
    path_end: int
    end: int
    has_path: bool


def _read_run(text: str, start: int, end: int, free_from: int, found: list[Entity]) -> int:
    """Adds the links of one run to `found`; returns where reading may go on."""
    labels = _Labels(text, start, end)
    protocol = text.startswith("//", start - 2) and _PROTOCOL.search(text, max(start - 8, 0), start)
    if protocol and _may_follow(text, protocol.start(), free_from):
        host_end = labels.host_end_from(start)
        if host_end > 0:
            address = _whole(text, protocol.start(), start, host_end)
            link = _with_protocol(text, address)
            found.extend(link)
            # A t.co link is cut short, but what was read behind it is not read again.
            free_from = address.end
    at = max(start, free_from)
    while (host := labels.next_host(at, free_from)) is not None:
        address = _whole(text, host[0], host[0], host[1])
        if text[address.start - 1 : address.start] not in _NOT_BEFORE_BARE or address.start == 0:
            found.extend(_without_protocol(text, address))
        at = free_from = address.end
    return free_from


def _may_follow(text: str, start: int, free_from: int) -> bool:
    """Whether an address may begin at `start`: the character before it is harmless and not part of a link."""
    return start == 0 or (start > free_from and text[start - 1] not in _NOT_BEFORE)


class _Labels:
    """The labels of one run of host characters, judged once from right to left."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text = text
        self._dots = dots = [at for at in range(start, end) if text[at] == "."]
        self._next_dot = 0
        first = [start, *(dot + 1 for dot in dots)]
        self._underscores = [text.rfind("_", *bounds) for bounds in zip(first, dots, strict=False)]
        self._tops = [domain_end(text, dot + 1) for dot in dots]
        # best[i]: where a host ends that begins with the whole label before dot i; -1 if none can.
        self._best = [-1] * (len(dots) + 1)
        for index in range(len(dots) - 1, -1, -1):
            self._best[index] = self._host_end(first[index], index)

    def host_end_from(self, at: int) -> int:
        """Where the longest host ends that begins at `at`, the run's first place; -1 if none does."""
        return self._host_end(at, 0)

    def next_host(self, at: int, free_from: int) -> tuple[int, int] | None:
        """Start and end of the first host without protocol that begins at or after `at`."""
        while self._next_dot < len(self._dots):
            dot = self._dots[self._next_dot]
            if self._best[self._next_dot + 1] > 0 or self._tops[self._next_dot] > 0:
                # At the beginning X would rather read a letter outside ASCII as standing before the host.
                for start in (1, 0, *range(2, dot)) if at == 0 else range(at, dot):
                    if not _may_follow(self._text, start, free_from):
                        continue
                    end = self._host_end(start, self._next_dot)
                    if end > 0:
                        return start, end
            at = max(at, dot + 1)
            self._next_dot += 1
        return None

    def _host_end(self, start: int, index: int) -> int:
        """Where the longest host ends that begins at `start`, inside the label that ends at dot `index`."""
        dot = self._dots[index]
        if start >= dot or self._text[start] in "-_" or self._text[dot - 1] in "-_":
            return -1
        if self._best[index + 1] > 0:
            return self._best[index + 1]
        # An underscore may stand in a subdomain, never in the name right before the top-level domain.
        return self._tops[index] if self._underscores[index] < start else -1


def _whole(text: str, start: int, host_start: int, host_end: int) -> _Address:
    """The address whose host is known, with its port, path and query."""
    end = host_end
    if text.startswith(":", end) and (port := _PORT.match(text, end)):
        end = port.end()
    path = _PATH.match(text, end) if text.startswith("/", end) else None
    if path:
        # A path ends in a letter, a digit or balanced parentheses, never in a sentence's punctuation.
        last = _PATH_END.search(text, end + 1, path.end())
        end = last.end() if last else end + 1
    path_end = end
    if text.startswith("?", end) and (query := _QUERY.match(text, end)):
        end = query.end()
    return _Address(start, host_start, host_end, path_end, end, path is not None)


def _with_protocol(text: str, address: _Address) -> list[Entity]:
    if not _fits_the_domain_system(text, address):
        return []
    start, end = address.start, address.end
    if short := _SHORTENED.match(text, start, end):
        if len(short[1]) > _LONGEST_SHORTENED_SLUG:
            return []
        query = _QUERY.match(text, short.end(), end)
        end = query.end() if query else short.end()
    return [Entity(start, end, text[start:end])]


def _without_protocol(text: str, address: _Address) -> list[Entity]:
    """The links in an address without protocol: only its ASCII parts, since any script may touch them."""
    if not _fits_the_domain_system(text, address):
        return []
    found = _ascii_hosts(text, address.host_start, address.host_end)
    if found and address.has_path and found[-1].end == address.host_end:
        start = found[-1].start
        found[-1] = Entity(start, address.end, text[start : address.end])
    return found


def _ascii_hosts(text: str, start: int, end: int) -> list[Entity]:
    """The parts of a host that are hosts by themselves in (accented) Latin letters."""
    if _PLAIN_HOST.fullmatch(text, start, end):
        return [Entity(start, end, text[start:end])]
    found: list[Entity] = []
    while labels := _ASCII_LABELS.search(text, start, end):
        start = labels.end()
        dot = labels.end() - 1
        while dot > labels.start():
            host_end = domain_end(text, dot + 1)
            if 0 < host_end <= end:
                found.append(Entity(labels.start(), host_end, text[labels.start() : host_end]))
                start = max(start, host_end)
                break
            dot = text.rfind(".", labels.start(), dot)
    return found


def _fits_the_domain_system(text: str, address: _Address) -> bool:
    """Whether every label fits in 63 octets once encoded, as the domain name system demands."""
    if address.end - address.start > _LONGEST_ADDRESS:
        return False
    host = text[address.host_start : address.host_end]
    return (len(host) <= _LONGEST_LABEL and host.isascii()) or all(map(_label_fits, host.split(".")))


def _label_fits(label: str) -> bool:
    if label.isascii():
        return len(label) <= _LONGEST_LABEL
    if len(label) > _LONGEST_LABEL or label[:4].lower() == _PUNYCODE_MARK:
        return False
    return len(_PUNYCODE_MARK) + len(label.encode("punycode")) <= _LONGEST_LABEL
