"""How X counts: the vendor's own cases, and what they leave out."""

import pytest

from messaging.rules.limits.urls import find_urls
from messaging.rules.measuring import Post, measure
from tests.messaging.rules.twitter_text import LINKS, LONG_HOSTS, VALID, WEIGHTED
from tests.work import growth


def _is_valid(text: str) -> bool:
    codes = {problem.code for problem in measure("x", Post(text)).errors}
    return not codes & {"too_long", "invalid_character", "nothing_said"}


@pytest.mark.parametrize(("text", "valid"), VALID)
def test_a_text_is_valid_where_the_vendor_says_so(text: str, valid: bool) -> None:  # noqa: FBT001
    assert _is_valid(text) is valid


@pytest.mark.parametrize(("text", "length", "valid", "_end"), WEIGHTED)
def test_a_text_weighs_what_the_vendor_says(
    text: str, length: int, valid: bool, _end: int  # noqa: FBT001
) -> None:  # fmt: skip
    measured = measure("x", Post(text)).length

    assert (measured, _is_valid(text)) == (length, valid)


@pytest.mark.parametrize(
    ("text", "end"), [(text, end) for text, length, _valid, end in WEIGHTED if length > 280]
)
def test_what_is_too_much_begins_where_the_valid_range_ends(text: str, end: int) -> None:
    found = next(one for one in measure("x", Post(text)).problems if one.code == "too_long")

    # The vendor counts UTF-16 code units and names the last one.
    assert len(text[: found.start].encode("utf-16-le")) // 2 == end + 1
    assert found.end == len(text)


@pytest.mark.parametrize(("text", "links"), LINKS)
def test_links_are_found_where_the_vendor_finds_them(text: str, links: list[str]) -> None:
    assert [text[url.start : url.end] for url in find_urls(text)] == links


def test_hosts_with_labels_too_long_are_no_links() -> None:
    assert measure("x", Post(LONG_HOSTS)).length == len(LONG_HOSTS) - len(
        "https://validurl.com"
    ) + 23  # fmt: skip


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Sorry: https://status.example.com/incident/42", 30),
        ("wait…", 6),
        ("€5 — “fine”", 12),
        ("© ®", 3),
        ("©\ufe0f", 2),
        ("1\ufe0f\u20e3", 2),
        ("\U0001f1ee\U0001f1f1", 2),
        ("שָׁלוֹם", 7),
        ("\u2066K2\u2069", 6),
        ("קומקום", 6),
        ("https://example.org/k2🔥", 25),
    ],
)
def test_signs_emoji_points_and_isolates_weigh_what_the_ranges_say(text: str, length: int) -> None:
    assert measure("x", Post(text)).length == length


def test_mentions_a_reply_begins_with_weigh_nothing() -> None:
    text = "@rimon @k2_help thank you @all"

    reply = measure("x", Post(text, options={"reply_to": "2080"}))

    assert (reply.length, measure("x", Post(text)).length) == (14, 30)


def test_a_second_cashtag_is_a_warning_at_its_place() -> None:
    found = measure("x", Post("$RIMN and $ACME, not $5 nor a$b")).problems

    assert [(one.code, one.severity, one.start, one.end) for one in found] == [
        ("too_many_cashtags", "warning", 10, 15)
    ]


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("a." * 50_000, 100_000),
        ("http://" * 14_000, 98_000),
        ("http://a.co/" + "(a" * 44_000, 23 + 88_000),
        ("a.co?" * 20_000, 23 + 1),
        ("é." * 50_000, 100_000),
        ("👩\u200d" * 50_000, 150_000),
        ("a" + "\u0301" * 99_999, 99_999),
        ("\ufb2c" * 50_000, 150_000),
        ("@a " * 33_000, 99_000),
    ],
)
def test_a_hundred_thousand_characters_are_counted_in_linear_time(text: str, length: int) -> None:
    assert growth(lambda part: measure("x", Post(part)), text[:4_000]) < 5
    assert measure("x", Post(text)).length == length
