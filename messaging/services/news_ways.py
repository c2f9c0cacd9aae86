"""The ways a notification goes: by mail, into a chat, to a receiver of webhooks.

What is to be sent is worded first; sending it asks the database nothing, so that many are sent
side by side.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from crisisapi.common.mail import MailOutcome, MailSession
from crisisapi.common.sentences import sentence as _
from messaging.channels.http import Answer, CallFailed, call
from messaging.models import NotificationTarget, Way
from messaging.rules.chat import chat_text
from messaging.rules.signing import signed_headers
from messaging.services.news_body import body_of
from messaging.services.news_composing import Composed, link_of


@dataclass(frozen=True)
class Attempt:
    """How an attempt ended: sent, or not and why, and whether trying again may help.

    What failed by a fault of ours says nothing of the target.
    """

    is_sent: bool
    error: str = ""
    may_retry: bool = True
    pause: timedelta | None = None
    is_gone: bool = False
    is_our_fault: bool = False


Sending = Callable[[], Attempt]

SENT = Attempt(is_sent=True)
_NO_MAIL = _("There is no mail server, or no address.")
# What a chat answers that does not know the address any more.
_CHAT_IS_GONE = frozenset({403, 404, 410})


def prepare(target: NotificationTarget, composed: Composed, *, key: UUID, now: datetime) -> Sending:
    """Return what sends a notification; `key` is the same in every attempt."""
    if target.way == Way.EMAIL:
        return _mail(target, composed, key)
    if target.way == Way.CHAT:
        return _chat(target, composed)
    return _webhook(target, composed, key, now)


def refused(error: str) -> Sending:
    """Return what sends nothing, because nothing is to be sent."""
    return partial(Attempt, is_sent=False, error=error, may_retry=False)


def _mail(target: NotificationTarget, composed: Composed, key: UUID) -> Sending:
    address = target.person.email if target.person else target.address
    if not settings.MAIL_IS_ON or not address:
        return refused(_NO_MAIL)
    shown = {
        "composed": composed,
        "stories": [(story, link_of(story)) for story in composed.stories],
        "zone": target.zone,
        "brand": target.brand,
        "is_rtl": translation.get_language_bidi(),
    }
    mail = EmailMultiAlternatives(
        subject=composed.subject,
        body=render_to_string("messaging/mails/news.txt", shown),
        to=[address],
        headers={
            "Message-ID": f"<{key}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].strip('> ')}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(render_to_string("messaging/mails/news.html", shown), "text/html")
    return partial(_send_mail, mail)


def _send_mail(mail: EmailMultiAlternatives) -> Attempt:
    with MailSession() as session:
        outcome = session.send(mail)
    if outcome.result == "sent":
        return SENT
    return Attempt(is_sent=False, error=_why(outcome), may_retry=outcome.result != "failed")


def _why(outcome: MailOutcome) -> str:
    if outcome.smtp_code:
        return _("The mail server answered %d.") % outcome.smtp_code
    return _("The mail server could not be reached.")


def _chat(target: NotificationTarget, composed: Composed) -> Sending:
    text = chat_text(composed.subject, _paragraphs(composed))
    return partial(_post, target.address, _read_chat, json={"text": text})


def _read_chat(answer: Answer) -> Attempt:
    error = _("The chat answered %d.") % answer.status
    if answer.status == 429 or answer.status >= 500:
        return Attempt(is_sent=False, error=error, pause=_asked_for(answer))
    is_gone = answer.status in _CHAT_IS_GONE
    return Attempt(is_sent=False, error=error, may_retry=False, is_gone=is_gone)


def _paragraphs(composed: Composed) -> list[tuple[str, str, list[str]]]:
    """Return for each incident its title, its link and its sentences."""
    return [
        (
            story.incident.title if story.incident else "",
            link_of(story),
            [line.sentence for line in story.lines],
        )
        for story in composed.stories
    ]


def _webhook(target: NotificationTarget, composed: Composed, key: UUID, now: datetime) -> Sending:
    body = orjson.dumps(body_of(target, composed, now=now))
    signed = signed_headers(
        target.secrets(now=now), message_id=str(key), timestamp=int(now.timestamp()), body=body
    )
    headers = {"Content-Type": "application/json", **signed}
    return partial(_post, target.address, _read_receiver, content=body, headers=headers)


def _read_receiver(answer: Answer) -> Attempt:
    """Return what an answer means: by Standard Webhooks all but 410 is worth another try."""
    error = _("The receiver answered %(status)s.") % {"status": answer.status}
    is_gone = answer.status == 410
    return Attempt(
        is_sent=False,
        error=error,
        may_retry=not is_gone,
        pause=_asked_for(answer),
        is_gone=is_gone,
    )


def _post(address: str, read: Callable[[Answer], Attempt], **content: Any) -> Attempt:
    try:
        answer = call("POST", address, **content)
    except CallFailed as failed:
        return Attempt(is_sent=False, error=failed.outcome.error)
    return SENT if answer.is_ok else read(answer)


def _asked_for(answer: Answer) -> timedelta | None:
    """Return the pause that was asked for, an hour at most."""
    seconds = answer.retry_after()
    return None if seconds is None else timedelta(seconds=min(seconds, 3600))
