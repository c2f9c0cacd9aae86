"""Work of the floor that speaks; finds its rows itself and is safe to run twice."""

import time
from collections.abc import Callable
from uuid import UUID

import structlog
from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from crisisapi.common.mail import MailSession
from crisisapi.common.nudges import nudge, nudge_taken
from messaging.services import news, news_composing, news_sending
from messaging.services.answer_mails import due_answers, forget_contacts, mail_answer
from messaging.services.attempts import give_up_attempts
from messaging.services.audience_limits import forget_turns
from messaging.services.live_turns import due_sessions, turn_session
from messaging.services.performing import due_channels, due_parts, perform_part
from messaging.services.polls import due_polls, turn_poll
from messaging.services.review_times import (
    due_reminders,
    expire_approval,
    expired_approvals,
    remind_reviewers,
)
from messaging.services.subscriber_mails import (
    due_mails,
    give_up_mails,
    make_mails_ready,
    send_mail,
)
from messaging.services.subscribers import forget_unconfirmed as forget_subscribers
from messaging.services.turns import turn_at

log = structlog.get_logger(__name__)

# Shorter than the soft limit, so that a run ends by itself between two parts.
RUN_SECONDS = 40.0
NEWS_SECONDS = 20.0
BATCH = 50
MAIL_BATCH = 500


@shared_task(name="messaging.perform_publications", soft_time_limit=60, time_limit=90)
def perform_publications() -> None:
    """Give up attempts that broke off, and send a worker to each channel with something due."""
    nudge_taken("messaging.perform_publications")
    give_up_attempts(now=timezone.now())
    for channel_id in due_channels(now=timezone.now()):
        nudge(perform_channel, str(channel_id))


# A part with files takes several calls; GIVE_UP_AFTER is longer than the hard limit.
@shared_task(name="messaging.perform_channel", soft_time_limit=200, time_limit=240)
def perform_channel(channel_id: str) -> None:
    """Do what is due about parts to one channel, unless another worker is at it."""
    nudge_taken("messaging.perform_channel", channel_id)
    end = time.monotonic() + RUN_SECONDS
    channel, tried = UUID(channel_id), set[UUID]()
    # Who came while we had the turn went away: what they came for is looked for after it.
    while found := _untried(channel, tried):
        with turn_at(channel) as is_ours:
            if not is_ours:
                return
            for part_id in found:
                if time.monotonic() > end:
                    return
                tried.add(part_id)
                _perform(part_id)


def _perform(part_id: UUID) -> None:
    """Do what is due about a part; a fault of ours there keeps no other part waiting."""
    try:
        perform_part(part_id=part_id, clock=timezone.now)
    except SoftTimeLimitExceeded:
        raise
    except Exception:
        log.exception("publication.not_performed", part=str(part_id))


def _untried(channel: UUID, tried: set[UUID]) -> list[UUID]:
    due = due_parts(now=timezone.now(), limit=BATCH, channel_id=channel)
    return [part_id for part_id in due if part_id not in tried]


# What is begun ends within half a minute; BROKEN_OFF_AFTER is longer than the hard limit.
@shared_task(name="messaging.tell_news", soft_time_limit=60, time_limit=75)
def tell_news() -> None:
    """Read the log for news, make notifications of what is due, and send them.

    Targets that failed last time are left to workers that may wait: one that hangs keeps a
    worker of this task once, and not again until it was heard.
    """
    nudge_taken("messaging.tell_news")
    is_over = _over_after(NEWS_SECONDS)
    is_behind = True
    while is_behind and not is_over():
        # A batch of each brand, and what is due goes before the next one.
        read = [
            news.spread_news(brand_id=brand_id, now=timezone.now())
            for brand_id in news.brands_with_news()
        ]
        is_behind = news.BATCH in read
        news_composing.compose_due(now=timezone.now())
        news_sending.send_due(clock=timezone.now, to="healthy", is_over=is_over)
        if news_sending.awaits_failing(now=timezone.now()):
            nudge(tell_failing)


@shared_task(name="messaging.tell_failing", soft_time_limit=60, time_limit=75)
def tell_failing() -> None:
    """Try targets again that failed when they were last told."""
    nudge_taken("messaging.tell_failing")
    is_over = _over_after(NEWS_SECONDS)
    news_sending.send_due(clock=timezone.now, to="failing", is_over=is_over)


def _over_after(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


@shared_task(name="messaging.mail_subscribers", soft_time_limit=60, time_limit=90)
def mail_subscribers() -> None:
    """Mail news and answers: make ready, send what is due, and give up what broke off."""
    nudge_taken("messaging.mail_subscribers")
    end = time.monotonic() + RUN_SECONDS
    give_up_mails(now=timezone.now())
    make_mails_ready(now=timezone.now())
    with MailSession() as session:
        for mail_id in due_mails(now=timezone.now(), limit=MAIL_BATCH):
            if time.monotonic() > end:
                return
            send_mail(mail_id=mail_id, session=session, clock=timezone.now)
        for question_id in due_answers(now=timezone.now(), limit=MAIL_BATCH):
            if time.monotonic() > end:
                return
            mail_answer(question_id=question_id, session=session, clock=timezone.now)


@shared_task(name="messaging.forget_unconfirmed", soft_time_limit=60, time_limit=90)
def forget_unconfirmed() -> None:
    """Forget who asked for updates and never confirmed, and what is kept of the audience."""
    forget_subscribers(now=timezone.now())
    forget_turns(now=timezone.now())
    forget_contacts(now=timezone.now())


@shared_task(name="messaging.turn_polls", soft_time_limit=60, time_limit=90)
def turn_polls() -> None:
    """Open and close the polls whose time has come."""
    for poll_id in due_polls(now=timezone.now()):
        turn_poll(poll_id=poll_id, now=timezone.now())


@shared_task(name="messaging.turn_sessions", soft_time_limit=60, time_limit=90)
def turn_sessions() -> None:
    """End live sessions that nobody ended, and cancel those that nobody started."""
    for session_id in due_sessions(now=timezone.now()):
        turn_session(session_id=session_id, now=timezone.now())


@shared_task(name="messaging.sweep_reviews", soft_time_limit=60, time_limit=90)
def sweep_reviews() -> None:
    """Remind those who are asked, and take back approvals that were not used in time."""
    end = time.monotonic() + RUN_SECONDS
    for round_id in due_reminders(now=timezone.now(), limit=BATCH):
        if time.monotonic() > end:
            return
        remind_reviewers(round_id=round_id, now=timezone.now())
    for message_id in expired_approvals(now=timezone.now(), limit=BATCH):
        if time.monotonic() > end:
            return
        expire_approval(message_id=message_id, now=timezone.now())
