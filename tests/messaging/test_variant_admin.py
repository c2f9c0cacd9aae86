"""Variants and media at the desk."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from crisisapi.accounts.models import Brand
from crisisapi.events.models import Event
from messaging.models import MediaAsset, Variant
from tests.factories.accounts import UserFactory
from tests.factories.messaging import (
    ChannelFactory,
    MediaAssetFactory,
    MessageFactory,
    VariantFactory,
)
from tests.messaging.media import png

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def test_a_variant_is_written_at_the_desk_and_its_counts_are_seen(
    desk: Client, brand: Brand
) -> None:
    message = MessageFactory(incident__brand=brand)
    channel, picture = ChannelFactory(brand=brand), MediaAssetFactory(brand=brand)
    form = {
        "message": message.pk,
        "channel": channel.pk,
        "text": "א" * 300,
        "is_isolated": "unknown",
        "options": "{}",
        "media_shown": [picture.pk],
    }

    answer = desk.post(reverse("admin:messaging_variant_add"), form)

    assert answer.status_code == 302, answer.content.decode()[:3000]
    variant = Variant.objects.get()
    assert Event.objects.filter(verb="variant.written", object_id=variant.pk).exists()
    page = desk.get(reverse("admin:messaging_variant_change", args=[variant.pk])).content.decode()
    assert "300 / 280" in page
    assert "20 too many" in page


def test_a_page_of_a_message_shows_its_variants(desk: Client, brand: Brand) -> None:
    variant = VariantFactory(message__incident__brand=brand)

    page = desk.get(reverse("admin:messaging_message_change", args=[variant.message_id]))

    assert f"{len(variant.text)} / 280" in page.content.decode()


def test_a_picture_is_added_by_a_form(desk: Client, brand: Brand) -> None:
    sent = SimpleUploadedFile("handle.png", png(640, 480), "image/png")
    form = {"brand": brand.pk, "alt_text": "A handle", "file": sent}

    answer = desk.post(reverse("admin:messaging_mediaasset_add"), form)

    assert answer.status_code == 302, answer.content.decode()[:3000]
    asset = MediaAsset.objects.get()
    assert (asset.name, asset.content_type, asset.width) == ("handle.png", "image/png", 640)
    given = desk.get(reverse("admin:messaging_mediaasset_file", args=[asset.pk]))
    assert given.content == png(640, 480)


def test_a_refusal_is_shown_at_the_form(desk: Client, brand: Brand) -> None:
    sent = SimpleUploadedFile("handle.png", b"<svg/>", "image/png")

    answer = desk.post(reverse("admin:messaging_mediaasset_add"), {"brand": brand.pk, "file": sent})

    assert answer.status_code == 200
    assert "damaged" in answer.content.decode()
