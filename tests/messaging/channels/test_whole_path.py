"""From the approved message to the platform and back, counted there."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from crisisapi.accounts.models import User
from incidents.models import Incident
from messaging.models import Channel, Message, Publication, PublicationPart
from messaging.services.parts import digest_of
from messaging.services.performing import due_parts, perform_part
from messaging.services.publications import publish_message
from messaging.services.withdrawals import withdraw_publication
from tests.factories.incidents import FactFactory
from tests.factories.messaging import (
    ChannelFactory,
    HoldFactory,
    MessageFactory,
    PublicationFactory,
)
from tests.platforms.base import SECRETS, FakePlatform
from tests.platforms.bluesky import FakeBluesky
from tests.platforms.hootsuite import FakeHootsuite
from tests.platforms.mastodon import FakeMastodon
from tests.platforms.meta import FakeFacebook, FakeInstagram
from tests.platforms.x import FakeX
from tests.servers import FakeServer, Reply, serving

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]
PLATFORMS = [FakeX, FakeFacebook, FakeHootsuite, FakeMastodon, FakeBluesky]
HTML = "<html>Please wait</html>"
THREAD = ["What we know.", "Which series.", "Where to ask."]


class Path:
    """A message on its way to a channel on a platform that is up."""

    def __init__(self, platform: FakePlatform, server: FakeServer, message: Message) -> None:
        self.platform = platform
        self.server = server
        self.message = message
        self.now = timezone.now()
        account = platform.account(server.url)
        self.channel: Channel = ChannelFactory(
            brand=message.brand,
            name="The channel",
            platform=account.platform,
            kind=platform.kind,
            settings=dict(account.settings),
            credentials=dict(account.credentials),
        )

    def ask(self, **by: Any) -> None:
        """Ask for the message to go there."""
        publish_message(message=self.message, channels=[self.channel], **by)

    def run(self, *, until: timedelta = timedelta(hours=6)) -> Publication:
        """Let workers do what is due, through hours that pass in no time."""
        end = self.now + until
        while (following := self._next_time()) and following <= end:
            self.now = max(self.now, following)
            for part_id in due_parts(now=self.now, limit=10):
                perform_part(part_id=part_id, clock=self._clock)
        return Publication.objects.get(message=self.message)

    def _clock(self) -> datetime:
        return self.now

    def _next_time(self) -> datetime | None:
        times = PublicationPart.objects.filter(next_attempt_at__isnull=False)
        first = times.order_by("next_attempt_at").values_list(
            "next_attempt_at", "publication__channel__resume_at"
        )
        return max((time for time in first[0] if time), default=None) if first else None


@pytest.fixture
def message(incident: Incident) -> Message:
    return MessageFactory(incident=incident, status="approved")


@pytest.fixture
def path_to(
    message: Message, approver: User, by: By
) -> Iterator[Callable[[type[FakePlatform]], Path]]:
    """Ask for the message to go to a platform."""
    servers = []

    def lead(platform_class: type[FakePlatform], *, is_asked: bool = True) -> Path:
        platform = platform_class()
        serve = serving(platform.answer)
        servers.append(serve)
        path = Path(platform, serve.__enter__(), message)
        if is_asked:
            path.ask(**by(approver, now=path.now))
        return path

    yield lead
    for serve in servers:
        serve.__exit__(None, None, None)


@pytest.fixture(params=PLATFORMS, ids=lambda platform: platform.kind)
def path(request: pytest.FixtureRequest, path_to: Callable[[type[FakePlatform]], Path]) -> Path:
    return path_to(request.param)


def _let_hootsuite_send(path: Path) -> None:
    if isinstance(path.platform, FakeHootsuite):
        path.platform.state = "SENT"


def test_a_message_reaches_the_public_once(path: Path) -> None:
    _let_hootsuite_send(path)

    publication = path.run()

    path.message.refresh_from_db()
    assert (publication.status, path.message.status) == ("published", "published")
    assert path.platform.texts() == [path.message.body]


@pytest.mark.parametrize(
    "trouble",
    [
        Reply(does=True, seconds=5.0),
        Reply(does=True, cut="after_reading"),
        Reply(502, HTML, does=True),
        Reply(200, b'{"data', does=True),
        Reply(200, HTML, does=True),
    ],
    ids=["slow", "cut", "502", "half json", "html"],
)
def test_what_got_out_unheard_is_found_and_not_sent_again(
    path: Path, settings: Any, trouble: Reply
) -> None:
    settings.OUTBOUND_PATIENCE_SECONDS = 0.5 if trouble.seconds else 20
    _let_hootsuite_send(path)
    path.server.then(trouble)

    publication = path.run()

    assert publication.status == "published"
    assert publication.external_id in path.platform.posts
    assert path.platform.texts() == [path.message.body]


@pytest.mark.parametrize(
    "trouble",
    [Reply(cut="before_reading"), Reply(cut="after_reading"), Reply(500, HTML)],
    ids=["cut before", "cut after", "500"],
)
def test_what_did_not_get_out_is_sent_again_or_left_to_a_person(path: Path, trouble: Reply) -> None:
    path.server.then(trouble)

    publication = path.run()

    if isinstance(path.platform, FakeHootsuite):
        assert (publication.status, publication.waits_on_person) == ("unknown", True)
        assert path.platform.texts() == []
    else:
        assert publication.status == "published"
        assert path.platform.texts() == [path.message.body]


@pytest.mark.parametrize(
    "trouble",
    [
        Reply(429, HTML),
        Reply(429, HTML, {"Retry-After": "900"}),
        Reply(503, HTML, {"Retry-After": "5"}),
    ],
    ids=["429", "429 with a time", "503 with a time"],
)
def test_who_is_asked_to_wait_waits(path: Path, trouble: Reply) -> None:
    _let_hootsuite_send(path)
    began = path.now
    path.server.then(trouble)

    publication = path.run()

    assert (publication.status, path.platform.texts()) == ("published", [path.message.body])
    assert publication.published_at
    waited = (publication.published_at - began).total_seconds()
    assert waited >= float(trouble.headers.get("Retry-After", "5"))


def test_a_refusal_is_shown_as_one(path: Path) -> None:
    path.server.then(Reply(422, {"error": "Validation failed"}))

    publication = path.run()

    assert (publication.status, publication.attempts, path.platform.posts) == ("failed", 1, {})
    assert publication.last_error


@pytest.mark.parametrize("platform", [FakeX, FakeFacebook, FakeMastodon, FakeBluesky])
def test_taken_down_is_gone(
    path_to: Callable[[type[FakePlatform]], Path],
    platform: type[FakePlatform],
    approver: User,
    by: By,
) -> None:
    path = path_to(platform)
    publication = path.run()

    withdraw_publication(
        publication=publication, reason="Wrong series.", **by(approver, now=path.now)
    )

    assert (path.run().status, path.platform.posts) == ("withdrawn", {})


def test_no_secret_is_in_any_row_or_log(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    echo = {"error": " ".join(SECRETS), "detail": " ".join(SECRETS)}
    path.server.then(Reply(500, echo), Reply(500, echo), Reply(403, echo))

    path.run()

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT string_agg(e::text, '') FROM events_event e),"
            " (SELECT string_agg(p::text, '') FROM messaging_publication p),"
            " (SELECT string_agg(p::text, '') FROM messaging_publicationpart p),"
            " (SELECT string_agg(c::text, '') FROM messaging_channel c)"
        )
        rows = "".join(text or "" for text in cursor.fetchone())
    assert str(path.message.pk) in rows
    for secret in SECRETS:
        assert secret not in rows + caplog.text


@pytest.mark.parametrize("platform", [FakeX, FakeHootsuite, FakeBluesky])
def test_a_token_that_expired_is_renewed_and_stored(
    path_to: Callable[[type[FakePlatform]], Path], platform: type[FakePlatform]
) -> None:
    path = path_to(platform)
    _let_hootsuite_send(path)
    path.platform.tokens = set()

    publication = path.run()

    path.channel.refresh_from_db()
    assert (publication.status, publication.attempts) == ("published", 1)
    assert {path.channel.credentials["access_token"]} == path.platform.tokens


def test_a_list_that_lags_does_not_make_it_go_out_twice(
    path_to: Callable[[type[FakePlatform]], Path],
) -> None:
    path = path_to(FakeX)
    path.platform.lag = 1
    path.server.then(Reply(does=True, cut="after_reading"))

    publication = path.run()

    assert publication.status == "published"
    assert len(path.server.of("POST", "/2/tweets")) == 1


def test_hootsuite_is_followed_until_somebody_approved_there(
    path_to: Callable[[type[FakePlatform]], Path],
) -> None:
    path = path_to(FakeHootsuite)
    path.platform.state = "PENDING_APPROVAL"
    waiting = path.run(until=timedelta(minutes=20))
    (message_id,) = path.platform.posts

    path.platform.posts[message_id]["state"] = "SENT"

    assert (waiting.status, path.run().status) == ("accepted", "published")


@pytest.fixture
def path_with_a_picture(message: Message, path_to: Callable[..., Path]) -> Path:
    """Set a message with a picture on its way to Instagram."""
    path = path_to(FakeInstagram, is_asked=False)
    message.status = "publishing"
    message.save(update_fields=["status"])
    PublicationFactory(message=message, channel=path.channel, requested_at=path.now)
    part = PublicationPart.objects.get()
    url = "https://rimon.example/k2.jpg"
    picture = {"url": url, "mime_type": "image/jpeg", "alt_text": "K2", "size": 3, "sha256": ""}
    part.attachments = [picture]
    part.digest = digest_of(part)
    part.save()
    return path


def test_instagram_gets_a_picture_and_shows_it_once(
    path_with_a_picture: Path, settings: Any
) -> None:
    settings.OUTBOUND_PATIENCE_SECONDS = 0.5
    path = path_with_a_picture
    finished = Reply(200, {"status_code": "FINISHED"})
    path.server.then(
        Reply(does=True, seconds=5.0), Reply(429, HTML), Reply(does=True, body={"id": "1002"})
    )
    path.server.then(finished, Reply(does=True, cut="after_reading"))

    publication = path.run()

    assert (publication.status, path.platform.texts()) == ("published", [path.message.body])
    assert publication.url == f"https://www.instagram.com/p/{publication.external_id}/"


def test_what_was_refuted_while_instagram_prepared_it_is_not_published(
    path_with_a_picture: Path,
) -> None:
    path = path_with_a_picture
    path.run(until=timedelta(seconds=1))
    path.message.facts.add(FactFactory(incident=path.message.incident, status="false"))

    publication = path.run()

    assert (publication.status, path.platform.posts) == ("cancelled", {})


def test_a_hold_keeps_what_instagram_prepared_until_it_is_lifted(
    path_with_a_picture: Path,
) -> None:
    path = path_with_a_picture
    path.run(until=timedelta(seconds=1))
    HoldFactory(brand=path.message.brand)

    publication = path.run()

    assert (publication.status, path.platform.posts) == ("held", {})


@pytest.mark.parametrize("platform", [FakeX, FakeFacebook, FakeMastodon, FakeBluesky])
def test_a_thread_goes_out_in_its_order_whatever_is_cut(
    path_of_thread: Callable[[type[FakePlatform]], Path], platform: type[FakePlatform]
) -> None:
    path = path_of_thread(platform)
    path.server.then(Reply(does=True, cut="after_reading"))

    publication = path.run()

    assert (publication.status, path.platform.texts()) == ("published", THREAD)


@pytest.mark.parametrize("platform", [FakeX, FakeFacebook, FakeMastodon])
def test_a_thread_that_breaks_off_says_how_far_it_got(
    path_of_thread: Callable[[type[FakePlatform]], Path], platform: type[FakePlatform]
) -> None:
    path = path_of_thread(platform)
    path.platform.refused = "series"

    publication = path.run()

    assert publication.status == "partially_published"
    assert path.platform.texts() == THREAD[:1]


@pytest.fixture
def path_of_thread(
    message: Message, path_to: Callable[..., Path]
) -> Callable[[type[FakePlatform]], Path]:
    """Set a thread of three on its way to a platform."""

    def lead(platform: type[FakePlatform]) -> Path:
        path = path_to(platform, is_asked=False)
        message.status = "publishing"
        message.save(update_fields=["status"])
        PublicationFactory(message=message, channel=path.channel, texts=THREAD)
        return path

    return lead
