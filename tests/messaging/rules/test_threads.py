"""A long text as a thread."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.rules.limits.emojis import find_emojis
from messaging.rules.limits.urls import find_urls
from messaging.rules.measuring import PLATFORMS, Post, measure
from messaging.rules.threads import number_of, split
from tests.work import growth

FAMILY = "👨\u200d👩\u200d👧\u200d👦"
_WORDS = st.sampled_from(
    [
        "kettle",
        "קומקום",
        "נסדק.",
        "Dr. Cohen",
        "ת.ז.",
        'צה"ל',
        "3.5",
        "“We stopped it. Today.”",
        "https://example.org/k2?a=1.",
        FAMILY,
        "\u2066K2 series four\u2069",
        "\n\n",
        "\n",
        "!",
        "1.",
        "שָׁלוֹם",
    ]
)
_TEXTS = st.lists(_WORDS, min_size=1, max_size=200).map(" ".join)


def _thread(text: str, platform: str = "x", *, is_numbered: bool = False) -> list[str]:
    return split(text, PLATFORMS[platform].meters, {}, is_numbered=is_numbered)


def _cut_after(*words: str) -> list[str]:
    """Return the posts of a text of these parts, where a cut is wanted right after the first."""
    return _thread("א" * 150 + f" {words[0]} " + " ".join([words[1], "ב" * 150]))


def test_a_text_that_fits_is_one_post_without_a_number() -> None:
    assert _thread("  Short. And sweet. ", is_numbered=True) == ["Short. And sweet."]


def test_a_text_is_cut_between_paragraphs_first() -> None:
    first, second = "One. " * 40, "Two. " * 40

    assert _thread(f"{first}\n\n{second}") == [first.strip(), second.strip()]


def test_a_text_without_paragraphs_is_cut_after_sentences() -> None:
    sentence = "הקומקום נאסף מן החנויות והכסף יוחזר לכל מי שקנה אותו."
    posts = _thread(" ".join([sentence] * 12))

    assert [post.count(sentence) for post in posts] == [5, 5, 2]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Dr.", "Cohen"),
        ("e.g.", "Kettles"),
        ("ת.ז.", "שלו"),
        ("עמ.", "שלוש"),
        ("J.", "Smith"),
        ('אמר "די.', 'עכשיו"'),
        ("and...", "then"),
    ],
)
def test_an_abbreviation_a_quotation_or_an_ellipsis_ends_no_sentence(
    before: str, after: str
) -> None:
    posts = _cut_after(before, after)

    assert posts[0].endswith(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("נגמר.", "עכשיו"),
        ("Done.”", "Now"),
        ("די!", "עכשיו"),
        ('לצה"ל.', "עכשיו"),
        ("ב-3.5.", "כך"),
    ],
)
def test_a_sentence_ends_where_people_end_it(before: str, after: str) -> None:
    posts = _cut_after(before, after)

    assert posts[0].endswith(before)


def test_numbers_stand_on_their_own_line_and_count() -> None:
    posts = _thread("מילה " * 300, is_numbered=True)

    assert posts[0].endswith(f"\n1/{len(posts)}")
    assert posts[-1].endswith(f"\n{len(posts)}/{len(posts)}")
    assert all(measure("x", Post(post)).length <= 280 for post in posts)


def test_ten_posts_or_more_leave_room_for_two_digits() -> None:
    posts = _thread("word " * 700, is_numbered=True)

    assert len(posts) > 9
    assert all(measure("x", Post(post)).length <= 280 for post in posts)


def test_a_word_without_end_is_cut_between_graphemes() -> None:
    posts = _thread("שָׁ" * 200)

    assert "".join(posts) == "שָׁ" * 200
    assert all(post.startswith("ש") for post in posts)


def test_a_link_too_long_for_a_post_stays_whole_and_too_long() -> None:
    link = "https://example.org/" + "a" * 400

    posts = _thread(f"Read this: {link} now. " + "word " * 70, "bluesky")

    assert any(link in post for post in posts)


@given(_TEXTS, st.sampled_from(["x", "bluesky", "threads", "mastodon"]), st.booleans())
def test_a_thread_says_every_word_in_order_and_every_post_fits(
    text: str, platform: str, is_numbered: bool  # noqa: FBT001
) -> None:  # fmt: skip
    posts = _thread(text, platform, is_numbered=is_numbered)
    bare = [
        post.removesuffix(number_of(place, len(posts))) for place, post in enumerate(posts, start=1)
    ]

    assert "".join("".join(bare).split()) == "".join(text.split())
    if text.strip():
        assert all(post.strip() for post in bare)
    for post in posts:
        found = measure(platform, Post(post))
        assert found.remaining is not None
        assert found.remaining >= 0
        assert "too_many_bytes" not in [problem.code for problem in found.problems]


@given(_TEXTS)
def test_links_emoji_and_isolates_stay_whole(text: str) -> None:
    posts = _thread(text)

    for find in (find_urls, find_emojis):
        assert sum(len(list(find(post))) for post in posts) == len(list(find(text)))
    assert all(post.count("\u2066") == post.count("\u2069") for post in posts)


@given(st.text(max_size=800))
def test_any_text_whatever_can_be_split(text: str) -> None:
    posts = _thread(text)

    assert "".join("".join(posts).split()) == "".join(text.split())


@pytest.mark.parametrize("unit", ["word ", "שָׁ", "a.", FAMILY, '"a" ', "http://a.co/ ", "\u2066"])
def test_a_hundred_thousand_characters_are_split_in_linear_time(unit: str) -> None:
    text = unit * (100_000 // len(unit))

    assert growth(lambda part: _thread(part, is_numbered=True), text[:4_000]) < 5
    assert "".join("".join(_thread(text)).split()) == "".join(text.split())
