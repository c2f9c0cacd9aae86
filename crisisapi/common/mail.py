"""Sending mails one by one, so that of each it is known whether it may have arrived."""

import smtplib
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any, Literal, Self

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

MailResult = Literal["sent", "retry", "failed", "unknown"]
_LASTING = range(500, 600)
_TAKEN = (250, 251)


@dataclass(frozen=True)
class MailOutcome:
    """How an attempt ended; `code` is what the server answered or what broke, never content.

    `retry`: surely not taken, and it may go better later. `failed`: refused for good. `unknown`:
    the connection broke while the text was sent, so it may have been taken.
    """

    result: MailResult
    code: str = ""

    @property
    def smtp_code(self) -> int:
        """The number that the server answered; 0 when it answered none."""
        number = self.code.removeprefix("smtp_")
        return int(number) if number.isdecimal() else 0


class MailSession:
    """One connection for a batch of mails, opened again when it breaks."""

    def __init__(self) -> None:
        self._backend: Any = get_connection()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._close()

    def send(self, mail: EmailMessage) -> MailOutcome:
        """Send to its one recipient, and say how it went."""
        if not isinstance(self._backend, EmailBackend):
            return self._hand_over(mail)
        try:
            self._backend.open()
        except (smtplib.SMTPException, OSError) as error:
            self._close()
            return MailOutcome("retry", _code_of(error))
        server: Any = self._backend.connection
        outcome = _speak(server, mail)
        if outcome.result != "sent":
            self._close()
        return outcome

    def _hand_over(self, mail: EmailMessage) -> MailOutcome:
        try:
            self._backend.send_messages([mail])
        except OSError as error:
            return MailOutcome("retry", _code_of(error))
        return MailOutcome("sent")

    def _close(self) -> None:
        self._backend.close()


def _speak(server: smtplib.SMTP, mail: EmailMessage) -> MailOutcome:
    """Go through the steps of RFC 5321; up to DATA nothing can have been taken."""
    text = mail.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django adds it
    try:
        server.ehlo_or_helo_if_needed()
        code, _said = server.mail(_bare(mail.from_email))
        if code == 250:
            code, _said = server.rcpt(mail.to[0])
        if code not in _TAKEN:
            return _refused(code)
    except (smtplib.SMTPException, OSError) as error:
        return MailOutcome("retry", _code_of(error))
    try:
        code, _said = server.data(text)
    except smtplib.SMTPDataError as error:
        return _refused(error.smtp_code)
    except (smtplib.SMTPException, OSError) as error:
        return MailOutcome("unknown", _code_of(error))
    return MailOutcome("sent") if code == 250 else _refused(code)


def _bare(sender: str) -> str:
    """Return the address alone, without a name."""
    return parseaddr(sender)[1]


def _refused(code: int) -> MailOutcome:
    return MailOutcome("failed" if code in _LASTING else "retry", f"smtp_{code}")


def _code_of(error: Exception) -> str:
    code = getattr(error, "smtp_code", None)
    return f"smtp_{code}" if code else type(error).__name__
