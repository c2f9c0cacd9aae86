"""Mails: what they look like, and how far each attempt got, counted at the mail server."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from messaging.channels.base import Account, Attachment
from messaging.channels.email import EmailWay, mail_of
from tests.mail_server import Post, mail_server
from tests.messaging.channels.conftest import KEY, a_piece

WAY = EmailWay()


@pytest.fixture
def box() -> Iterator[Post]:
    with mail_server() as (running, _port):
        yield running


def account(port: int, **settings: str) -> Account:
    said = {
        "host": "127.0.0.1",
        "port": str(port),
        "security": "none",
        "sender": "press@rimon.example",
        "sender_name": "רימון הום",
        "recipients": "desk@news.example, ana@paper.example",
    }
    return Account("press", {**said, **settings}, {})


def test_a_mail_reaches_everybody_and_names_nobody(box: Post) -> None:
    outcome = WAY.publish(account(box.port), a_piece())

    [mail] = box.mails
    assert (outcome.result, outcome.external_id) == ("published", f"<{KEY}@rimon.example>")
    assert mail["Subject"] == "Kettle K2"
    assert "news.example" not in str(mail)


def test_hebrew_runs_from_right_to_left(box: Post) -> None:
    text = "שלום לכולם.\n\nראו https://rimon.example/k2 <עכשיו>"
    WAY.publish(account(box.port), a_piece(text=text))

    html: Any = box.mails[0].get_body(("html",))
    plain: Any = box.mails[0].get_body(("plain",))
    assert '<html lang="he" dir="rtl">' in html.get_content()
    assert 'href="https://rimon.example/k2"' in html.get_content()
    assert "&lt;עכשיו&gt;" in html.get_content()
    assert plain.get_content().splitlines() == text.splitlines()


def test_every_attempt_has_the_same_id(box: Post) -> None:
    first, second = (mail_of(account(box.port), a_piece()) for _ in range(2))

    assert first["Message-ID"] == second["Message-ID"] == f"<{KEY}@rimon.example>"


def test_headers_of_a_list_and_of_a_thread() -> None:
    said = account(25, list_id="crisis.rimon.example", list_unsubscribe="leave@rimon.example")

    mail = mail_of(said, a_piece(reply_to="<2@r>", root="<1@r>"))

    assert mail["List-Id"] == "<crisis.rimon.example>"
    assert mail["List-Unsubscribe"] == "<mailto:leave@rimon.example>"
    assert (mail["In-Reply-To"], mail["References"]) == ("<2@r>", "<1@r> <2@r>")


def test_a_title_of_two_lines_adds_no_header() -> None:
    mail = mail_of(account(25), a_piece(title="Kettle\r\nBcc: all@world.example"))

    assert mail["Bcc"] is None
    assert mail["Subject"] == "Kettle Bcc: all@world.example"


def test_files_go_along(box: Post) -> None:
    file = Attachment("https://m.example/k2.png", "image/png", "The handle", 3, lambda: b"png")

    WAY.publish(account(box.port), a_piece(attachments=(file,)))

    [attached] = box.mails[0].iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("k2.png", b"png")


@pytest.mark.parametrize(("code", "result"), [("550 No", "failed"), ("450 Later", "retry")])
def test_refused_recipients_get_nothing(box: Post, code: str, result: str) -> None:
    box.answers["RCPT"] = code

    outcome = WAY.publish(account(box.port), a_piece())

    assert (outcome.result, box.mails) == (result, [])


def test_where_no_server_listens_nothing_is_sent(box: Post) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    outcome = WAY.publish(account(port), a_piece())

    assert (outcome.result, outcome.code) == ("retry", "not_reached")


def test_a_server_without_encryption_is_not_told_the_mail(box: Post) -> None:
    outcome = WAY.publish(account(box.port, security="starttls"), a_piece())

    assert (outcome.result, outcome.code, box.mails) == ("failed", "not_supported", [])


def test_an_internal_server_is_not_called_unless_the_operator_says_so(
    box: Post, settings: Any
) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = False

    outcome = WAY.publish(account(box.port), a_piece())

    assert (outcome.code, box.mails) == ("host_forbidden", [])


@contextmanager
def _server_that_says(*answers: bytes) -> Iterator[int]:
    """Answer each line so, then hang up; after `354` the next answer comes after the text."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _address = listener.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 here\r\n")
            ends = b"\n"
            for answer in answers:
                while not (said := lines.readline()).endswith(ends):
                    if not said:
                        return
                connection.sendall(answer)
                ends = b".\r\n" if answer.startswith(b"354") else b"\n"
            while ends == b".\r\n" and lines.readline() not in (b".\r\n", b""):
                pass

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


OK = b"250 OK\r\n"


@pytest.mark.parametrize(
    ("answers", "result"),
    [
        ([OK], "retry"),
        ([OK, OK, OK, OK], "retry"),
        ([OK, OK, OK, OK, b"554 No\r\n"], "failed"),
        ([OK, OK, OK, OK, b"354 Go\r\n"], "unknown"),
    ],
    ids=["cut early", "cut before the text", "text refused", "cut after the text"],
)
def test_only_after_the_text_a_cut_leaves_it_open(answers: list[bytes], result: str) -> None:
    with _server_that_says(*answers) as port:
        outcome = WAY.publish(account(port), a_piece())

    assert outcome.result == result


def test_one_dead_address_does_not_keep_it_from_the_others() -> None:
    with _server_that_says(OK, OK, OK, b"550 Nobody\r\n", b"354 Go\r\n", OK) as port:
        outcome = WAY.publish(account(port), a_piece(text="One line."))

    assert (outcome.result, outcome.code) == ("published", "some_refused")
    assert outcome.error == "The mail server refused one of the addresses."


def test_a_test_sends_no_mail(box: Post) -> None:
    assert WAY.test(account(box.port)) == []
    assert box.mails == []


def test_a_test_names_what_is_wrong(box: Post) -> None:
    box.answers["RCPT"] = "550 Nobody"

    [problem] = WAY.test(account(box.port))

    assert problem.code == "refused"
