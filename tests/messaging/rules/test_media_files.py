"""What a file is, its first bytes say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.rules.media_files import MediaFacts, read_media
from tests.messaging.media import gif, jpeg, mp4, png, webp

FILES = {
    "image/png": png(1200, 630),
    "image/gif": gif(1200, 630),
    "image/jpeg": jpeg(1200, 630),
    "image/webp": webp(1200, 630),
    "video/mp4": mp4(1200, 630),
}


@pytest.mark.parametrize("kind", FILES)
def test_kind_and_size_are_read_from_the_bytes(kind: str) -> None:
    assert read_media(FILES[kind]) == MediaFacts(kind, 1200, 630)


@pytest.mark.parametrize("kind", ["VP8X", "VP8L", "VP8"])
def test_each_sort_of_webp_says_its_size(kind: str) -> None:
    assert read_media(webp(1000, 500, kind)) == MediaFacts("image/webp", 1000, 500)


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg/>", b"%PDF-1.7", b"\xff\xd8\xff", b"GIF89a", png(0, 5), b"RIFF1234WEBPnope"],
)
def test_other_and_broken_files_are_none(content: bytes) -> None:
    assert read_media(content) is None


@given(st.sampled_from(sorted(FILES)), st.integers(0, 60), st.binary(max_size=60))
def test_no_bytes_whatever_break_it(kind: str, kept: int, more: bytes) -> None:
    read_media(FILES[kind][:kept] + more)


def test_a_picture_wider_than_any_is_none() -> None:
    assert read_media(png(2**31, 1)) is None
    assert read_media(png(2**31 - 1, 1)) == MediaFacts("image/png", 2**31 - 1, 1)


def test_boxes_within_boxes_without_end_are_not_followed() -> None:
    content = mp4(0, 0)[:16] + (bytes(4) + b"moov") * 100_000

    assert read_media(content) == MediaFacts("video/mp4", 0, 0)
