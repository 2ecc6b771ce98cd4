"""OAuth 1.0a signatures."""

import pytest

from sandbox.access.signatures import Nonces, SignatureError, check, oauth_parameters, signature


def test_the_example_of_the_standard_gives_its_signature():
    # RFC 5849, section 3.4.1.1 (the request) and the errata's signature of it.
    parameters = [
        ("b5", "=%3D"),
        ("a3", "a"),
        ("c@", ""),
        ("a2", "r b"),
        ("oauth_consumer_key", "9djdj82h48djs9d2"),
        ("oauth_token", "kkk9d7dh3k39sjv7"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "137131201"),
        ("oauth_nonce", "7d8f3e4a"),
        ("c2", ""),
        ("a3", "2 q"),
    ]

    made = signature("POST", "http://example.com/request", parameters, "j49sk3j29djd&dh893hdasih9")

    assert made == "r6/TJjbCOr97/+UU0NsvSne7s5g="


def test_the_header_is_read_with_its_escapes_and_without_its_realm():
    read = oauth_parameters('OAuth realm="x", oauth_nonce="a%2Bb", oauth_version="1.0"')

    assert read == {"oauth_nonce": "a+b", "oauth_version": "1.0"}


def test_a_nonce_counts_once():
    nonces = Nonces()

    assert nonces.is_new("token", "1", "n")
    assert not nonces.is_new("token", "1", "n")
    assert nonces.is_new("token", "2", "n")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"oauth_timestamp": "137131201"}, "timestamp"),
        ({"oauth_signature_method": "PLAINTEXT"}, "method"),
        ({"oauth_version": "2.0"}, "version"),
    ],
)
def test_old_and_strange_requests_are_refused(changed, why):
    oauth = {"oauth_signature_method": "HMAC-SHA1", "oauth_timestamp": "1", "oauth_nonce": "n"} | changed

    with pytest.raises(SignatureError, match=why):
        check("GET", "http://x/2/users/me", oauth, [], "a&b")
