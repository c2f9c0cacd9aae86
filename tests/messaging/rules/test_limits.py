"""The limits of the other platforms."""

import pytest

from messaging.rules.limits.linkedin import escape
from messaging.rules.measuring import PLATFORMS, Medium, Post, measure

FAMILY = "👨\u200d👩\u200d👧\u200d👦"
POINTED = "שָׁלוֹם"
PICTURE = Medium("image/jpeg", 500_000, 1200, 1000)
FILM = Medium("video/mp4", 3_000_000)


def _codes(platform: str, post: Post) -> list[str]:
    return [problem.code for problem in measure(platform, post).problems]


@pytest.mark.parametrize(
    ("platform", "text", "length"),
    [
        ("bluesky", FAMILY + POINTED, 5),
        ("mastodon", FAMILY + POINTED, 5),
        ("threads", FAMILY + POINTED, 25 + 7),
        ("instagram", FAMILY + POINTED, 11 + 7),
        ("facebook", FAMILY + POINTED, 11 + 7),
        ("tiktok", FAMILY + POINTED, 11 + 7),
        ("linkedin", FAMILY + POINTED, 11 + 7),
        ("youtube", FAMILY + POINTED, 25 + 14),
        ("website", FAMILY + POINTED, 7 + 7),
        ("mastodon", "see https://example.org/a/very/long/address/of/a/page now", 31),
        ("mastodon", "example.org is no link there", 28),
        ("mastodon", "@rimon@mastodon.example thanks", 13),
    ],
)
def test_each_platform_counts_in_its_own_unit(platform: str, text: str, length: int) -> None:
    assert measure(platform, Post(text)).length == length


@pytest.mark.parametrize(
    ("platform", "limit"),
    [
        ("bluesky", 300),
        ("mastodon", 500),
        ("threads", 500),
        ("instagram", 2_200),
        ("facebook", 63_206),
        ("tiktok", 2_200),
        ("linkedin", 3_000),
    ],
)
def test_one_too_many_is_named_with_its_place_and_how_much_it_is(platform: str, limit: int) -> None:
    post = Post("א" * (limit + 1), media=[FILM])

    found = next(one for one in measure(platform, post).problems if one.code == "too_long")

    assert (found.severity, found.start, found.end) == ("error", limit, limit + 1)
    assert found.params["over"] == 1
    assert "too_long" not in _codes(platform, Post("א" * limit, media=[FILM]))


def test_bluesky_counts_bytes_beside_graphemes() -> None:
    measured = measure("bluesky", Post(FAMILY * 130))

    assert measured.length == 130
    assert [(one.code, one.start) for one in measured.errors] == [("too_many_bytes", 120 * 7)]


def test_mastodon_takes_the_numbers_of_its_instance() -> None:
    told = {"max_characters": 1000, "characters_reserved_per_url": 10, "spoiler_text": "אזהרה"}

    measured = measure("mastodon", Post("see https://example.org/page", options=told))

    assert (measured.length, measured.limit) == (14, 995)


def test_a_hostile_mention_costs_mastodon_no_time() -> None:
    assert measure("mastodon", Post("@" + "a" * 100_000)).length == 100_001


def test_linkedin_escapes_what_would_cut_the_post() -> None:
    assert escape("K2 (series 4) #K2_4 a|b <c> \\ ~") == (
        r"K2 \(series 4\) \#K2\_4 a\|b \<c\> \\ \~"
    )


def test_linkedin_counts_what_is_sent_as_well() -> None:
    measured = measure("linkedin", Post("(" * 1_501))

    assert measured.remaining == 1_499
    assert [(one.code, one.start) for one in measured.errors] == [("too_long_when_sent", 1_500)]


def test_instagram_needs_a_picture_and_warns_of_links_and_tags() -> None:
    text = "קראו https://example.org/k2 " + " ".join(f"#תג{n}" for n in range(6))

    found = measure("instagram", Post(text)).problems

    assert [(one.code, one.severity) for one in found] == [
        ("many_hashtags", "warning"),
        ("link_not_clickable", "warning"),
        ("media_needed", "error"),
    ]
    assert text[found[0].start : found[0].end] == "#תג5"


def test_instagram_refuses_the_thirty_first_hashtag_and_the_twenty_first_name() -> None:
    text = " ".join([f"#a{n}" for n in range(31)] + [f"@b{n}" for n in range(21)])

    codes = _codes("instagram", Post(text, media=[PICTURE]))

    assert {"too_many_hashtags", "too_many_mentions"} <= set(codes)


@pytest.mark.parametrize(
    ("medium", "code"),
    [
        (Medium("image/png", 1_000, 100, 100), "media_kind"),
        (Medium("image/jpeg", 9_000_000, 100, 100), "media_too_large"),
        (Medium("image/jpeg", 1_000, 300, 100), "media_shape"),
        (Medium("image/jpeg", 1_000, 100, 200), "media_shape"),
        (Medium("image/jpeg", 1_000, 100, 100, has_alt_text=False), "alt_text_missing"),
    ],
)
def test_a_picture_instagram_would_refuse_is_named(medium: Medium, code: str) -> None:
    assert _codes("instagram", Post("ok", media=[PICTURE, medium])) == [code]


def test_threads_takes_five_links_and_one_topic() -> None:
    links = " ".join(f"https://example.org/{n}" for n in range(6))

    codes = _codes("threads", Post(f"{links} https://example.org/1 #a #b"))

    assert codes == ["too_many_links", "one_topic_only"]


def test_youtube_needs_a_film_and_refuses_angles() -> None:
    post = Post("a < b", title="כ" * 101)

    codes = _codes("youtube", post)

    assert codes == ["title_too_long", "character_not_allowed", "film_needed"]


def test_pictures_on_tiktok_have_a_short_title_and_a_long_text() -> None:
    post = Post("א" * 4_000, title="א" * 91, media=[PICTURE], options={"shows_pictures": True})

    assert _codes("tiktok", post) == ["title_too_long"]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_post_that_says_nothing_is_refused_everywhere(platform: str) -> None:
    assert "nothing_said" in _codes(platform, Post(" \n"))


@pytest.mark.parametrize(
    ("media", "code"),
    [([PICTURE] * 5, "too_many_media"), ([PICTURE, FILM], "media_goes_alone")],
)
def test_x_takes_four_pictures_or_one_film(media: list[Medium], code: str) -> None:
    assert _codes("x", Post("ok", media=media)) == [code]
