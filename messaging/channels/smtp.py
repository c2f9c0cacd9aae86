"""One mail to a mail server, with an exact account of how far it got.

Until the server has answered to the end of the text it is sure that nobody gets it, if the
connection ends before the text was begun; afterwards it is not (RFC 5321, 4.5.4 and 6.1).
"""

import smtplib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from crisisapi.common.network import ForbiddenHost, addresses_of
from crisisapi.common.sentences import sentence as _
from messaging.channels.base import Outcome


@dataclass(frozen=True)
class Server:
    """A mail server; `security` is starttls, tls or none."""

    host: str
    port: int
    security: str = "starttls"
    username: str = ""
    password: str = ""


class Refused(Exception):
    """The server said no, before it had the text; `is_lasting` when repeating changes nothing."""

    def __init__(self, code: str, sentence: str, *, is_lasting: bool) -> None:
        self.code, self.sentence, self.is_lasting = code, sentence, is_lasting
        super().__init__(code)

    @property
    def outcome(self) -> Outcome:
        """What an attempt that ended like this has come to."""
        result = "failed" if self.is_lasting else "retry"
        return Outcome(result, error=self.sentence, code=self.code)  # type: ignore[arg-type]


class _Guarded(smtplib.SMTP):
    """Connects to an address that was checked."""

    def _get_socket(self, host: str, port: int, timeout: Any) -> Any:
        return socket.create_connection((addresses_of(host, port)[0], port), timeout)


class _GuardedTLS(_Guarded):
    """The same, encrypted from the first byte."""

    def _get_socket(self, host: str, port: int, timeout: Any) -> Any:
        plain = super()._get_socket(host, port, timeout)
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def connect(server: Server) -> smtplib.SMTP:
    """Return a connection that is encrypted and signed in as asked; raises `Refused`."""
    try:
        return _opened(server)
    except smtplib.SMTPAuthenticationError as error:
        sentence = _("The mail server refused name or password.")
        is_lasting = error.smtp_code >= 500
        raise Refused("credentials_refused", sentence, is_lasting=is_lasting) from error
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code) from error
    except (ForbiddenHost, smtplib.SMTPException, OSError) as error:
        raise _not_opened(error) from error


def address_to(smtp: smtplib.SMTP, sender: str, recipients: Sequence[str]) -> list[str]:
    """Name sender and recipients; return those refused, raises `Refused` when all are."""
    try:
        smtp.ehlo_or_helo_if_needed()
        code, _said = smtp.mail(sender)
        if code != 250:
            raise _refused(code)
        codes = {one: smtp.rcpt(one)[0] for one in recipients}
    except (smtplib.SMTPException, OSError) as error:
        raise _unreached() from error
    refused = [one for one, code in codes.items() if code not in (250, 251)]
    if len(refused) == len(recipients):
        raise _refused(min(codes.values()))
    return refused


def hand_over(smtp: smtplib.SMTP, content: bytes) -> Outcome:
    """Send the text; after this began, a lost connection means that nobody knows."""
    try:
        code, _said = smtp.docmd("DATA")
    except (smtplib.SMTPException, OSError):
        return _unreached().outcome
    if code != 354:
        return _refused(code).outcome
    try:
        smtp.send(_dotted(content))
        code, _said = smtp.getreply()
    except (smtplib.SMTPException, OSError):
        error = _("The mail server did not say whether it took the mail. Perhaps it is out.")
        return Outcome("unknown", error=error, code="no_answer")
    return Outcome("published") if code == 250 else _refused(code).outcome


def leave(smtp: smtplib.SMTP) -> None:
    """Say good-bye; what was agreed before stands, whatever comes now."""
    try:
        smtp.quit()
    except (smtplib.SMTPException, OSError):
        smtp.close()


def _opened(server: Server) -> smtplib.SMTP:
    kind = _GuardedTLS if server.security == "tls" else _Guarded
    smtp = kind(server.host, server.port, timeout=settings.OUTBOUND_PATIENCE_SECONDS)
    if server.security == "starttls":
        smtp.starttls(context=ssl.create_default_context())
    if server.username:
        smtp.login(server.username, server.password)
    return smtp


def _not_opened(error: Exception) -> Refused:
    if isinstance(error, ForbiddenHost):
        sentence = _("The mail server is inside of our own network and is not called.")
        return Refused("host_forbidden", sentence, is_lasting=True)
    if isinstance(error, ssl.SSLCertVerificationError):
        sentence = _("The mail server's certificate is not valid for its name.")
        return Refused("tls_failed", sentence, is_lasting=True)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        sentence = _("The mail server offers no encryption or no sign-in.")
        return Refused("not_supported", sentence, is_lasting=True)
    return _unreached()


def _dotted(content: bytes) -> bytes:
    lines = b"\r\n".join(content.splitlines())
    stuffed = b"\r\n".join(
        b"." + line if line.startswith(b".") else line for line in lines.split(b"\r\n")
    )
    return stuffed + b"\r\n.\r\n"


def _refused(code: int) -> Refused:
    sentence = _("The mail server refused the mail (%(code)s).") % {"code": code}
    return Refused("refused", sentence, is_lasting=code >= 500)


def _unreached() -> Refused:
    return Refused("not_reached", _("The mail server could not be reached."), is_lasting=False)
