"""When two names are the same: however they are written, but never by looks alone."""

from unicodedata import normalize


def fold(name: str) -> str:
    """`name` as it is compared: NFKC and casefolded.

    `ＤＡＴＡ`, `Data` and `data` are one name. Letters of another script that merely look alike stay
    different: a Cyrillic `с` never becomes a Latin `c`.
    """
    if name.isascii():
        return name.lower()
    # Folding can bring forth what NFKC would compose again, so it is normalised once more.
    return normalize("NFKC", normalize("NFKC", name).casefold())
