"""A mail server on this machine that behaves, and misbehaves, as told; it counts what it took."""

import asyncio
import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Post:
    """Takes mails; `answers` says, step by step, what it answers instead of yes."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.taken: list[tuple[str, EmailMessage]] = []
        self.answers: dict[str, str] = {}
        self.cuts_after_data = False

    @property
    def mails(self) -> list[EmailMessage]:
        """What it took, whoever it was for."""
        return [mail for _recipient, mail in self.taken]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Answer to RCPT TO."""
        if refusal := self.answers.get("RCPT"):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Answer once the text was read; perhaps cut the line instead."""
        if refusal := self.answers.get("DATA"):
            return refusal
        parsed: Any = message_from_bytes(envelope.content, policy=policy.default)
        self.taken.append((envelope.rcpt_tos[0], parsed))
        if self.cuts_after_data:
            server.transport.abort()
            await asyncio.sleep(0)
        return "250 OK"


@contextmanager
def mail_server(encrypted: ssl.SSLContext | None = None) -> Iterator[tuple[Post, int]]:
    """Run the server, which asks for STARTTLS where it can; yield what it took, and its port."""
    # It writes down every line, addresses included.
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    post = Post(free_port())
    controller = Controller(
        post,
        hostname="127.0.0.1",
        port=post.port,
        tls_context=encrypted,
        require_starttls=encrypted is not None,
    )
    controller.start()
    try:
        yield post, post.port
    finally:
        controller.stop()


def certified(folder: Path) -> ssl.SSLContext:
    """Return what a server on localhost encrypts with; `server.pem` is what clients trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.key").write_bytes(private)
    (folder / "server.pem").write_bytes(made.public_bytes(pem))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    return context


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as waiting:
        waiting.bind(("127.0.0.1", 0))
        return int(waiting.getsockname()[1])
