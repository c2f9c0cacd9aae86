"""A mail server on this machine: what it has taken, and what it refuses."""

import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Mailbox:
    """Takes mails; refuses them with `code` where one is set."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.mails: list[EmailMessage] = []
        self.code = ""

    async def handle_RCPT(self, *arguments: Any) -> str:  # noqa: N802 - aiosmtpd asks for it
        """Take or refuse a recipient."""
        _server, _session, envelope, address, _options = arguments
        envelope.rcpt_tos.append(address)
        return self.code or "250 OK"

    async def handle_DATA(self, *arguments: Any) -> str:  # noqa: N802
        """Keep a mail."""
        policy = email.policy.default
        self.mails.append(email.message_from_bytes(arguments[2].content, policy=policy))
        return "250 OK"


@contextmanager
def listening() -> Iterator[Mailbox]:
    """Yield a mailbox that takes mails at its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    box = Mailbox(port)
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
