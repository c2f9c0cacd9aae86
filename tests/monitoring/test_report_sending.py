"""Reports leave by a real mail server, encrypted and not: each whole, each once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crisisapi.common.mail import MailSession
from monitoring.models import ReportMail
from monitoring.services import report_mails as mails
from tests.factories.monitoring import ReportFactory, ReportMailFactory, ReportRecipientFactory
from tests.mail_server import Post, certified, mail_server
from tests.monitoring.crisis import NOW

pytestmark = pytest.mark.django_db

SHEET = b"started_at;mentions\n2026-06-12T09:00:00+03:00;17\n" * 200


@pytest.fixture(params=[False, True], ids=["plain", "starttls"])
def post(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> Iterator[Post]:
    key = certified(tmp_path) if request.param else None
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "localhost", request.param
    settings.EMAIL_USE_SSL, settings.EMAIL_TIMEOUT = False, 5
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    with mail_server(key) as (running, port):
        settings.EMAIL_PORT = port
        yield running


@pytest.fixture
def mail() -> ReportMail:
    report = ReportFactory(
        state="ready", content=SHEET, format="csv", media_type="text/csv", file_name="דוח.csv"
    )
    recipient = ReportRecipientFactory(schedule__incident=report.incident, address="b@example.org")
    found: ReportMail = ReportMailFactory(report=report, recipient=recipient, next_attempt_at=NOW)
    return found


def _send(mail: ReportMail) -> ReportMail:
    with MailSession() as session:
        mails.send_report_mail(mail_id=mail.pk, session=session, clock=lambda: NOW)
    mail.refresh_from_db()
    return mail


@pytest.fixture(autouse=True)
def _trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))


def test_a_report_arrives_whole_and_once(post: Post, mail: ReportMail) -> None:
    _send(mail)
    _send(mail)

    assert mail.status == "sent"
    [(recipient, taken)] = post.taken
    [file] = list(taken.iter_attachments())
    assert (recipient, file.get_filename()) == ("b@example.org", "דוח.csv")
    assert file.get_content().encode().replace(b"\r\n", b"\n") == SHEET


def test_what_the_server_cannot_take_now_is_tried_again(post: Post, mail: ReportMail) -> None:
    post.answers["DATA"] = "451 try later"

    _send(mail)

    assert (mail.status, mail.last_error) == ("pending", "smtp_451")
    assert mail.next_attempt_at == NOW + timedelta(minutes=1)


def test_what_broke_off_after_the_text_is_not_sent_again(post: Post, mail: ReportMail) -> None:
    post.cuts_after_data = True

    _send(mail)
    _send(mail)

    assert (mail.status, len(post.taken)) == ("unknown", 1)
