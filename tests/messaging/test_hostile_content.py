"""Files, settings and secrets that mean harm: refused in words, and never told again."""

import json
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.common.setup import check_address
from messaging.channels import WAYS
from messaging.channels.webhook import _check_url
from tests.checks import problem_of
from tests.factories.messaging import ChannelFactory
from tests.hostile import check
from tests.messaging.media import gif, jpeg, mp4, png, webp

pytestmark = pytest.mark.django_db

MEDIA, CHANNELS = "/api/v1/media-assets/", "/api/v1/channels/"
SECRET = "S3CRET-that-nobody-reads-again"
_SCRIPT = b"<script>alert(1)</script>"
_WHOLE = {
    "png": png(8, 8),
    "gif": gif(8, 8),
    "jpeg": jpeg(8, 8),
    "webp": webp(8, 8),
    "webp lossless": webp(8, 8, "VP8L"),
    "webp lossy": webp(8, 8, "VP8 "),
    "mp4": mp4(8, 8),
}
_NOT_TAKEN = {
    "nothing": b"",
    "a picture with a script": b'<svg xmlns="http://www.w3.org/2000/svg">' + _SCRIPT + b"</svg>",
    "a page": b"<!doctype html>" + _SCRIPT,
    "a page that begins as a film": b"\0\0\0\x20ftyphtml" + _SCRIPT,
    "a document": b"%PDF-1.7\n" + _SCRIPT,
    "an archive": b"PK\x03\x04" + bytes(60),
    "a program": b"\x7fELF" + bytes(60),
    "no pixels": png(0, 8),
    "too many pixels": png(2**32 - 1, 8),
    "a JPEG of markers": b"\xff\xd8\xff" + b"\xff" * 50_000,
    "a JPEG whose segments have no length": b"\xff\xd8" + b"\xff\xe0\0\0" * 20_000,
    "a picture without a head": b"\x89PNG\r\n\x1a\n" + bytes(60),
}
_NAMES = ["../../etc/passwd", "a\0b.png", "x" * 5_000 + ".png", "\u202egnp.exe", "<b>.png", "😀"]
_BOX = struct.pack(">I4s", 8, b"moov")


@pytest.fixture
def client(client_of: Any, manager: User) -> APIClient:
    return client_of(manager)


def _sent(client: APIClient, name: str, content: bytes, kind: str = "image/png") -> Any:
    response = client.post(
        MEDIA, {"file": SimpleUploadedFile(name, content, kind)}, format="multipart"
    )
    check(response)
    return response


@pytest.mark.parametrize("kind", _WHOLE)
def test_a_file_cut_anywhere_is_taken_or_refused(client: APIClient, kind: str) -> None:
    content = _WHOLE[kind]

    ends = range(0, len(content), 1 + len(content) // 20)
    answers = {_sent(client, "k2.png", content[:at]).status_code for at in ends}

    assert answers <= {201, 400}


@pytest.mark.parametrize("what", _NOT_TAKEN)
def test_what_is_no_picture_is_refused_whatever_it_is_called(client: APIClient, what: str) -> None:
    answer = _sent(client, "k2.png", _NOT_TAKEN[what])

    problem_of(answer, 400, "invalid")
    assert b"script" not in answer.content


def test_a_picture_with_a_page_behind_it_is_served_as_a_picture(client: APIClient) -> None:
    made = _sent(client, "k2.html", png(8, 8) + _SCRIPT, "text/html")

    given = client.get(f"{made['Location']}file/")

    assert given["Content-Type"] == "image/png"
    assert given["X-Content-Type-Options"] == "nosniff"


def test_a_picture_that_would_fill_a_memory_is_not_unpacked(client: APIClient) -> None:
    pixels = zlib.compress(bytes(40_000_000), 9)
    packed = struct.pack(">I4s", len(pixels), b"IDAT") + pixels + bytes(4)

    made = _sent(client, "k2.png", png(2**31 - 1, 2**31 - 1) + packed)

    assert made.status_code == 201
    assert made.json()["size"] < 100_000


@pytest.mark.parametrize("count", [1, 10_000])
def test_boxes_within_and_after_each_other_are_read_once(client: APIClient, count: int) -> None:
    answer = _sent(client, "k2.mp4", b"\0\0\0\x10ftypisom\0\0\0\0" + _BOX * count)

    assert answer.status_code == 201


@pytest.mark.parametrize("name", _NAMES)
def test_a_name_is_never_a_fault(client: APIClient, name: str) -> None:
    answer = _sent(client, name, png(8, 8), "x" * 300 + "/\u05d0")

    assert answer.status_code in {201, 400}
    assert len(answer.content) < 5_000


_VALUES: dict[str, Any] = {
    "nothing": None,
    "a number": 7,
    "a list": [SECRET],
    "an object": {"secret": SECRET},
    "a giant": SECRET * 10_000,
    "control characters": f"{SECRET}\r\nX-Injected: 1\x1b[2J",
    "a null character": f"{SECRET}\0",
    "half a character": f"{SECRET}\ud83d",
    "the machine itself": f"http://{SECRET}@127.0.0.1:6379/",
    "the house": f"http://169.254.169.254/latest/{SECRET}",
    "the house in other digits": f"http://[::ffff:10.0.0.1]/{SECRET}",
    "a file": f"file:///etc/passwd?{SECRET}",
    "no address": f"http://[::1{SECRET}",
    "a port too high": f"https://example.org:99999/{SECRET}",
    "marks": f"\u202e{SECRET}",
}


def _said(client: APIClient, method: str, path: str, body: Any) -> str:
    """Send a body as it is, half characters too, and return what is answered."""
    headers = {"if-match": "*"} if method == "PATCH" else {}
    kind = "application/json"
    answer = client.generic(method, path, json.dumps(body), content_type=kind, headers=headers)
    check(answer)
    return answer.content.decode()


@pytest.mark.parametrize("kind", WAYS)
def test_no_secret_is_told_again_whatever_is_wrong_with_it(
    client: APIClient, brand: Brand, kind: str
) -> None:
    for value in _VALUES.values():
        for names in ([one.name for one in WAYS[kind].credentials], ["x" * 5_000, ""]):
            secrets = dict.fromkeys(names, value)
            for credentials in (secrets, [secrets], value):
                said = {"brand": brand.slug, "name": "K2", "platform": "x", "kind": kind}
                body = {**said, "credentials": credentials}
                assert SECRET not in _said(client, "POST", CHANNELS, body)


@pytest.mark.parametrize("kind", WAYS)
def test_no_setting_is_a_fault(client: APIClient, brand: Brand, kind: str) -> None:
    channel = ChannelFactory(brand=brand, kind=kind)

    for value in _VALUES.values():
        for field in WAYS[kind].settings:
            body = {"settings": {field.name: value}}
            assert len(_said(client, "PATCH", f"{CHANNELS}{channel.pk}/", body)) < 50_000


@pytest.mark.parametrize("check_", [check_address, _check_url])
@pytest.mark.parametrize(
    "address",
    ["http://[::1", "https://a:99999/", "https://me:pw@a.example/", "https://a\r\nb/", "ftp://a/"],
)
def test_what_is_no_address_of_a_server_is_refused(
    check_: Callable[[str], Any], address: str
) -> None:
    assert check_(address)
