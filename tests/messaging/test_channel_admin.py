"""Channels in the admin: secrets are typed in and never shown, a test is an action."""

from typing import Any

import pytest
from django.test import Client

from crisisapi.accounts.models import Brand
from messaging.models import Channel, Publication
from tests.factories.accounts import UserFactory
from tests.factories.messaging import ChannelFactory, MessageFactory, PublicationFactory
from tests.messaging.outward import SECRET

pytestmark = pytest.mark.django_db

PAGE = "/admin/messaging/channel/"


@pytest.fixture
def root() -> Client:
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def form(brand: Brand) -> dict[str, Any]:
    return {
        "brand": brand.pk,
        "name": "News site",
        "platform": "website",
        "kind": "webhook",
        "is_active": "on",
        "settings_url": "http://127.0.0.1:9",
        "credentials_secret": SECRET,
    }


def test_a_secret_is_stored_and_not_shown(root: Client, form: dict[str, Any]) -> None:
    root.post(f"{PAGE}add/", form)

    channel = Channel.objects.get()
    page = root.get(f"{PAGE}{channel.pk}/change/").content.decode()
    assert channel.credentials == {"secret": SECRET}
    assert SECRET not in page


def test_a_field_left_empty_keeps_the_secret(root: Client, form: dict[str, Any]) -> None:
    root.post(f"{PAGE}add/", form)
    channel = Channel.objects.get()

    root.post(f"{PAGE}{channel.pk}/change/", form | {"name": "Site", "credentials_secret": ""})

    channel.refresh_from_db()
    assert (channel.name, channel.credentials) == ("Site", {"secret": SECRET})


def test_what_is_wrong_is_said_at_the_form(root: Client, form: dict[str, Any]) -> None:
    response = root.post(f"{PAGE}add/", form | {"settings_url": ""})

    assert not Channel.objects.exists()
    assert "This is needed: address." in response.content.decode()


def test_a_test_shows_what_is_wrong(root: Client, form: dict[str, Any]) -> None:
    root.post(f"{PAGE}add/", form)
    channel = Channel.objects.get()

    root.post(PAGE, {"action": "try_channel", "_selected_action": [channel.pk]})

    page = root.get(f"{PAGE}{channel.pk}/change/").content.decode()
    assert "inside of our own network" in page


def test_what_is_out_is_taken_down_by_an_action(root: Client) -> None:
    message = MessageFactory(status="published")
    out = PublicationFactory(message=message, status="published")

    root.post(
        "/admin/messaging/publication/",
        {"action": "withdraw_publication", "_selected_action": [out.pk], "reason": "Wrong."},
    )

    assert Publication.objects.get().status == "withdrawing"


def test_a_channel_asks_for_the_credentials_of_its_kind_alone(root: Client) -> None:
    channel = ChannelFactory(kind="facebook", platform="facebook")

    page = root.get(f"{PAGE}{channel.pk}/change/")

    asked = page.context["adminform"].form.fields
    assert "credentials_access_token" in asked
    assert "credentials_password" not in asked
    assert "settings_page_id" in asked


def test_a_channel_is_made_in_two_steps(root: Client, form: dict[str, Any]) -> None:
    first = root.get(f"{PAGE}add/").content.decode()
    second = root.get(f"{PAGE}add/?kind=email").context["adminform"].form

    assert "Sends mails to a list of recipients through your mail server." in first
    assert [value for value, _label in second.fields["platform"].choices] == [
        "email",
        "press",
        "other",
    ]
    assert ("settings_host" in second.fields, "settings_url" in second.fields) == (True, False)


def test_another_kind_begins_without_what_the_former_had(
    root: Client, form: dict[str, Any]
) -> None:
    root.post(f"{PAGE}add/", form)
    page = f"{PAGE}{Channel.objects.get().pk}/change/"
    common = {name: form[name] for name in ("name", "platform", "is_active")}

    choices = root.get(f"{page}?kind=")
    asked = root.get(f"{page}?kind=manual").context["adminform"].form.fields
    root.post(f"{page}?kind=manual", common | {"kind": "manual"})

    channel = Channel.objects.get()
    assert "?kind=manual" in choices.content.decode()
    assert not [name for name in asked if name.startswith(("settings_", "credentials_"))]
    assert (channel.kind, channel.settings, channel.credentials) == ("manual", {}, {})
