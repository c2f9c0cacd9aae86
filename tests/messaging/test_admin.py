"""The admin: templates and channels through their services, the rest to look at."""

from typing import Any

import pytest
from django.test import Client

from crisisapi.accounts.models import Brand
from crisisapi.events.models import Event
from messaging.models import Channel, Template
from tests.factories.accounts import UserFactory
from tests.factories.messaging import (
    ChannelFactory,
    MessageFactory,
    PublicationFactory,
    TemplateFactory,
)

pytestmark = pytest.mark.django_db

RECORDS = ["messagerevision", "reviewdecision", "publication"]
TEMPLATE = {
    "name": "holding",
    "title": "We are looking into it",
    "purpose": "holding",
    "kind": "",
    "language": "en",
    "body": "We heard about {product}.",
    "placeholders": '["product"]',
    "initial-placeholders": '["product"]',
    "is_active": "on",
}


@pytest.fixture
def root() -> Client:
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize("model", [*RECORDS, "message", "template", "channel"])
def test_each_list_is_shown_and_searched(root: Client, model: str) -> None:
    PublicationFactory()
    TemplateFactory()

    assert root.get(f"/admin/messaging/{model}/").status_code == 200
    assert root.get(f"/admin/messaging/{model}/?q=handles").status_code == 200


def test_a_message_is_shown_with_what_belongs_to_it(root: Client) -> None:
    message = MessageFactory()

    response = root.get(f"/admin/messaging/message/{message.pk}/change/")

    assert message.body in response.content.decode()


@pytest.mark.parametrize("model", RECORDS)
def test_not_even_a_superuser_adds_changes_or_deletes_a_record(root: Client, model: str) -> None:
    publication = PublicationFactory()
    rows: dict[str, Any] = {
        "messagerevision": publication.message.revisions.get(),
        "reviewdecision": publication.message.decisions.create(
            revision=1, decision="approved", reviewer=UserFactory()
        ),
        "publication": publication,
    }
    path = f"/admin/messaging/{model}"

    assert root.get(f"{path}/add/").status_code == 403
    assert root.post(f"{path}/{rows[model].pk}/change/", {"title": "x"}).status_code == 403
    assert root.post(f"{path}/{rows[model].pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_template_added_here_is_an_event(root: Client, brand: Brand) -> None:
    root.post("/admin/messaging/template/add/", TEMPLATE | {"brand": brand.pk})

    template = Template.objects.get()
    event = Event.objects.get(verb="template.added")
    names = [placeholder["name"] for placeholder in template.placeholders]
    assert (names, event.object_id) == (["product"], template.pk)
    assert event.actor_kind == "user"


def test_a_template_changed_here_is_an_event_and_a_new_version(root: Client, brand: Brand) -> None:
    template = TemplateFactory(
        brand=brand,
        **{name: TEMPLATE[name] for name in ("name", "title", "body")},
        placeholders=["product"],
    )

    root.post(
        f"/admin/messaging/template/{template.pk}/change/",
        TEMPLATE | {"title": "Other", "revisions-TOTAL_FORMS": 0, "revisions-INITIAL_FORMS": 0},
    )

    template.refresh_from_db()
    assert (template.title, template.version) == ("Other", 2)
    assert Event.objects.get(verb="template.changed").data["fields"] == ["title"]


def test_a_template_with_wrong_placeholders_is_refused_with_a_sentence(
    root: Client, brand: Brand
) -> None:
    body = TEMPLATE | {"brand": brand.pk, "placeholders": '["city"]'}

    response = root.post("/admin/messaging/template/add/", body)

    assert "The body has no {city}." in response.content.decode()
    assert not Template.objects.exists()


def test_a_name_taken_is_refused_with_a_sentence(root: Client, brand: Brand) -> None:
    channel = ChannelFactory(brand=brand)
    body = {"brand": brand.pk, "name": channel.name, "platform": "x", "kind": "manual"}

    response = root.post("/admin/messaging/channel/add/", body)

    assert (response.status_code, Channel.objects.count()) == (200, 1)


def test_a_channel_changed_here_is_an_event(root: Client, brand: Brand) -> None:
    channel = ChannelFactory(brand=brand, name="Old")
    body = {"name": "New", "platform": "x", "kind": "manual", "is_active": "on"}

    root.post(f"/admin/messaging/channel/{channel.pk}/change/", body)

    channel.refresh_from_db()
    assert (channel.name, channel.version) == ("New", 2)
    assert Event.objects.get(object_id=channel.pk).verb == "channel.changed"


@pytest.mark.parametrize("model", ["template", "channel"])
def test_templates_and_channels_are_not_deleted(root: Client, model: str) -> None:
    row = TemplateFactory() if model == "template" else ChannelFactory()

    response = root.post(f"/admin/messaging/{model}/{row.pk}/delete/", {"post": "yes"})

    assert response.status_code == 403
