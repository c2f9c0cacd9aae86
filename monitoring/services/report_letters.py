"""What a mail with a report says, and the header that lets its reader leave."""

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from monitoring.models import ReportAudience, ReportMail, ReportRecipient

_SALT = "report-recipient"


def letter_of(mail: ReportMail) -> EmailMessage:
    """Return the mail; its Message-ID is that of the row, however often it is tried."""
    report, recipient = mail.report, mail.recipient
    host = settings.PUBLIC_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    leave = f"{settings.PUBLIC_URL}/report-mails/{token_of(recipient)}/"
    with translation.override(report.language):
        letter = EmailMessage(
            subject=_subject(mail),
            body=_body(mail, leave),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[recipient.person.email if recipient.person else recipient.address],
            headers={
                "Message-ID": f"<{mail.pk}@{host}>",
                "Auto-Submitted": "auto-generated",
                # RFC 8058: mail programs offer one button, and POST to this address.
                "List-Unsubscribe": f"<{leave}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )
    content = bytes(report.content or b"")
    letter.attach(report.file_name, content, report.media_type)
    return letter


def token_of(recipient: ReportRecipient) -> str:
    """Return what lets the recipient leave without signing in."""
    return signing.dumps(str(recipient.pk), salt=_SALT)


def recipient_id_of(token: str) -> str | None:
    """Return the id of the recipient that a token is of; None for one that is not ours."""
    try:
        return str(signing.loads(token, salt=_SALT))
    except signing.BadSignature:
        return None


def _subject(mail: ReportMail) -> str:
    report = mail.report
    if report.audience == ReportAudience.PUBLIC:
        said = _("Report of %(brand)s") % {"brand": report.incident.brand.name}
    else:
        # The title may say more than a list of mails on a screen should.
        said = _("Report on %(reference)s") % {"reference": report.incident.reference}
    return " ".join(said.split())


def _body(mail: ReportMail, leave: str) -> str:
    return "\n\n".join(
        [
            _("The report of %(brand)s is attached.") % {"brand": mail.report.incident.brand.name},
            _("To get no more of these: %(address)s") % {"address": leave},
        ]
    )
