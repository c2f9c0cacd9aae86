"""The example crisis against a real server; the workers' tasks run in the player's pauses."""

import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from io import StringIO
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer
from rich.console import Console

from crisisapi.accounts.models import Brand
from crisisapi.common.models import IdempotentAnswer
from crisisapi.events.models import Event
from crisisapi.events.selectors.chain import check_chain
from crisisapi.local.demo import play
from crisisapi.local.demo.mailbox import Mailbox
from crisisapi.local.demo.story import batches, beginning
from incidents.models import (
    Assignment,
    Clock,
    ContactEntry,
    Evidence,
    Fact,
    Goal,
    Incident,
    Involvement,
    Lesson,
    PlaybookRun,
    PlaybookVersion,
    RecalledLesson,
    ResponsePolicy,
    Review,
    ShiftNote,
    Stakeholder,
    Task,
)
from messaging.models import (
    Channel,
    Hold,
    Message,
    Publication,
    PublicUpdate,
    Subscriber,
    SubscriberMail,
    Template,
    Variant,
)
from messaging.tasks import mail_subscribers
from monitoring.models import Delivery, Mention
from monitoring.selectors.recount import find_differences
from monitoring.services.demo import prepare_example
from monitoring.tasks import analyse_mentions, fetch_due, measure_goals, watch_alerts
from tests.messaging.outward import sweep

Play = Callable[..., str]


class Unplugged(Exception):
    """Stands for a player that is killed."""


class BreakingOff(httpx.HTTPTransport):
    """Lets so many writing requests through; the next one arrives, or not, and no answer comes."""

    def __init__(self, writes: int, *, arrives: bool) -> None:
        super().__init__()
        self.left = writes
        self.arrives = arrives

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return super().handle_request(request)
        if self.left == 0:
            if self.arrives:
                super().handle_request(request).read()
            raise Unplugged
        self.left -= 1
        return super().handle_request(request)


def work(_seconds: float = 0) -> None:
    """Do what the workers would do by now."""
    sweep()
    fetch_due()
    mail_subscribers()
    analyse_mentions()
    watch_alerts()
    measure_goals()


@pytest.fixture
def mailbox(settings: Any, tmp_path: Path, live_server: LiveServer) -> Mailbox:
    """Keep mails as files and call this machine, as `make run` does."""
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True
    settings.MAIL_IS_ON = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    settings.PUBLIC_URL = live_server.url
    return Mailbox(tmp_path)


@pytest.fixture
def told(live_server: LiveServer, mailbox: Mailbox) -> Play:
    """Return what plays the story once and returns what it printed."""

    def run(**options: Any) -> str:
        output = StringIO()
        console = Console(file=output, width=160, highlight=False)
        prepared = asdict(prepare_example(now=timezone.now()))
        play(
            base_url=live_server.url,
            prepared=prepared,
            seconds=0,
            console=console,
            pause=work,
            mailbox=mailbox,
            **options,
        )
        return output.getvalue()

    return run


def counted() -> dict[str, int]:
    models = (
        *(Incident, Fact, Evidence, Goal, Lesson, RecalledLesson, Review),
        *(Stakeholder, Involvement, ContactEntry, Assignment, ShiftNote, Task, PlaybookRun),
        *(Channel, Message, Variant, Publication, PublicUpdate, Template, Hold),
        *(Subscriber, SubscriberMail, Delivery, Mention),
    )
    return {model.__name__: model.objects.count() for model in models}


EXPECTED = {
    # The crisis, an older one, and the routine of everyday posts.
    "Incident": 3,
    "Fact": 5,
    "Evidence": 1,
    "Goal": 2,
    "Lesson": 4,
    "RecalledLesson": 1,
    "Review": 1,
    "Stakeholder": 4,
    "Involvement": 4,
    "ContactEntry": 1,
    "Assignment": 2,
    "ShiftNote": 1,
    # Four of the playbook's, three promises.
    "Task": 7,
    "PlaybookRun": 1,
    "Channel": 3,
    # Six of people, a starter in two languages, three everyday posts.
    "Message": 6 + 2 + 3,
    "Variant": 1,
    "Publication": 7 + 6 + 3,
    "PublicUpdate": 6,
    "Hold": 1,
    "Subscriber": 1,
    # One to confirm, then the updates in their language.
    "SubscriberMail": 1 + 6,
    # Four of the play; the others come with the service, in both languages.
    "Template": 4 + 100,
    # The feed twice, and the page that stands in its place.
    "Delivery": len(batches()) + 3,
    "Mention": 420 + 3,
}


