"""Text as people send it: points, families of emoji, directions, marks, and very much of it."""

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
import regex
from rest_framework.test import APIClient

from tests.messaging.conftest import post
from tests.work import growth

pytestmark = pytest.mark.django_db

FAMILY = "👨\u200d👩\u200d👧\u200d👦"
UTF16 = ("instagram", "facebook", "tiktok", "linkedin")

# Counted by hand. Hebrew letters and their points weigh one on X, isolates and RLM two; an emoji
# is two on X, its bytes on Threads, one for who counts graphemes.
COUNTS = {
    "a family": (FAMILY, {"x": 2, "bluesky": 1, "mastodon": 1, "threads": 25, "youtube": 25,
                          "website": 7, "utf16": 11}),
    "points": ("ש\u05b8\u05c1לו\u05b9ם", {
        "x": 7, "bluesky": 4, "mastodon": 4, "threads": 7, "youtube": 14, "website": 7,
        "utf16": 7}),
    "a letter and its accent": ("cafe\u0301", {
        "x": 4, "bluesky": 4, "mastodon": 4, "threads": 5, "youtube": 6, "website": 5,
        "utf16": 5}),
    "flags": ("🇮🇱🇺🇸", {"x": 4, "bluesky": 2, "mastodon": 2, "threads": 16, "youtube": 16,
                        "website": 4, "utf16": 8}),
    "a tone of skin": ("👍🏽", {"x": 2, "bluesky": 1, "mastodon": 1, "threads": 8, "youtube": 8,
                               "website": 2, "utf16": 4}),
    "an isolate and a mark": ("\u2067שלום\u2069\u200f", {
        "x": 10, "bluesky": 7, "mastodon": 7, "threads": 7, "youtube": 17, "website": 7,
        "utf16": 7}),
    "a key": ("1\ufe0f\u20e3", {"x": 2, "bluesky": 1, "mastodon": 1, "threads": 7, "youtube": 7,
                                "website": 3, "utf16": 3}),
    "a link": ("פרטים: https://example.org/recall/k2?lang=he", {
        "x": 30, "bluesky": 44, "mastodon": 30, "threads": 44, "youtube": 49, "website": 44,
        "utf16": 44}),
    "a mention": ("@rimon@mastodon.example תודה", {
        "x": 28, "bluesky": 28, "mastodon": 11, "threads": 28, "youtube": 32, "website": 28,
        "utf16": 28}),
    "heaped marks": ("漢字e\u0301\u0302\u0303", {
        "x": 7, "bluesky": 3, "mastodon": 3, "threads": 6, "youtube": 13, "website": 6,
        "utf16": 6}),
    "a joiner in a word": ("a\u200db", {
        "x": 3, "bluesky": 2, "mastodon": 2, "threads": 3, "youtube": 5, "website": 3,
        "utf16": 3}),
}  # fmt: skip

BLAME = {
    "he": "הלקוחות היו צריכים לקרוא את ההוראות.",
    "en": "Customers should have read the instructions.",
}
WRAPPED: dict[str, Callable[[str], str]] = {
    "after a family": lambda text: f"{FAMILY}{FAMILY} {text}",
    "after flags": lambda text: f"🇮🇱🏴\U000e0067\U000e0062\U000e007f {text} 🇺🇸",
    "in isolates": lambda text: f"\u2067{text}\u2069",
    "after marks of direction": lambda text: f"\u200f\u200e\u202b{text}\u202c",
    "with points on its letters": lambda text: "".join(
        f"{letter}\u05b8" if "א" <= letter <= "ת" else letter for letter in text
    ),
    "decomposed": lambda text: unicodedata.normalize("NFD", f"Ça va, naïve Zoë. {text}"),
    "after heaped marks": lambda text: "e" + "\u0301" * 50 + f". {text}",
    "among the other script": lambda text: f"(K2-114, תקלה/fault) {text}",
}


@pytest.fixture
def client(client_of: Any, viewer: Any) -> APIClient:
    made: APIClient = client_of(viewer)
    return made


def _findings(client: APIClient, text: str, language: str) -> list[dict[str, Any]]:
    answer = post(client, "language-checks/", text=text, language=language)
    assert answer.status_code == 200, answer.content[:500]
    found: list[dict[str, Any]] = answer.json()["findings"]
    return found


