"""Pictures and films over HTTP, and what the public reads of them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.events.models import Event
from messaging.models import MediaAsset
from messaging.services.pieces import AttachmentLost, read_attachment
from messaging.services.piecing import public_address
from tests.checks import problem_of
from tests.factories.messaging import MediaAssetFactory, PublicationFactory, VariantFactory
from tests.messaging.conftest import patch, post
from tests.messaging.media import jpeg

pytestmark = pytest.mark.django_db

PATH = "/api/v1/media-assets/"
DIGEST = "a" * 64
REMOTE = {
    "name": "Recall film",
    "url": "https://cdn.example.org/recall.mp4",
    "content_type": "video/mp4",
    "size": 90_000_000,
    "sha256": DIGEST,
}


@pytest.fixture
def client(client_of: Callable[[User], APIClient], responder: User) -> APIClient:
    return client_of(responder)


def _sent(client: APIClient, name: str, content: bytes, **form: Any) -> Any:
    file = SimpleUploadedFile(name, content, "text/html")
    return client.post(PATH, {**form, "file": file}, format="multipart")


def test_a_picture_is_what_its_bytes_say(client: APIClient) -> None:
    content = jpeg(1080, 1350)

    made = _sent(client, "קומקום.png", content, alt_text="ידית סדוקה")

    assert made.status_code == 201, made.content
    read = client.get(made["Location"]).json()
    assert (read["name"], read["content_type"], read["width"], read["height"]) == (
        "קומקום.png",
        "image/jpeg",
        1080,
        1350,
    )
    given = client.get(f"{made['Location']}file/")
    assert (given.content, given["Content-Type"]) == (content, "image/jpeg")
    assert Event.objects.get(object_id=read["id"]).verb == "mediaasset.added"
    assert "token" not in read


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"%PDF-1.7 x", b"\xff\xd8\xff"])
def test_what_is_no_picture_is_refused(client: APIClient, content: bytes) -> None:
    refused = _sent(client, "a.jpg", content)

    assert (refused.status_code, set(problem_of(refused, 400)["errors"])) == (400, {"file"})


def test_a_large_film_is_taken_by_its_address(client: APIClient) -> None:
    made = post(client, "media-assets/", **REMOTE)

    assert (made.status_code, made.json()["url"]) == (201, REMOTE["url"])
    assert client.get(f"{made['Location']}file/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "http://cdn.example.org/recall.mp4"),
        ("url", "https://user:secret@cdn.example.org/a"),
        ("sha256", "z" * 64),
        ("content_type", "text/html"),
        ("size", 0),
    ],
)
def test_an_address_that_does_not_serve_is_refused(
    client: APIClient, field: str, value: object
) -> None:
    refused = post(client, "media-assets/", **{**REMOTE, field: value})

    assert (refused.status_code, set(problem_of(refused, 400)["errors"])) == (400, {field})


def test_a_description_is_changed_and_the_bytes_never(client: APIClient, brand: Brand) -> None:
    asset = MediaAssetFactory(brand=brand)

    changed = patch(client, f"media-assets/{asset.pk}/", alt_text="ידית סדוקה")

    assert (changed.status_code, changed.json()["alt_text"]) == (200, "ידית סדוקה")
    assert patch(client, f"media-assets/{asset.pk}/", alt_text="x").status_code == 412
    assert patch(client, f"media-assets/{asset.pk}/", version=2, sha256=DIGEST).status_code == 400


def test_the_public_reads_a_file_only_while_a_publication_needs_it(brand: Brand) -> None:
    asset = MediaAssetFactory(brand=brand)
    path = public_address(asset).removeprefix("http://localhost:8000")
    public = Client()
    assert public.get(path).status_code == 404

    publication = PublicationFactory(message__incident__brand=brand)
    variant = VariantFactory(message=publication.message, channel=publication.channel)
    variant.media.create(asset=asset, position=0)
    assert public.get(path).content == b"\xff\xd8\xff"

    type(publication).objects.filter(pk=publication.pk).update(status="failed")
    assert public.get(path).status_code == 404
    assert public.get(f"/api/v1/public-media/{asset.pk}/").status_code == 404


def test_other_bytes_than_the_approved_ones_are_not_sent(brand: Brand) -> None:
    asset = MediaAssetFactory(brand=brand)
    stored = {"asset": str(asset.pk), "url": "", "sha256": asset.sha256}

    with pytest.raises(AttachmentLost):
        read_attachment(stored)


def test_bytes_kept_here_are_read_without_a_call(client: APIClient) -> None:
    content = jpeg(100, 100)
    made = _sent(client, "a.jpg", content).json()
    asset = MediaAsset.objects.get(pk=made["id"])

    stored = {"asset": made["id"], "url": public_address(asset), "sha256": made["sha256"]}

    assert read_attachment(stored) == content
