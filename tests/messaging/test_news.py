"""News: from the log to people's mail and the team's chat."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from crisisapi.accounts.models import Brand, User
from crisisapi.accounts.services.brands import create_brand
from crisisapi.common.actors import SYSTEM, Actor
from incidents.models import Incident
from incidents.services.incidents import change_incident, start_response
from incidents.services.notifications import notify_people
from messaging.models import NewsItem, NotificationTarget, OutgoingNotification
from messaging.services.holds import lift_hold
from messaging.services.news import brands_with_news, spread_news
from messaging.services.news_composing import compose_due
from messaging.services.news_sending import BROKEN_OFF_AFTER, GIVE_UP_AFTER, send_due
from messaging.tasks import tell_news
from tests.factories.accounts import MemberFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.messaging import HoldFactory, NotificationTargetFactory
from tests.mail_server import Post, mail_server
from tests.servers import FakeServer, Reply

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox(settings: LazySettings) -> Iterator[Post]:
    with mail_server() as (box, _port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.MAIL_IS_ON = True
        yield box


@pytest.fixture
def chat(settings: LazySettings) -> Iterator[FakeServer]:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True
    server = FakeServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def incident(brand: Brand) -> Incident:
    return IncidentFactory(brand=brand, title="Handles crack", status="triage", severity=2)


@pytest.fixture
def noa(brand: Brand) -> User:
    return MemberFactory(brand=brand, user__email="noa@example.org", user__language="he").user


def _say(incident: Incident, *people: User, text: str = "Call me") -> None:
    notify_people(people=people, incident=incident, text=text, actor=SYSTEM, now=timezone.now())


def _deliver(brand: Brand, *, after: timedelta = timedelta(seconds=10)) -> None:
    """Do what the worker does, so much later."""
    now = timezone.now()
    spread_news(brand_id=brand.pk, now=now)
    later = now + after
    compose_due(now=later)
    send_due(clock=lambda: later)


def test_a_person_is_mailed_in_their_language(
    brand: Brand, incident: Incident, noa: User, mailbox: Post
) -> None:
    _say(incident, noa, text="הקו החם פתוח")

    _deliver(brand)

    [mail] = mailbox.mails
    assert mail["To"] == "noa@example.org"
    assert mail["Subject"].strip().startswith(f"{incident.reference} · ")
    assert "הקו החם פתוח" in mail["Subject"]
    html = mail.get_body(("html",))
    assert html is not None
    assert 'dir="rtl"' in html.get_content()


def test_changes_of_one_moment_make_one_mail(
    brand: Brand, incident: Incident, noa: User, mailbox: Post
) -> None:
    for text in ("First", "Second", "Third"):
        _say(incident, noa, text=text)

    _deliver(brand)

    [mail] = mailbox.mails
    body = mail.get_body(("plain",))
    assert body is not None
    assert "First (+2)" in mail["Subject"]
    assert [text in body.get_content() for text in ("First", "Second", "Third")] == [True] * 3


def test_telling_again_what_was_told_sends_nothing(
    brand: Brand, incident: Incident, noa: User, mailbox: Post
) -> None:
    _say(incident, noa)
    _deliver(brand)

    _deliver(brand, after=timedelta(hours=1))

    assert len(mailbox.mails) == 1


def test_the_chat_hears_of_a_new_state_with_the_status_in_front(
    brand: Brand, incident: Incident, manager: User, chat: FakeServer
) -> None:
    NotificationTargetFactory(brand=brand, address=f"{chat.url}/hook")
    actor = Actor("user", manager.pk)
    start_response(incident=incident, actor=actor, now=timezone.now(), expected_version=None)

    _deliver(brand)

    [seen] = chat.seen
    head = seen.json()["text"].splitlines()[0]
    assert head.startswith(f"*{incident.reference} · בתגובה · ")


def test_a_team_never_hears_of_what_is_restricted(
    brand: Brand, incident: Incident, manager: User, chat: FakeServer
) -> None:
    NotificationTargetFactory(brand=brand, address=f"{chat.url}/hook")
    by: dict[str, Any] = {"actor": Actor("user", manager.pk), "expected_version": None}
    change_incident(incident=incident, visibility="restricted", now=timezone.now(), **by)
    start_response(incident=incident, now=timezone.now(), **by)

    _deliver(brand)

    assert chat.seen == []


def test_the_brake_is_told_to_the_team_without_an_incident(
    brand: Brand, manager: User, chat: FakeServer
) -> None:
    NotificationTargetFactory(brand=brand, address=f"{chat.url}/hook", language="en")
    hold = HoldFactory(brand=brand)
    lift_hold(
        hold=hold,
        reason="It is over.",
        actor=Actor("user", manager.pk),
        now=timezone.now(),
        expected_version=None,
    )

    _deliver(brand)

    assert "*The brake is released: It is over.*" in chat.seen[0].json()["text"]


def test_who_left_before_it_was_sent_is_not_told(
    brand: Brand, incident: Incident, noa: User, mailbox: Post
) -> None:
    _say(incident, noa)
    spread_news(brand_id=brand.pk, now=timezone.now())
    noa.memberships.all().delete()

    _deliver(brand)

    assert mailbox.mails == []


def test_a_sort_of_news_may_be_refused(
    brand: Brand, incident: Incident, noa: User, mailbox: Post
) -> None:
    NotificationTarget.objects.create(brand=brand, person=noa, way="email", kinds={"word": "never"})
    _say(incident, noa)

    _deliver(brand)

    assert mailbox.mails == []


def test_a_digest_gathers_incidents_and_waits(
    brand: Brand, incident: Incident, noa: User, mailbox: Post
) -> None:
    NotificationTarget.objects.create(brand=brand, person=noa, way="email", timing="digest")
    other = IncidentFactory(brand=brand, title="Prices")
    _say(incident, noa)
    _say(other, noa)

    _deliver(brand, after=timedelta(seconds=-1))
    early = len(mailbox.mails)
    _deliver(brand, after=timedelta(hours=1))

    [mail] = mailbox.mails
    body = mail.get_body(("plain",))
    assert body is not None
    assert (early, "Prices" in body.get_content()) == (0, True)


def test_urgent_news_break_the_quiet_and_others_wait(
    brand: Brand, incident: Incident, noa: User
) -> None:
    now = timezone.now()
    local = now.astimezone(NotificationTarget(brand=brand).zone)
    quiet = {
        "quiet_from": (local - timedelta(hours=1)).time(),
        "quiet_until": (local + timedelta(hours=2)).time(),
    }
    wakes = NotificationTargetFactory(brand=brand, person=noa, **quiet)
    sleeps = NotificationTargetFactory(brand=brand, person=noa, wake_for_urgent=False, **quiet)
    _say(incident, noa)

    spread_news(brand_id=brand.pk, now=now)

    due = dict(NewsItem.objects.values_list("target_id", "due_at"))
    assert due[wakes.pk] - now < timedelta(minutes=1)
    assert due[sleeps.pk] - now > timedelta(hours=1)


def test_a_chat_that_is_away_is_tried_again(
    brand: Brand, incident: Incident, noa: User, chat: FakeServer
) -> None:
    target = NotificationTargetFactory(brand=brand, person=noa, address=f"{chat.url}/hook")
    chat.then(Reply(503))
    _say(incident, noa)
    _deliver(brand)
    target.refresh_from_db()
    failing = target.failing_since

    _deliver(brand, after=timedelta(minutes=5))

    target.refresh_from_db()
    outgoing = OutgoingNotification.objects.get(target=target)
    assert (len(chat.seen), outgoing.status, outgoing.attempts) == (2, "sent", 2)
    assert failing is not None
    assert target.failing_since is None


def test_a_chat_that_asks_for_a_pause_gets_it(
    brand: Brand, incident: Incident, noa: User, chat: FakeServer
) -> None:
    NotificationTargetFactory(brand=brand, person=noa, address=f"{chat.url}/hook")
    chat.then(Reply(429, headers={"Retry-After": "600"}))
    _say(incident, noa)
    _deliver(brand)

    _deliver(brand, after=timedelta(minutes=5))

    assert len(chat.seen) == 1


def test_a_chat_that_is_gone_is_not_called_again(
    brand: Brand, incident: Incident, noa: User, chat: FakeServer
) -> None:
    target = NotificationTargetFactory(
        brand=brand, person=noa, address=f"{chat.url}/hook", language="en"
    )
    chat.then(Reply(404, "no_service"))
    _say(incident, noa)

    _deliver(brand)

    target.refresh_from_db()
    assert (target.is_active, target.last_error) == (False, "The chat answered 404.")


@pytest.mark.parametrize(
    ("code", "status"), [("550 No such user", "failed"), ("450 Busy", "pending")]
)
def test_a_refused_address_fails_and_a_busy_one_waits(
    brand: Brand, incident: Incident, noa: User, mailbox: Post, code: str, status: str
) -> None:
    mailbox.answers["RCPT"] = code
    _say(incident, noa)

    _deliver(brand)

    assert OutgoingNotification.objects.get().status == status


def test_what_does_not_get_there_for_a_day_is_given_up(
    brand: Brand, incident: Incident, noa: User, chat: FakeServer
) -> None:
    NotificationTargetFactory(brand=brand, person=noa, address=f"{chat.url}/hook")
    chat.answer = lambda _seen: Reply(500)
    _say(incident, noa)
    _deliver(brand)

    _deliver(brand, after=GIVE_UP_AFTER + timedelta(minutes=1))

    assert OutgoingNotification.objects.get().status == "failed"


def test_what_broke_off_is_sent_again(
    brand: Brand, incident: Incident, noa: User, chat: FakeServer
) -> None:
    NotificationTargetFactory(brand=brand, person=noa, address=f"{chat.url}/hook")
    _say(incident, noa)
    now = timezone.now()
    spread_news(brand_id=brand.pk, now=now)
    compose_due(now=now + timedelta(seconds=10))
    OutgoingNotification.objects.update(status="sending", attempted_at=now)

    _deliver(brand, after=BROKEN_OFF_AFTER + timedelta(seconds=1))

    assert len(chat.seen) == 1


def test_without_a_mail_server_nothing_is_queued_for_mail(
    brand: Brand, incident: Incident, noa: User, settings: LazySettings
) -> None:
    settings.MAIL_IS_ON = False
    _say(incident, noa)

    _deliver(brand)

    assert NewsItem.objects.count() == 0


def test_a_brand_is_read_once_and_from_its_beginning(manager: User) -> None:
    actor = Actor("user", manager.pk)
    brand = create_brand(slug="new", name="New", founder=manager, actor=actor, now=timezone.now())
    before = brands_with_news()

    while spread_news(brand_id=brand.pk, now=timezone.now()):
        pass

    assert (brand.pk in before, brand.pk in brands_with_news()) == (True, False)


def test_the_task_tells_in_one_go(
    brand: Brand, incident: Incident, noa: User, chat: FakeServer
) -> None:
    NotificationTargetFactory(brand=brand, person=noa, address=f"{chat.url}/hook")
    _say(incident, noa)
    spread_news(brand_id=brand.pk, now=timezone.now() - timedelta(minutes=1))

    tell_news()

    assert len(chat.seen) == 1
