"""Ticket references such as BT-7KQ2-4: short, easy to read aloud, with a character that catches slips.

The four characters and the check come from an alphabet without vowels, so that no word arises, and without
what is mistaken for something else: 0 and O, 1, I and L, 5 and S, 8 and B, 2 and Z, U and V.
"""

import re
from collections.abc import Callable

# 23 characters, a prime number. A reference is read as a number in base 5 that 23 must divide: every single
# slip and every swap of two characters is caught, because the powers of 5 all differ modulo 23.
ALPHABET = "2346789CDFGHJKMNPQRTVWX"
_BASE = 5
LENGTH = 4
_POSSIBLE = len(ALPHABET) ** LENGTH

# What people write for a character that is not used, and what they mean.
_MEANT = str.maketrans({"Z": "2", "U": "V"})
_SHAPE = re.compile(r"#?(?P<prefix>[A-Z]{2,4})[\s-]*(?P<body>[0-9A-Z]{4})[\s-]*(?P<check>[0-9A-Z])")


def new_reference(prefix: str, draw: Callable[[int], int]) -> str:
    """A reference drawn from about 280,000. `draw(n)` gives a random whole number from 0 to n - 1.

    It may be taken already: the ticket table refuses it, and another is drawn.
    """
    number = draw(_POSSIBLE)
    body = ""
    for _ in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        body += ALPHABET[digit]
    return f"{prefix}-{body}-{check_character(prefix, body)}"


def check_character(prefix: str, body: str) -> str:
    """The last character of a reference. The prefix counts too, so that another brand's is caught as well."""
    total = 0
    for value in [ord(letter) - ord("A") + 1 for letter in prefix] + [
        ALPHABET.index(letter) for letter in body
    ]:
        total = (total * _BASE + value) % len(ALPHABET)
    return ALPHABET[-total * _BASE % len(ALPHABET)]


def read_reference(text: str, prefix: str) -> str | None:
    """The reference a person wrote, put in order: `bt7kq24` is `BT-7KQ2-4`. None when it is none of ours.

    Case, dashes and spaces do not matter, and Z is read as 2, U as V.
    """
    found = _SHAPE.fullmatch(text.strip().upper())
    if not found or found["prefix"] != prefix:
        return None
    body, check = found["body"].translate(_MEANT), found["check"].translate(_MEANT)
    if any(letter not in ALPHABET for letter in body) or check_character(prefix, body) != check:
        return None
    return f"{prefix}-{body}-{check}"


def in_order(written: str) -> str:
    """A reference as tickets carry it, however it was written, unchecked; anything else in capitals."""
    plain = written.strip().upper()
    found = _SHAPE.fullmatch(plain)
    if not found:
        return plain
    return f"{found['prefix']}-{found['body'].translate(_MEANT)}-{found['check'].translate(_MEANT)}"


def find_reference(words: tuple[str, ...], prefix: str) -> str | None:
    """The first reference among the words of a request, also one written in two or three words."""
    for size in (1, 2, 3):
        for start in range(len(words) - size + 1):
            found = read_reference("".join(words[start : start + size]), prefix)
            if found is not None:
                return found
    return None


def is_only_reference(words: tuple[str, ...]) -> bool:
    """Whether the words are nothing but a reference of any brand, perhaps with a slip in it."""
    found = _SHAPE.fullmatch("".join(words).upper())
    if not found:
        return False
    written = "".join(words)
    # Ordinary words may have the shape too; a slip is only thought of where there is a digit.
    return any(sign.isdigit() for sign in written) or read_reference(written, found["prefix"]) is not None


def seems_reference(words: tuple[str, ...], prefix: str) -> bool:
    """Whether one of the words is meant for a reference: the prefix, and a digit or dash behind it."""
    return any(
        word.upper().removeprefix("#").startswith(prefix)
        and any(sign.isdigit() or sign == "-" for sign in word)
        for word in words
    )
