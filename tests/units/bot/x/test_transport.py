"""What is known of a call when the line fails: cut, silent, trickling, too late, held back, too large."""

import logging
import socket
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.x.client import XClient
from bot.x.outcomes import Later, LaterWhy, NotSent, NotSentWhy, Sent, Unsure, UnsureWhy

# Certificates of nobody but these tests; the key of the authority that signed them is gone.
TLS = Path(__file__).parent / "tls"
BRAND = "2000000000000000001"
MakeClient = Callable[..., XClient]


def test_nobody_listening_means_that_nothing_was_sent(make_client: MakeClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    client = make_client(f"http://127.0.0.1:{port}")

    write, read = client.create_post("hello", "42"), client.mentions(BRAND)

    assert isinstance(write.outcome, NotSent)
    assert write.outcome.why is NotSentWhy.NO_CONNECTION
    assert isinstance(read.outcome, Later)
    assert read.outcome.why is LaterWhy.UNREACHABLE


def test_a_line_cut_after_the_request_leaves_the_fate_unknown(make_client: MakeClient, serve: Any) -> None:
    def cut(connection: socket.socket) -> None:
        serve.next_request(connection)

    client = make_client(serve(cut))

    said = client.create_post("hello", "42")

    assert isinstance(said.outcome, Unsure)
    assert said.outcome.why is UnsureWhy.NO_ANSWER


def test_an_answer_cut_in_its_middle_leaves_the_fate_unknown(make_client: MakeClient, serve: Any) -> None:
    def half(connection: socket.socket) -> None:
        serve.next_request(connection)
        connection.sendall(serve.answer(b'{"data":{"id":"1"}}' + b" " * 100)[:-50])

    said = make_client(serve(half)).create_post("hello", "42")

    assert isinstance(said.outcome, Unsure)


def test_a_silent_server_is_left_at_the_deadline(make_client: MakeClient, serve: Any) -> None:
    def silent(connection: socket.socket) -> None:
        while connection.recv(65536):
            pass

    said = make_client(serve(silent), within=0.2).create_post("hello", "42")

    assert isinstance(said.outcome, Unsure)
    assert timedelta(seconds=0.15) < said.took < timedelta(seconds=2)


def test_a_server_that_trickles_is_left_at_the_same_deadline(make_client: MakeClient, serve: Any) -> None:
    def trickle(connection: socket.socket) -> None:
        serve.next_request(connection)
        connection.settimeout(0.02)
        for byte in serve.answer(b'{"data":{"id":"1"}}'):
            connection.sendall(bytes([byte]))
            try:  # the pause between two bytes; it ends early when the client hangs up
                if not connection.recv(1):
                    return
            except TimeoutError:
                pass

    said = make_client(serve(trickle), within=0.3).create_post("hello", "42")

    assert isinstance(said.outcome, Unsure)
    assert said.outcome.detail == "over its deadline"
    assert said.took < timedelta(seconds=1.5)


def test_the_last_check_can_still_hold_a_call_back(make_client: MakeClient, serve: Any) -> None:
    received: list[bytes] = []

    def listen(connection: socket.socket) -> None:
        received.append(serve.next_request(connection))

    client = make_client(serve(listen))

    said = client.create_post("hello", "42", may_leave=lambda: False)

    assert said.outcome == NotSent(NotSentWhy.WITHHELD)
    assert b"".join(received) == b""


def test_a_check_that_held_one_call_back_does_not_hold_the_next(make_client: MakeClient, serve: Any) -> None:
    def listen(connection: socket.socket) -> None:
        while serve.next_request(connection):
            connection.sendall(serve.answer(b'{"data":{"id":"9"}}'))

    client = make_client(serve(listen))

    client.create_post("hello", "42", may_leave=lambda: False)
    said = client.create_post("hello", "42")

    assert said.outcome == Sent("9")


def test_a_call_that_comes_too_late_never_leaves(make_client: MakeClient, serve: Any) -> None:
    said = make_client(serve(lambda connection: None), within=0.0).create_post("hello", "42")

    assert isinstance(said.outcome, NotSent)


def test_the_connection_is_used_again(make_client: MakeClient, serve: Any) -> None:
    connections: list[socket.socket] = []

    def listen(connection: socket.socket) -> None:
        connections.append(connection)
        while serve.next_request(connection):
            connection.sendall(serve.answer(b'{"data":{"id":"9"}}'))

    client = make_client(serve(listen))
    for _ in range(5):
        client.create_post("hello", "42")

    assert len(connections) == 1


def test_no_log_line_shows_a_key_a_token_or_a_text(
    make_client: MakeClient, serve: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def listen(connection: socket.socket) -> None:
        serve.next_request(connection)
        connection.sendall(serve.answer(b'{"data":{"id":"9"}}'))

    client = make_client(serve(listen))
    with caplog.at_level(logging.DEBUG):
        client.create_post("a private word", "42")

    shown = " ".join(record.getMessage() for record in caplog.records)
    for secret in ("the-api-key", "the-api-secret", "the-token", "oauth_signature", "a private word"):
        assert secret not in shown


def test_an_answer_too_large_to_be_x_s_is_not_taken(make_client: MakeClient, serve: Any) -> None:
    def flood(connection: socket.socket) -> None:
        serve.next_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n")
        while True:
            connection.sendall(b" " * 1_000_000)

    said = make_client(serve(flood)).mentions(BRAND)

    assert isinstance(said.outcome, Later)
    assert said.data is None


def test_at_a_stop_reads_end_at_once_and_writes_are_left_to_end(make_client: MakeClient, serve: Any) -> None:
    both_there, release = threading.Barrier(3), threading.Event()

    def hold(connection: socket.socket) -> None:
        request = serve.next_request(connection)
        both_there.wait(5)
        release.wait(5)
        if request.startswith(b"POST"):
            connection.sendall(serve.answer(b'{"data":{"id":"9"}}'))

    client = make_client(serve(hold), within=8.0)
    with ThreadPoolExecutor(2) as pool:
        write = pool.submit(client.create_post, "hello", "42")
        read = pool.submit(client.mentions, BRAND)
        both_there.wait(5)
        client.cut_reads()
        ended = read.result(5)
        release.set()

        assert isinstance(ended.outcome, Later)
        assert ended.took < timedelta(seconds=5)
        assert write.result(5).outcome == Sent("9")


def test_calls_go_through_the_proxy_where_one_is_set(make_client: MakeClient, serve: Any) -> None:
    received: list[bytes] = []

    def proxy(connection: socket.socket) -> None:
        while request := serve.next_request(connection):
            received.append(request)
            connection.sendall(serve.answer(b'{"data":{"id":"9"}}'))

    client = make_client("http://x.invalid", proxy=serve(proxy))

    said = client.create_post("hello", "42")

    assert said.outcome == Sent("9")
    assert received[0].startswith(b"POST http://x.invalid/2/tweets HTTP/1.1")


def test_a_proxy_that_is_not_there_means_that_nothing_was_sent(make_client: MakeClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    client = make_client("https://x.invalid", proxy=f"http://127.0.0.1:{port}")

    assert isinstance(client.create_post("hello", "42").outcome, NotSent)


def test_calls_over_tls_go_through_a_tunnel_of_the_proxy(make_client: MakeClient, serve: Any) -> None:
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(TLS / "server.pem")
    received: list[bytes] = []

    def proxy(connection: socket.socket) -> None:
        received.append(serve.next_request(connection))
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with ours.wrap_socket(connection, server_side=True) as secured:
            while request := serve.next_request(secured):
                received.append(request)
                secured.sendall(serve.answer(b'{"data":{"id":"9"}}'))

    through = serve(proxy).replace("http://", "http://name:word@")
    client = make_client("https://127.0.0.1:2", proxy=through, ca_file=str(TLS / "authority.pem"))

    said = [client.create_post("hello", "42").outcome for _ in range(2)]

    assert said == [Sent("9"), Sent("9")]
    assert [request.split(b" HTTP/")[0] for request in received] == [
        b"CONNECT 127.0.0.1:2",
        b"POST /2/tweets",
        b"POST /2/tweets",
    ]
    assert [b"Proxy-Authorization: Basic " in request for request in received] == [True, False, False]


def test_a_proxy_that_wants_a_name_is_told_it_with_each_call(make_client: MakeClient, serve: Any) -> None:
    received: list[bytes] = []

    def proxy(connection: socket.socket) -> None:
        while request := serve.next_request(connection):
            received.append(request)
            connection.sendall(serve.answer(b'{"data":{"id":"9"}}'))

    client = make_client("http://x.invalid", proxy=serve(proxy).replace("http://", "http://name:word@"))

    client.create_post("hello", "42")

    assert b"\r\nProxy-Authorization: Basic bmFtZTp3b3Jk\r\n" in received[0]


def test_a_connection_that_x_closed_meanwhile_is_replaced_before_anything_leaves(
    make_client: MakeClient, serve: Any
) -> None:
    def once(connection: socket.socket) -> None:
        serve.next_request(connection)
        connection.sendall(serve.answer(b'{"data":{"id":"9"}}'))
        connection.shutdown(socket.SHUT_WR)
        closed.release()
        connection.recv(1)

    closed = threading.Semaphore(0)
    client = make_client(serve(once))

    for _ in range(3):
        assert client.create_post("hello", "42").outcome == Sent("9")
        assert closed.acquire(timeout=5)


def test_a_client_that_is_closed_still_ends_a_call_under_way_at_its_deadline(
    make_client: MakeClient, serve: Any
) -> None:
    there = threading.Event()

    def silent(connection: socket.socket) -> None:
        serve.next_request(connection)
        there.set()
        connection.recv(1)

    client = make_client(serve(silent), within=0.4)
    with ThreadPoolExecutor(1) as pool:
        write = pool.submit(client.create_post, "hello", "42")
        there.wait(5)
        client.close()

        assert isinstance(write.result(5).outcome, Unsure)


def test_an_authority_named_by_the_operator_is_trusted_and_no_unknown_one(
    make_client: MakeClient, serve: Any
) -> None:
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(TLS / "server.pem")

    def listen(connection: socket.socket) -> None:
        serve.next_request(connection)
        connection.sendall(serve.answer(b'{"data":{"id":"9"}}'))

    address = serve(listen, tls=ours)

    trusted = make_client(address, ca_file=str(TLS / "authority.pem")).create_post("hello", "42")
    unknown = make_client(address).create_post("hello", "42")

    assert trusted.outcome == Sent("9")
    assert isinstance(unknown.outcome, NotSent)
    assert unknown.outcome.why is NotSentWhy.NO_CONNECTION


def test_a_netrc_file_and_the_environment_s_proxies_are_left_alone(
    make_client: MakeClient, serve: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    received: list[bytes] = []

    def listen(connection: socket.socket) -> None:
        received.append(serve.next_request(connection))
        connection.sendall(serve.answer(b'{"data":{"id":"9"}}'))

    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    said = make_client(serve(listen)).create_post("hello", "42")

    assert said.outcome == Sent("9")
    assert b"Authorization: OAuth " in received[0]
