"""Signatures: the same as those of the library that everybody checks theirs against, for any request."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oauthlib.oauth1 import Client

from bot.x.signature import Signer

WORDS = st.text(min_size=1, max_size=12)
NAMES = WORDS.filter(lambda name: not name.startswith("oauth_"))
ORIGINS = st.sampled_from(["https://api.x.com", "http://127.0.0.1:8080", "https://[::1]:8443"])
PATHS = st.lists(WORDS.map(lambda word: quote(word, safe="")), min_size=1, max_size=4).map(
    lambda parts: "/" + "/".join(parts)
)


def signer(origin: str, keys: tuple[str, str, str, str]) -> Signer:
    return Signer(
        origin, api_key=keys[0], api_secret=keys[1], access_token=keys[2], access_token_secret=keys[3]
    )


def parts(header: str) -> dict[str, str]:
    assert header.startswith("OAuth ")
    pairs = (part.split("=", 1) for part in header.removeprefix("OAuth ").split(", "))
    return {name: value.strip('"') for name, value in pairs}


@given(
    ORIGINS,
    PATHS,
    st.sampled_from(["GET", "POST", "DELETE"]),
    st.lists(st.tuples(NAMES, WORDS), max_size=5),
    st.tuples(WORDS, WORDS, WORDS, WORDS),
    st.text("0123456789abcdef", min_size=1),
    st.integers(1, 2**32),
)
def test_a_signature_is_the_one_another_implementation_makes(
    origin: str,
    path: str,
    method: str,
    query: list[tuple[str, str]],
    keys: tuple[str, str, str, str],
    nonce: str,
    at: int,
) -> None:
    escaped = [(quote(name, safe=""), quote(value, safe="")) for name, value in query]
    url = origin + path + ("?" + "&".join(f"{name}={value}" for name, value in escaped) if escaped else "")
    theirs = Client(*keys, nonce=nonce, timestamp=str(at)).sign(url, method)[1]["Authorization"]

    ours = signer(origin, keys).header(method, path, escaped, nonce=nonce, at=at)

    assert parts(ours) == parts(theirs)


def test_no_two_calls_share_a_nonce_whichever_thread_or_session_makes_them() -> None:
    signers = [signer("https://api.x.com", ("a", "b", "c", "d")) for _ in range(2)]

    with ThreadPoolExecutor(4) as pool:
        headers = list(pool.map(lambda n: signers[n % 2].header("POST", "/2/tweets"), range(400)))

    assert len({parts(header)["oauth_nonce"] for header in headers}) == 400


def test_a_parameter_named_like_the_signature_s_own_is_never_signed() -> None:
    with pytest.raises(ValueError, match="signature's own"):
        signer("https://api.x.com", ("a", "b", "c", "d")).header("GET", "/2/tweets", [("oauth_token", "1")])
