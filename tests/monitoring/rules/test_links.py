"""Links: wrapped by Google in every way that was seen, unsafe, relative, and of known platforms."""

import base64

import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st

from monitoring.rules.links import (
    host_of,
    language_hint,
    platform_of,
    unwrapped,
    web_address,
)

WRAPPED = "https://www.google.com/url?rct=j&sa=t&url={}&ct=ga&cd=CAIyAA&usg=AOvVaw0"
TARGET = "https://news.example.org/recall?id=7&lang=he#top"


@pytest.mark.parametrize(
    ("link", "target"),
    [
        (WRAPPED.format("https://news.example.org/recall%3Fid%3D7"), TARGET[:-12]),
        (WRAPPED.format("https%3A%2F%2Fnews.example.org%2Frecall%3Fid%3D7"), TARGET[:-12]),
        (WRAPPED.format(TARGET), TARGET),
        (WRAPPED.format(TARGET.replace("&", "%26")), TARGET),
        (WRAPPED.format("https://a.example/x+y%2Bz"), "https://a.example/x+y+z"),
        (WRAPPED.format("https://a.example/100%2525"), "https://a.example/100%25"),
        (WRAPPED.format("https://a.example/%FF"), "https://a.example/%FF"),
        (WRAPPED.format("https://a.example/a%20b"), "https://a.example/a%20b"),
        (WRAPPED.replace("&", "&amp;").format("https://a.example/"), "https://a.example/"),
        ("http://www.google.com/url?sa=X&q=http://a.example/&ct=ga", "http://a.example/"),
        ("https://www.google.co.il/url?q=&esrc=s&url=https://a.example/", "https://a.example/"),
        ("https://google.com/url?url=https://a.example/x?a=1&b=2&usg=A", "https://a.example/x?a=1&b=2"),
        ("https://a.example/url?url=https://b.example/", "https://a.example/url?url=https://b.example/"),
        ("https://google.com.evil.example/url?url=https://b.example/", None),
    ],
)  # fmt: skip
def test_the_target_of_a_wrapped_link_is_found(link: str, target: str | None) -> None:
    assert unwrapped(link) == (link if target is None else target)


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "javascript%3Aalert(1)", "data:text/html,x", "ftp://a.example/", "//a"],
)
def test_what_is_no_address_of_the_web_is_no_target(target: str) -> None:
    assert unwrapped(WRAPPED.format(target)) == ""
    assert web_address(target) == ""


@pytest.mark.parametrize("link", ["", "javascript:alert(1)", "http://[", "https://", "mailto:a@b"])
def test_what_is_no_link_is_none(link: str) -> None:
    assert unwrapped(link) == web_address(link) == platform_of(link) == host_of(link) == ""


def test_links_wrapped_many_times_are_given_up() -> None:
    link = "https://a.example/"

    for _layer in range(5):
        link = "https://www.google.com/url?url=" + link

    assert unwrapped(link) == ""


def test_a_relative_link_stands_below_its_feed() -> None:
    assert web_address("../a b", base="https://x.example/feed/") == "https://x.example/a%20b"


@pytest.mark.parametrize(
    ("link", "platform"),
    [
        ("https://m.facebook.com/rimon", "facebook"),
        ("https://www.youtube.com/watch?v=1", "youtube"),
        ("https://rimon.substack.com/p/1", "blog"),
        ("https://x.com/rimon/status/1", "x"),
        ("https://notx.com/", ""),
        ("https://x.com.evil.example/", ""),
    ],
)
def test_the_platform_is_known_by_the_host(link: str, platform: str) -> None:
    assert platform_of(link) == platform


@pytest.mark.parametrize(
    ("message", "language"),
    [
        (b"\x08\x00\x1a\x1cb142fb61925ac5f1:com:en:US", "en"),
        (b"\x08\x00\x1a\x1cb142fb61925ac5f1:co.il:iw:IL", "iw"),
        (b"\x08\x02\x32\x00", ""),
        (b"b142fb61925ac5f1:com:en:US and more", ""),
    ],
)
def test_the_language_of_an_alert_is_a_hint_in_its_token(message: bytes, language: str) -> None:
    token = base64.b64encode(message).decode().rstrip("=")

    assert language_hint(f"https://www.google.com/url?url=https://a.example&cd={token}") == language


@run(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_borne(text: str) -> None:
    link = "https://www.google.com/url?" + text

    assert unwrapped(link) == "" or unwrapped(link).startswith("http")
    assert unwrapped(text) in ("", text) or unwrapped(text).startswith("http")
    language_hint(link)
    web_address(text, base=text)
