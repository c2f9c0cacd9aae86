"""Sources in the admin: set up by kind, their secrets hidden, how they are heard in words."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.test import Client

from crisisapi.accounts.models import Brand
from monitoring.models import Intake, Source
from monitoring.sources import PROVIDERS
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
    "settings_url": "https://example.org/feed",
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
    page = root.get(f"{PAGE}/add/?kind=rss")

    fields = page.context["adminform"].form.fields
    named = [name for name in fields if name.startswith(("settings_", "credentials_"))]
    assert named == ["settings_url", "credentials_username", "credentials_password"]
    assert '<input type="hidden" name="kind" value="rss">' in page.content.decode()


@pytest.mark.parametrize("query", ["", "?kind=", "?kind=pigeon"])
def test_before_there_is_a_form_its_kind_is_chosen(root: Client, query: str) -> None:
    page = root.get(f"{PAGE}/add/{query}&brand=7" if query else f"{PAGE}/add/?brand=7")

    shown = page.content.decode()
    assert [len(one) for one in page.context["kinds"]] == [3] * len(PROVIDERS)
    assert "RSS or Atom feed" in shown
    assert "Asks for any feed: a newspaper, a blog, a forum." in shown
    assert "brand=7" in shown
    assert "csrfmiddlewaretoken" not in shown.partition('id="content-main"')[2]


def test_nobody_chooses_who_may_not_add() -> None:
    client = Client()
    client.force_login(UserFactory(is_staff=True))

    assert client.get(f"{PAGE}/add/").status_code == 403


def test_how_often_is_asked_of_those_only_that_are_asked(root: Client) -> None:
    of_feeds = root.get(f"{PAGE}/add/?kind=rss").context["adminform"].form.fields
    of_pushes = root.get(f"{PAGE}/add/?kind=webhook").context["adminform"].form.fields

    assert "interval_seconds" in of_feeds
    assert "interval_seconds" not in of_pushes


def test_a_page_names_the_kind_as_people_call_it(root: Client, feed: Source) -> None:
    page = root.get(f"{PAGE}/{feed.pk}/change/").content.decode()
    listed = root.get(f"{PAGE}/?kind=rss").content.decode()

    assert '<div class="readonly">RSS or Atom feed</div>' in page
    assert '<td class="field-kind_shown">RSS or Atom feed</td>' in listed
    assert str(feed.pk) not in root.get(f"{PAGE}/?kind=x").content.decode()


def test_a_source_is_made_with_settings_and_credentials(root: Client, brand: Brand) -> None:
    root.post(
        f"{PAGE}/add/",
        FEED | {"brand": brand.pk, "credentials_username": "us", "credentials_password": "p"},
    )

    source = Source.objects.get()
    assert source.settings == {"url": "https://example.org/feed"}
    assert source.credentials["password"] == "p"
    assert source.secret == ""


def test_what_is_missing_is_said_at_the_settings(root: Client, brand: Brand) -> None:
    response = root.post(f"{PAGE}/add/", FEED | {"brand": brand.pk, "settings_url": ""})

    errors = response.context["adminform"].form.errors
    assert errors == {"settings_url": ["This is needed: address of the feed."]}
    assert not Source.objects.exists()


def test_secrets_are_never_shown_and_stay_when_left_empty(root: Client, feed: Source) -> None:
    page = root.get(f"{PAGE}/{feed.pk}/change/").content.decode()
    root.post(f"{PAGE}/{feed.pk}/change/", FEED | {"name": "Renamed", "credentials_password": ""})

    feed.refresh_from_db()
    assert "quite-a-secret" not in page
    assert (feed.name, feed.credentials) == ("Renamed", {"password": "quite-a-secret"})


def test_what_is_stored_is_said_to_be_set_and_can_be_cleared(root: Client, feed: Source) -> None:
    page = root.get(f"{PAGE}/{feed.pk}/change/").content.decode()
    root.post(f"{PAGE}/{feed.pk}/change/", FEED | {"credentials_password-clear": "on"})

    feed.refresh_from_db()
    assert page.count("Set. Type to replace it.") == 1
    assert 'name="credentials_password-clear"' in page
    assert feed.credentials == {}


def test_a_new_one_goes_before_the_wish_to_have_none(root: Client, feed: Source) -> None:
    typed = {"credentials_password": "newer", "credentials_password-clear": "on"}

    root.post(f"{PAGE}/{feed.pk}/change/", FEED | typed)

    feed.refresh_from_db()
    assert feed.credentials == {"password": "newer"}


def test_a_credential_that_is_needed_cannot_be_cleared(root: Client, brand: Brand) -> None:
    stored = {"url": "https://www.google.com/alerts/feeds/1/2"}
    alert = SourceFactory(brand=brand, kind="google_alerts", credentials=stored, secret="")

    page = root.get(f"{PAGE}/{alert.pk}/change/").content.decode()

    assert "Set. Type to replace it." in page
    assert "credentials_url-clear" not in page


def test_one_field_that_is_refused_keeps_what_was_typed_into_the_rest(
    root: Client, brand: Brand
) -> None:
    typed = FEED | {"brand": brand.pk, "settings_url": "nowhere", "credentials_password": "typed"}

    answer = root.post(f"{PAGE}/add/?kind=rss", typed)

    form = answer.context["adminform"].form
    page = answer.content.decode()
    assert form.errors == {"settings_url": ["Give an address that begins with https://."]}
    assert 'value="nowhere"' in page
    assert 'value="typed"' in page
    assert "no-store" in answer["Cache-Control"]


def test_a_setting_that_was_changed_leaves_the_others(root: Client, brand: Brand) -> None:
    settings = {"project_id": "1", "query_ids": "2", "full_text": "yes"}
    credentials = {"username": "us", "password": "secret-enough"}
    source = SourceFactory(
        brand=brand, kind="brandwatch", settings=settings, credentials=credentials, secret=""
    )
    page = root.get(f"{PAGE}/{source.pk}/change/")
    form = page.context["adminform"].form
    given = {name: form.get_initial_for_field(one, name) for name, one in form.fields.items()}
    typed = {name: value for name, value in given.items() if value not in (None, "")}

    root.post(f"{PAGE}/{source.pk}/change/", typed | {"settings_full_text": "no"})

    source.refresh_from_db()
    assert source.settings == settings | {"full_text": "no"}
    assert source.credentials == credentials


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


def test_whoever_may_only_look_sees_the_page_without_secrets(feed: Source) -> None:
    looking = UserFactory(is_staff=True)
    looking.user_permissions.add(Permission.objects.get(codename="view_source"))
    client = Client()
    client.force_login(looking)

    page = client.get(f"{PAGE}/{feed.pk}/change/")

    assert page.status_code == 200
    assert "quite-a-secret" not in page.content.decode()
    assert "https://example.org/feed" in page.content.decode()
