"""Sources in the admin: set up by kind, their secrets hidden, how they are heard in words."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from crisisapi.accounts.models import Brand
from monitoring.models import Intake, Source
from tests.factories.accounts import UserFactory
from tests.factories.monitoring import SourceFactory
from tests.monitoring.faring import NOW

pytestmark = pytest.mark.django_db

PAGE = "/admin/monitoring/source"
FEED = {
    "slug": "feed",
    "name": "Feed",
    "kind": "rss",
    "platform": "news",
    "is_active": "on",
    "settings": '{"url": "https://example.org/feed"}',
}


@pytest.fixture
def root() -> Client:
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def feed(brand: Brand) -> Source:
    return SourceFactory(
        brand=brand,
        kind="rss",
        settings={"url": "https://example.org/feed"},
        credentials={"password": "quite-a-secret"},
        secret="",
    )


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def act(root: Client, source: Source, action: str) -> list[str]:
    return said(root.post(f"{PAGE}/", {"action": action, "_selected_action": source.pk}))


def test_the_form_of_a_kind_asks_for_its_fields_alone(root: Client) -> None:
    of_all = root.get(f"{PAGE}/add/").content.decode()
    of_one = root.get(f"{PAGE}/add/?kind=rss").content.decode()

    assert "credential_consumer_secret" in of_all
    assert "credential_password" in of_one
    assert "credential_consumer_secret" not in of_one
    assert '<option value="rss" selected>' in of_one


def test_a_source_is_made_with_settings_and_credentials(root: Client, brand: Brand) -> None:
    root.post(
        f"{PAGE}/add/",
        FEED | {"brand": brand.pk, "credential_user": "us", "credential_password": "p"},
    )

    source = Source.objects.get()
    assert source.settings == {"url": "https://example.org/feed"}
    assert source.credentials["password"] == "p"
    assert source.secret == ""


def test_what_is_missing_is_said_at_the_settings(root: Client, brand: Brand) -> None:
    response = root.post(f"{PAGE}/add/", FEED | {"brand": brand.pk, "settings": "{}"})

    assert "settings.url: This is needed" in response.content.decode()
    assert not Source.objects.exists()


def test_secrets_are_never_shown_and_stay_when_left_empty(root: Client, feed: Source) -> None:
    page = root.get(f"{PAGE}/{feed.pk}/change/").content.decode()
    root.post(f"{PAGE}/{feed.pk}/change/", FEED | {"name": "Renamed", "credential_password": ""})

    feed.refresh_from_db()
    assert "quite-a-secret" not in page
    assert (feed.name, feed.credentials) == ("Renamed", {"password": "quite-a-secret"})


@pytest.mark.parametrize("seconds", ["29", "86401"])
def test_the_interval_is_held_to_what_the_api_takes(
    root: Client, feed: Source, seconds: str
) -> None:
    root.post(f"{PAGE}/{feed.pk}/change/", FEED | {"interval_seconds": seconds})

    feed.refresh_from_db()
    assert feed.interval_seconds is None


def test_the_page_says_how_it_is_heard(root: Client, feed: Source) -> None:
    Intake.objects.update(state="failing", error_detail="Renew the <token>.")

    page = root.get(f"{PAGE}/{feed.pk}/change/").content.decode()

    assert "It was never heard: Renew the &lt;token&gt;." in page


def test_silent_sources_are_found(root: Client, feed: Source) -> None:
    SourceFactory(brand=feed.brand, name="Loud")
    Intake.objects.filter(source=feed).update(silent_since=NOW)

    silent = root.get(f"{PAGE}/?silent=yes").content.decode()
    others = root.get(f"{PAGE}/?silent=no").content.decode()

    assert ("Loud" in silent, str(feed.pk) in silent) == (False, True)
    assert ("Loud" in others, str(feed.pk) in others) == (True, False)


def test_a_test_says_what_is_wrong(root: Client, feed: Source) -> None:
    Source.objects.update(settings={"url": "http://127.0.0.1:9/feed"})

    found = act(root, feed, "test_them")

    assert len(found) == 1
    assert "inside of our own network" in found[0]
    assert "settings.url" in found[0]


def test_one_that_is_pushed_to_works_and_cannot_be_asked(root: Client, source: Source) -> None:
    assert act(root, source, "test_them") == ["Our listening tool: it works."]
    assert "Nobody can ask a source of this kind" in act(root, source, "ask_them")[-1]


def test_one_that_is_asked_is_due_at_once(root: Client, feed: Source) -> None:
    Intake.objects.update(due_at=NOW.replace(year=2999))

    assert act(root, feed, "ask_them") == ["Our listening tool: it is asked now."]
    assert Intake.objects.get(source=feed).due_at.year < 2999


def test_a_secret_that_is_not_ours_is_not_rotated(root: Client, feed: Source) -> None:
    assert "The platform makes this secret" in act(root, feed, "rotate_secrets")[0]


def test_the_page_of_a_source_begins_with_how_it_is_heard(root: Client, feed: Source) -> None:
    page = root.get(f"{PAGE}/{feed.pk}/change/").content.decode()

    assert 0 < page.index("field-health") < page.index("field-brand")
    assert "field-health" not in root.get(f"{PAGE}/add/").content.decode()
