"""A mail server on this machine that behaves, and misbehaves, as told; it counts what it took."""

import asyncio
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


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
def mail_server() -> Iterator[tuple[Post, int]]:
    """Run the server; yield what it took, and its port."""
    # It writes down every line, addresses included.
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    post = Post(free_port())
    controller = Controller(post, hostname="127.0.0.1", port=post.port)
    controller.start()
    try:
        yield post, post.port
    finally:
        controller.stop()


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as waiting:
        waiting.bind(("127.0.0.1", 0))
        return int(waiting.getsockname()[1])
