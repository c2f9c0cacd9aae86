"""Mails to a list: plain text, and HTML that runs in the direction of its language."""

from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.html import escape, urlize
from django.utils.translation import gettext_lazy

from crisisapi.common.sentences import nsentence as ngettext
from crisisapi.common.sentences import sentence as _
from crisisapi.common.setup import Field, Problem, one_of
from messaging.channels.base import Account, BaseWay, Outcome, Piece
from messaging.channels.smtp import Refused, Server, address_to, connect, hand_over, leave

RIGHT_TO_LEFT = frozenset({"he", "ar", "fa", "ur", "yi"})
MOST_RECIPIENTS = 500
_SECURITIES = {"starttls": "", "tls": "", "none": ""}


def _check_port(value: str) -> Any:
    if value.isascii() and value.isdigit() and 0 < int(value) < 65536:
        return None
    return _("Give the number of a port, e.g. 587.")


def _check_address(value: str) -> Any:
    try:
        validate_email(value.strip())
    except ValidationError:
        return _("Give an e-mail address.")
    return None


def _check_addresses(value: str) -> Any:
    addresses = _addresses(value)
    if not addresses or any(_check_address(one) for one in addresses):
        return _("Give e-mail addresses, separated by commas.")
    if len(addresses) > MOST_RECIPIENTS:
        return _("Give at most %(most)s addresses.") % {"most": MOST_RECIPIENTS}
    return None


def _check_line(value: str) -> Any:
    return None if value.isprintable() else _("Give one line.")


class EmailWay(BaseWay):
    """Sends each piece as a mail to the channel's recipients, who do not see each other."""

    kind: ClassVar[str] = "email"
    about = gettext_lazy("Sends mails to a list of recipients through your mail server.")
    platforms: ClassVar[frozenset[str]] = frozenset({"email", "press", "other"})
    settings: ClassVar[tuple[Field, ...]] = (
        Field("host", gettext_lazy("mail server"), required=True, check=_check_line),
        Field("port", gettext_lazy("port"), help_text="587", check=_check_port),
        Field("security", gettext_lazy("encryption"), check=one_of(_SECURITIES)),
        Field("sender", gettext_lazy("sender"), required=True, check=_check_address),
        Field("sender_name", gettext_lazy("name of the sender"), check=_check_line),
        Field("recipients", gettext_lazy("recipients"), required=True, check=_check_addresses),
        Field("reply_to", gettext_lazy("answers go to"), check=_check_address),
        Field("list_id", gettext_lazy("id of the list"), check=_check_line),
        Field("list_unsubscribe", gettext_lazy("address to leave the list"), check=_check_line),
    )
    credentials: ClassVar[tuple[Field, ...]] = (
        Field("username", gettext_lazy("user name"), is_secret=True),
        Field("password", gettext_lazy("password"), is_secret=True),
    )

    def publish(self, account: Account, piece: Piece) -> Outcome:
        """Send it once to everybody; those the server refuses are named in the outcome."""
        content = mail_of(account, piece).as_bytes(policy=SMTP)
        recipients = _addresses(account.settings["recipients"])
        try:
            smtp = connect(_server(account))
            try:
                refused = address_to(smtp, account.settings["sender"], recipients)
                outcome = hand_over(smtp, content)
            finally:
                leave(smtp)
        except Refused as error:
            return error.outcome
        if outcome.result != "published":
            return outcome
        said = {"external_id": _message_id(account, str(piece.key))}
        if not refused:
            return Outcome("published", **said)  # type: ignore[arg-type]
        return Outcome("published", error=_some_refused(refused), code="some_refused", **said)  # type: ignore[arg-type]

    def test(self, account: Account) -> list[Problem]:
        """Sign in and name sender and recipients, then leave without a mail."""
        recipients = _addresses(account.settings["recipients"])
        try:
            smtp = connect(_server(account))
            try:
                refused = address_to(smtp, account.settings["sender"], recipients)
            finally:
                leave(smtp)
        except Refused as error:
            place = "credentials.password" if error.code == "credentials_refused" else ""
            return [Problem(error.code, error.sentence, place)]
        if refused:
            return [Problem("some_refused", _some_refused(refused), "settings.recipients")]
        return []


def mail_of(account: Account, piece: Piece) -> EmailMessage:
    """Return the mail that a piece is; the same id in every attempt."""
    said = account.settings
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = _message_id(account, str(piece.key))
    mail["Date"] = format_datetime(timezone.now())
    mail["Subject"] = _one_line(piece.title) or _one_line(piece.text)[:120]
    mail["From"] = _named(said.get("sender_name", ""), said["sender"])
    mail["To"] = _named(said.get("sender_name", ""), said["sender"])
    mail["Content-Language"] = piece.language
    mail["Auto-Submitted"] = "auto-generated"
    for name, value in _further(said, piece).items():
        mail[name] = value
    mail.set_content(piece.text, cte="base64")
    mail.add_alternative(_html(piece), subtype="html", cte="base64")
    for one in piece.attachments:
        kind, _slash, subtype = one.mime_type.partition("/")
        name = one.url.rpartition("/")[2] or "file"
        mail.add_attachment(one.open(), maintype=kind, subtype=subtype, filename=name)
    return mail


def _further(said: Mapping[str, str], piece: Piece) -> dict[str, str]:
    headers = {"Reply-To": said.get("reply_to", "")}
    if list_id := said.get("list_id"):
        headers |= {"List-Id": f"<{list_id.strip('<>')}>", "Precedence": "list"}
    if leave_at := said.get("list_unsubscribe"):
        address = leave_at if ":" in leave_at else f"mailto:{leave_at}"
        headers["List-Unsubscribe"] = f"<{address}>"
    if piece.reply_to:
        headers |= {"In-Reply-To": piece.reply_to, "References": f"{piece.root} {piece.reply_to}"}
    return {name: value for name, value in headers.items() if value}


def _html(piece: Piece) -> str:
    direction = "rtl" if piece.language in RIGHT_TO_LEFT else "ltr"
    lines = [
        f"<p>{'<br>'.join(urlize(part, autoescape=True).splitlines())}</p>"
        for part in _parts(piece)
    ]
    title = f"<title>{escape(piece.title)}</title>" if piece.title else ""
    head = f'<html lang="{escape(piece.language)}" dir="{direction}"><head>{title}</head>'
    return f'<!doctype html>{head}<body dir="{direction}">{"".join(lines)}</body></html>'


def _parts(piece: Piece) -> list[str]:
    return [part for part in piece.text.split("\n\n") if part.strip()]


def _message_id(account: Account, key: str) -> str:
    return f"<{key}@{account.settings['sender'].rpartition('@')[2]}>"


def _server(account: Account) -> Server:
    said = account.settings
    return Server(
        host=said["host"],
        port=int(said.get("port") or 587),
        security=said.get("security") or "starttls",
        username=account.credentials.get("username", ""),
        password=account.credentials.get("password", ""),
    )


def _addresses(value: str) -> list[str]:
    return [one.strip() for one in value.replace("\n", ",").split(",") if one.strip()]


def _named(name: str, address: str) -> str:
    plain = _one_line(name).replace('"', "")
    return f'"{plain}" <{address}>' if plain else address


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _some_refused(refused: list[str]) -> str:
    return ngettext(
        "The mail server refused one of the addresses.",
        "The mail server refused %(count)s of the addresses.",
        len(refused),
    ) % {"count": len(refused)}
