"""Which words can end a web address: the top-level domains that X knows, past and present."""

from functools import cache
from importlib.resources import files

import regex

_RETIRED_FILE = "retired_domains.txt"
_END_OF_REAL_DOMAINS = "===END ICANN DOMAINS==="

_ASCII_WORD = regex.compile(r"[0-9A-Za-z]++")
_PUNYCODE = regex.compile(r"xn--[-0-9a-z]++", regex.IGNORECASE)
# X ends a top-level domain only where neither a longer word nor an e-mail address goes on.
_GOES_ON = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@+-")


@cache
def top_level_domains() -> frozenset[str]:
    """Every top-level domain, in lower case and in its own script.

    Those of today come with the pinned public suffix list. Those that have left the internet's root, or were
    never put into it, stand in a file of our own: X's list is older than ours and still links them, and one
    link too few in our count costs 0.19 USD.
    """
    rules = (files("publicsuffixlist") / "public_suffix_list.dat").read_text("utf-8")
    rules = rules.partition(_END_OF_REAL_DOMAINS)[0]
    ours = (files(__package__) / _RETIRED_FILE).read_text("utf-8")
    lines = (line.split() for line in f"{rules}\n{ours}".splitlines() if line[:1] not in ("/", "#"))
    return frozenset(words[0].rsplit(".", 1)[-1].lower() for words in lines if words)


@cache
def _lengths_by_first_letter() -> dict[str, tuple[int, ...]]:
    """For the domains outside ASCII: which lengths begin with a letter, the longest first."""
    lengths: dict[str, set[int]] = {}
    for domain in top_level_domains():
        if not domain.isascii():
            lengths.setdefault(domain[0], set()).add(len(domain))
    return {letter: tuple(sorted(some, reverse=True)) for letter, some in lengths.items()}


def domain_end(text: str, start: int) -> int:
    """Where the top-level domain that begins at `start` ends, or -1 if none begins there."""
    known = top_level_domains()
    word = _ASCII_WORD.match(text, start)
    if word and text[word.end() : word.end() + 1] not in _GOES_ON and word[0].lower() in known:
        return int(word.end())
    for length in _lengths_by_first_letter().get(text[start : start + 1].lower(), ()):
        end = start + length
        if end <= len(text) and text[end : end + 1] not in _GOES_ON and text[start:end].lower() in known:
            return end
    encoded = _PUNYCODE.match(text, start) if word else None
    return int(encoded.end()) if encoded else -1