def _previews(client: APIClient, text: str, *platforms: str, **how: Any) -> dict[str, Any]:
    terms = {"language": "he", "is_isolated": False, "platforms": platforms, **how}
    answer = post(client, "previews/", text=text, **terms)
    assert answer.status_code == 200, answer.content[:500]
    return {one["platform"]: one["pieces"] for one in answer.json()["results"]}


def _bare(text: str) -> str:
    """Return the letters, without points, accents, marks of direction."""
    split = unicodedata.normalize("NFD", text)
    return "".join(one for one in split if unicodedata.category(one) not in {"Mn", "Cf"})


@pytest.mark.parametrize("name", COUNTS)
def test_a_text_counts_what_each_platform_counts(client: APIClient, name: str) -> None:
    text, counts = COUNTS[name]
    own = [platform for platform in counts if platform != "utf16"]
    expected = counts | dict.fromkeys(UTF16, counts["utf16"])
    del expected["utf16"]

    shown = _previews(client, text, *own, *UTF16)

    assert {platform: pieces[0]["length"] for platform, pieces in shown.items()} == expected
    assert {pieces[0]["text"] for pieces in shown.values()} == {text}


def test_linkedin_counts_the_backslashes_too(client: APIClient) -> None:
    [fits] = _previews(client, "(*)" * 500, "linkedin")["linkedin"]
    [does_not] = _previews(client, "(*)" * 500 + "א", "linkedin")["linkedin"]

    assert (fits["length"], fits["problems"]) == (1_500, [])
    assert does_not["length"] == 1_501
    assert [one["code"] for one in does_not["problems"]] == ["too_long_when_sent"]


def test_bluesky_counts_the_bytes_of_families(client: APIClient) -> None:
    [fits] = _previews(client, FAMILY * 120, "bluesky")["bluesky"]
    [does_not] = _previews(client, FAMILY * 121, "bluesky")["bluesky"]

    assert (fits["length"], fits["problems"]) == (120, [])
    assert [(one["code"], one["start"]) for one in does_not["problems"]] == [
        ("too_many_bytes", 120 * 7)
    ]


@pytest.mark.parametrize("language", BLAME)
@pytest.mark.parametrize("name", WRAPPED)
def test_a_finding_quotes_the_words_it_points_at(
    client: APIClient, name: str, language: str
) -> None:
    text = WRAPPED[name](BLAME[language])
    plain = next(
        one for one in _findings(client, BLAME[language], language) if one["category"] == "blame"
    )

    found = _findings(client, text, language)

    assert all(text[one["start"] : one["end"]] == one["quote"] for one in found)
    quoted = {_bare(one["quote"]) for one in found if one["rule"] == plain["rule"]}
    assert quoted == {_bare(plain["quote"])}


@pytest.mark.parametrize("platform", ["x", "mastodon", "bluesky", "threads"])
def test_a_thread_of_a_long_hebrew_text_loses_no_word_and_breaks_no_letter(
    client: APIClient, platform: str
) -> None:
    sentence = (
        f"ל\u05b0קוחות יקרים, ק\u05d5\u05bcמק\u05d5\u05bcם {FAMILY}🇮🇱 מסדרה K2-114 נסדק בשנת 2026. "
    )
    text = (sentence * (20_000 // len(sentence) + 1))[:20_000].strip()

    pieces = _previews(client, text, platform, is_thread=True, is_numbered=False)[platform]

    assert len(pieces) > 10
    assert all(one["remaining"] >= 0 for one in pieces)
    assert " ".join(one["text"] for one in pieces).split() == text.split()
    sent = [letter for one in pieces for letter in regex.findall(r"\X", one["text"])]
    assert [one for one in sent if one.strip()] == [
        one for one in regex.findall(r"\X", text) if one.strip()
    ]


@pytest.mark.parametrize("language", BLAME)
def test_four_times_the_text_takes_about_four_times_the_steps_to_check(
    client: APIClient, language: str
) -> None:
    line = f"{BLAME[language]} {FAMILY}e\u0301 \u2067ל\u05b0\u2069 "
    text = line * (8_000 // len(line))

    assert growth(lambda part: _findings(client, part, language), text) < 5


def test_four_times_the_text_takes_about_four_times_the_steps_to_preview(
    client: APIClient,
) -> None:
    line = f"ל\u05b0קוחות {FAMILY} https://example.org/k2 @rimon #רימון e\u0301 "
    text = line * (8_000 // len(line))

    assert growth(lambda part: _previews(client, part, "x", "mastodon", is_thread=True), text) < 5