def the_crisis() -> Incident:
    return Incident.objects.get(mode="live", kind="product_safety")


def check_end() -> None:
    brand = Brand.objects.get()
    assert counted() == EXPECTED
    assert the_crisis().status == "learning"
    assert set(Lesson.objects.values_list("status", flat=True)) == {"accepted", "adopted"}
    said = Message.objects.filter(incident=the_crisis())
    assert set(said.values_list("status", flat=True)) == {"published"}
    held = Publication.objects.filter(held_for=Hold.objects.get()).order_by("requested_at")
    assert list(held.values_list("status", flat=True)) == ["pending", "cancelled"]
    assert Publication.objects.get(parts__number=2).status == "published"
    assert Message.objects.get(title__contains="קצר, ל-X").revision == 2
    assert PlaybookRun.objects.get().state == "done"
    assert Review.objects.get().status == "completed"
    assert ResponsePolicy.objects.count() == 1
    promised = Task.objects.filter(kind="commitment").values_list("status", flat=True)
    assert sorted(promised) == ["done", "open", "open"]
    adopted = Lesson.objects.get(status="adopted")
    assert PlaybookVersion.objects.get(status="published", number=2) == adopted.playbook_version
    assert not Clock.objects.filter(state="running").exists()
    assert not Mention.objects.filter(analysed_at=None).exists()
    assert not Goal.objects.filter(measured_at=None).exists()
    assert find_differences(brand.pk) == []
    assert check_chain(brand).broken is None


@pytest.mark.django_db(transaction=True)
def test_the_story_is_told_to_its_end_and_only_once(told: Play) -> None:
    shown = told()

    check_end()
    # Two of the feed's entries are older than the story.
    assert "421, 421 of them analysed" in shown
    assert "Preview: 2 new, “פלטת שבת ביתית: מה כדאי לבדוק לפני שקונים”" in shown
    assert re.search(r"3 mentions from it\. Heard, the last time at", shown)
    assert re.search(r"This is a web page. Its feed is at http://127.0.0.1:\d+/news.xml", shown)
    assert "8 published" in shown
    assert "1 cancelled, 1 pending" in shown or "1 pending, 1 cancelled" in shown
    assert "הלקוחות לא השתמשו" in shown
    assert re.search(r"Mails to a subscriber +7 in ", shown)
    assert "/p/rimon-home/" in shown
    assert "“בטוח בשימוש לפי ההוראות”" in shown
    assert shown.count("Promise ") == 3
    # The metrics before and after the message are exact, since the story fits their buckets.
    began_at = the_crisis().started_at
    posted = Publication.objects.filter(message__incident=the_crisis())
    posted_at = posted.earliest("published_at").published_at
    assert posted_at == began_at + timedelta(minutes=150)
    assert began_at.minute % 5 == 0
    assert Mention.objects.latest("published_at").published_at < timezone.now()
    events = Event.objects.count()

    again = told()

    assert "was told before" in again
    assert Event.objects.count() == events
    assert counted() == EXPECTED


@pytest.mark.django_db(transaction=True)
def test_a_play_broken_off_again_and_again_goes_on_where_it_was(told: Play) -> None:
    # Well inside of five minutes, for what counts from their edge.
    this_morning = beginning(timezone.now()) + timedelta(minutes=61)
    with time_machine.travel(this_morning):
        break_off(told, arrives=True)
    began_at = beginning(this_morning)

    arrives = cycle([False, True])
    while break_off(told, arrives=next(arrives)):
        IdempotentAnswer.objects.all().delete()

    check_end()
    assert the_crisis().started_at == began_at
    assert Mention.objects.latest("published_at").published_at == began_at + timedelta(minutes=418)


def break_off(told: Play, *, arrives: bool) -> bool:
    """Play until the unplugging, and say whether it came."""
    try:
        told(transport=BreakingOff(31, arrives=arrives))
    except Unplugged:
        return True
    return False
