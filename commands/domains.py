"""Which words can end a web address: the top-level domains that X knows, past and present."""

from functools import cache
from importlib.resources import files

import regex

_RETIRED_FILE = "retired_domains.txt"
_END_OF_REAL_DOMAINS = "===END ICANN DOMAINS==="

# X ends a top-level domain only where no letter of an e-mail address or of a longer word goes on.
_ASCII_WORD = regex.compile(r"[0-9A-Za-z]++")
_GOES_ON = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@+-")
_PUNYCODE = regex.compile(r"xn--[-0-9a-z]++", regex.IGNORECASE)


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
    lines = (line.split() for line in f"{rules}\n{ours}".splitlines() if line and line[:1] not in "/#")
    return frozenset(words[0].rsplit(".", 1)[-1].lower() for words in lines if words)


@cache
def _lengths_beyond_ascii() -> tuple[int, ...]:
    return tuple(sorted({len(one) for one in top_level_domains() if not one.isascii()}, reverse=True))


def domain_end(text: str, start: int) -> int:
    """Where the top-level domain that begins at `start` ends, or -1 if none begins there."""
    word = _ASCII_WORD.match(text, start)
    known = top_level_domains()
    if word and text[word.end() : word.end() + 1] not in _GOES_ON and word[0].lower() in known:
        return int(word.end())
    if not text[start : start + _lengths_beyond_ascii()[0]].isascii():
        for length in _lengths_beyond_ascii():
            end = start + length
            if end <= len(text) and text[end : end + 1] not in _GOES_ON and text[start:end].lower() in known:
                return end
    encoded = _PUNYCODE.match(text, start)
    return int(encoded.end()) if encoded else -1
