"""The admin: sources through their services, the rest to look at, in either direction."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.test import Client

from crisisapi.accounts.models import Brand
from crisisapi.events.models import Event
from monitoring.admin.pages import COUNTED_ROWS
from monitoring.models import Delivery, DeliveryStatus, Source
from monitoring.selectors.vocabulary import values_in_use
from tests.checks import queries_of
from tests.factories.accounts import UserFactory
from tests.factories.monitoring import DeliveryFactory, MentionFactory, SourceFactory
from tests.monitoring.pushing import body_of, mention, push

pytestmark = pytest.mark.django_db

ADMIN = "/admin/monitoring"
SOURCE = {"slug": "crm", "name": "CRM", "kind": "webhook", "platform": "x", "is_active": "on"}


@pytest.fixture
def root() -> Client:
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def _said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def _text(response: Any) -> str:
    assert response.status_code == 200
    text: str = response.content.decode()
    return text


@pytest.mark.parametrize("model", ["source", "delivery", "mention"])
@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("he", "rtl")])
def test_lists_and_single_pages_are_shown_in_both_languages(
    root: Client, source: Source, model: str, language: str, direction: str
) -> None:
    delivery = DeliveryFactory(source=source)
    rows = {"source": source, "delivery": delivery, "mention": MentionFactory(source=source)}
    headers = {"Accept-Language": language}

    listed = root.get(f"{ADMIN}/{model}/?q=kettle", headers=headers)
    shown = root.get(f"{ADMIN}/{model}/{rows[model].pk}/change/", headers=headers)

    assert f'dir="{direction}"' in _text(listed)
    assert f'dir="{direction}"' in _text(shown)


def test_a_new_source_shows_its_secret_once_and_is_an_event(root: Client, brand: Brand) -> None:
    added = root.post(f"{ADMIN}/source/add/", SOURCE | {"brand": brand.pk})

    source = Source.objects.get()
    assert source.secret in _said(added)[0]
    assert Event.objects.filter(verb="source.created", object_id=source.pk).exists()
    root.get(f"{ADMIN}/source/")
    assert source.secret not in _text(root.get(f"{ADMIN}/source/"))
    assert source.secret not in _text(root.get(f"{ADMIN}/source/{source.pk}/change/"))


def test_a_second_source_of_the_same_slug_is_a_fault_of_the_form(
    root: Client, source: Source
) -> None:
    response = root.post(
        f"{ADMIN}/source/add/", SOURCE | {"brand": source.brand_id, "slug": source.slug}
    )

    assert "errorlist" in _text(response)
    assert Source.objects.count() == 1


def test_a_changed_source_is_an_event_and_keeps_its_slug(root: Client, source: Source) -> None:
    root.post(f"{ADMIN}/source/{source.pk}/change/", SOURCE | {"platform": "facebook"})

    source.refresh_from_db()
    event = Event.objects.get(verb="source.changed")
    assert (source.name, source.platform, source.slug) == ("CRM", "facebook", "listening")
    assert (source.version, event.data["fields"]) == (2, ["name", "platform"])


def test_a_rotated_secret_is_shown_and_the_old_one_signs_a_while(
    root: Client, source: Source
) -> None:
    response = root.post(
        f"{ADMIN}/source/", {"action": "rotate_secrets", "_selected_action": source.pk}
    )

    new = Source.objects.get().secret
    assert new != source.secret
    assert new in _said(response)[0]
    assert push(source, body_of(mention(1))).status_code == 202


def test_a_delivery_shows_its_bytes_as_text_whatever_they_are(root: Client, source: Source) -> None:
    odd = DeliveryFactory(source=source, body='<b>קומקום</b>"'.encode() + b"\xff")
    long = DeliveryFactory(source=source, body="א".encode() * 200_000)

    text = _text(root.get(f"{ADMIN}/delivery/{odd.pk}/change/"))

    assert '<pre dir="auto">&lt;b&gt;קומקום&lt;/b&gt;&quot;\ufffd</pre>' in text
    assert "400000 bytes in all" in _text(root.get(f"{ADMIN}/delivery/{long.pk}/change/"))


def test_a_delivery_that_holds_json_is_shown_line_by_line(root: Client, source: Source) -> None:
    delivery = DeliveryFactory(
        source=source, body='{"text":"קומקום <b>"}'.encode(), headers={"user-agent": "kettle/1"}
    )

    text = _text(root.get(f"{ADMIN}/delivery/{delivery.pk}/change/"))

    assert "{\n  &quot;text&quot;: &quot;קומקום &lt;b&gt;&quot;\n}" in text
    assert "kettle/1" in text


def test_deliveries_are_found_by_status_kind_and_day(root: Client, source: Source) -> None:
    delivery = DeliveryFactory(source=source, status=DeliveryStatus.FAILED)
    asked = f"status__exact=failed&source__kind={source.kind}&brand__id__exact={source.brand_id}"

    assert str(delivery.external_id) in _text(root.get(f"{ADMIN}/delivery/?{asked}"))
    assert str(delivery.external_id) not in _text(root.get(f"{ADMIN}/delivery/?source__kind=rss"))


def test_of_a_replay_it_is_said_what_failed_again(root: Client, source: Source) -> None:
    good = DeliveryFactory(source=source, body=body_of(mention(1)), status=DeliveryStatus.FAILED)
    bad = DeliveryFactory(source=source, body=b"{", status=DeliveryStatus.FAILED)

    response = root.post(
        f"{ADMIN}/delivery/", {"action": "replay", "_selected_action": [good.pk, bad.pk]}
    )

    assert _said(response) == ["1 read, 1 failed again, 1 new mentions, 0 left."]


def test_a_delivery_is_replayed(root: Client, source: Source) -> None:
    failed = DeliveryFactory(
        source=source, body=body_of(mention(1)), status=DeliveryStatus.FAILED, error_code="x"
    )

    response = root.post(f"{ADMIN}/delivery/", {"action": "replay", "_selected_action": failed.pk})

    assert "1 new mentions" in _said(response)[0]
    assert Delivery.objects.get().status == "processed"
    assert Event.objects.filter(verb="delivery.replayed", object_id=failed.pk).exists()


def test_whoever_only_sees_deliveries_does_not_replay_them(source: Source) -> None:
    person = UserFactory(is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_delivery"))
    client = Client()
    client.force_login(person)
    failed = DeliveryFactory(source=source, status=DeliveryStatus.FAILED)

    assert "replay" not in _text(client.get(f"{ADMIN}/delivery/"))
    client.post(f"{ADMIN}/delivery/", {"action": "replay", "_selected_action": failed.pk})

    assert Delivery.objects.get().status == "failed"


@pytest.mark.parametrize("model", ["delivery", "mention"])
def test_not_even_a_superuser_adds_changes_or_deletes(
    root: Client, source: Source, model: str
) -> None:
    factory: Any = {"delivery": DeliveryFactory, "mention": MentionFactory}[model]
    row = factory(source=source)
    page = f"{ADMIN}/{model}"

    assert root.get(f"{page}/add/").status_code == 403
    assert root.post(f"{page}/{row.pk}/change/", {"text": "x"}).status_code == 403
    assert root.post(f"{page}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    root.post(page + "/", {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"})
    assert type(row).objects.filter(pk=row.pk).exists()


def test_nobody_deletes_a_source(root: Client, source: Source) -> None:
    response = root.post(f"{ADMIN}/source/{source.pk}/delete/", {"post": "yes"})

    assert response.status_code == 403


def test_mentions_are_found_by_their_text_platform_language_and_feeling(
    root: Client, source: Source
) -> None:
    MentionFactory(source=source, text="הידית נסדקה", language="he", sentiment="negative")
    MentionFactory(source=source, text="Lovely", platform="news", language="en")

    for query in ("q=נסדקה", "platform=x", "language=he", "sentiment__exact=negative"):
        text = _text(root.get(f"{ADMIN}/mention/?{query}"))
        assert "הידית נסדקה" in text
        assert "Lovely" not in text
    assert 'dir="auto"' in text


def test_what_a_column_holds_is_found_over_all_brands(source: Source) -> None:
    for platform in ["x", "news", "x", ""]:
        MentionFactory(source=source, platform=platform)
    MentionFactory(source=SourceFactory(), platform="forum")

    assert values_in_use("platform") == ["forum", "news", "x"]
    assert values_in_use("language") == []


def test_no_page_counts_every_mention(root: Client, source: Source) -> None:
    MentionFactory(source=source)

    queries = queries_of(root, f"{ADMIN}/mention/")  # type: ignore[arg-type]

    counts = [query for query in queries if "COUNT(" in query and "monitoring_mention" in query]
    assert all(f"LIMIT {COUNTED_ROWS}" in query for query in counts)
    assert not any("MIN(" in query or 'DISTINCT "monitoring_mention' in query for query in queries)


def test_who_said_it_is_told_by_whatever_the_platform_tells(root: Client, source: Source) -> None:
    MentionFactory(source=source, author_name="Noa <b>", author_handle="")
    MentionFactory(source=source, author_name="", author_handle="dana_k")
    MentionFactory(source=source, author_name="Avi", author_handle="avi1")

    page = root.get("/admin/monitoring/mention/").content.decode()

    for told in (
        "<bdi>Noa &lt;b&gt;</bdi>",
        "<bdi>dana_k</bdi>",
        "<bdi>Avi</bdi> · <bdi>avi1</bdi>",
    ):
        assert told in page
