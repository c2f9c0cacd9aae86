"""What an alert comes of: words, places, people and posts that there are more of than before."""

import random
from itertools import cycle, islice

from monitoring.rules.detection.cause import EXAMPLES, MOST_READ, Said, Talk, cause_of
from tests.monitoring.rules.narratives.stories import STORIES
from tests.work import steps

USUAL = [text for name in ("refund", "boycott", "שירות") for text in STORIES[name]] + [
    "I love my Rimon kettle",
    "Rimon opened a shop in Haifa",
    "הקומקום של רימון מצוין",
]


def _posts(texts: list[str], *, name: str, platform: str = "x", count: int = 0) -> list[Said]:
    """Return texts by turns, each by another account."""
    several = islice(cycle(texts), count or len(texts))
    return [
        Said(f"{name}{number}", text, platform, hash_of(name) * 1000 + number, reach=100)
        for number, text in enumerate(several)
    ]


def hash_of(name: str) -> int:
    return sum(map(ord, name))


BEFORE = Talk(_posts(USUAL, name="before", count=120), hours=24)


def _now(*posts: list[Said], hours: float = 1) -> Talk:
    mixed = [post for part in posts for post in part]
    random.Random(1).shuffle(mixed)
    return Talk(mixed, hours)


def test_the_words_of_a_storm_are_told_and_those_that_were_always_said_are_not() -> None:
    now = _now(_posts(STORIES["handle"], name="storm"), _posts(USUAL, name="usual", count=5))

    told = cause_of(now, BEFORE).terms

    assert {"handle", "boiling", "water"} <= {word.lower() for word in told[:5]}
    assert not {"rimon", "refund", "money"} & {word.lower() for word in told}


def test_hebrew_words_are_told_without_their_prefixes() -> None:
    now = _now(_posts(STORIES["ידית"], name="storm"), _posts(USUAL, name="usual", count=5))

    told = cause_of(now, BEFORE).terms

    assert {"ידית", "קומקום"} <= set(told[:4])
    assert not {"הידית", "בקומקום", "הקומקום", "רימון"} & set(told)


def test_words_of_a_single_account_are_not_told() -> None:
    posts = [post._replace(author=7) for post in _posts(STORIES["factory"], name="one")]

    assert cause_of(_now(posts), BEFORE).terms == []


def test_a_text_that_is_sent_a_thousand_times_does_not_drown_the_others() -> None:
    copies = _posts(["Vote for the blue donkey, comrades"], name="copy", count=300)
    now = _now(copies, _posts(STORIES["handle"], name="storm", count=40))

    told = cause_of(now, BEFORE).terms

    assert "handle" in told[:3]


def test_where_the_talk_grew_is_told_by_its_part_of_the_growth() -> None:
    before = Talk(
        _posts(USUAL, name="x", count=240) + _posts(USUAL, name="f", platform="facebook", count=24),
        hours=24,
    )
    now = _now(
        _posts(USUAL, name="xn", count=11),
        _posts(STORIES["handle"], name="fn", platform="facebook", count=31),
        _posts(STORIES["handle"], name="in", platform="instagram", count=10),
    )

    told = cause_of(now, before).platforms

    assert told == [
        {"platform": "facebook", "part": round(30 / 41, 3)},
        {"platform": "instagram", "part": round(10 / 41, 3)},
    ]


def test_an_account_that_writes_much_drives_it_unless_it_always_does() -> None:
    shop, bot = 1, 2
    before = Talk(
        [
            *BEFORE.posts,
            *(post._replace(author=shop) for post in _posts(USUAL, name="s", count=480)),
        ],
        hours=24,
    )
    now = _now(
        [post._replace(author=shop) for post in _posts(USUAL, name="sn", count=20)],
        [post._replace(author=bot) for post in _posts(STORIES["handle"], name="b", count=20)],
        [post._replace(author=None) for post in _posts(STORIES["handle"], name="n", count=20)],
    )

    assert cause_of(now, before).author_keys == [bot]


def test_a_sample_stands_for_all_of_its_stretch() -> None:
    texts = _posts(USUAL, name="x", count=10) + _posts(USUAL, name="f", platform="y", count=10)
    now = Talk(texts, hours=1, total=20)
    usual = [post for post in texts if post.platform == "x"]

    whole = cause_of(now, Talk(usual * 24, hours=24)).platforms
    sampled = cause_of(now, Talk(usual, hours=24, total=240)).platforms

    assert whole == sampled == [{"platform": "y", "part": 1.0}]


def test_reach_counts_where_reach_is_judged() -> None:
    small, large = (
        _posts(STORIES["handle"], name="small", count=20),
        _posts(STORIES["factory"], name="large", platform="facebook", count=1),
    )
    now = _now(small, [post._replace(weight=1_000.0) for post in large])

    assert cause_of(now, BEFORE).platforms[0]["platform"] == "facebook"


def test_posts_that_count_nothing_are_left_out() -> None:
    calm = [post._replace(weight=0.0) for post in _posts(STORIES["boycott"], name="calm")]
    now = _now(calm, _posts(STORIES["handle"], name="storm"))

    told = cause_of(now, BEFORE)

    assert all(one.startswith("storm") for one in told.example_ids)
    assert "boycott" not in {word.lower() for word in told.terms}


def test_examples_are_what_many_see_and_what_is_typical_and_differ() -> None:
    seen = Said("seen", "Look at this, unbelievable!!", "x", 5, reach=1_000_000)
    copies = _posts([STORIES["handle"][0]], name="copy", count=50)
    now = _now([seen], copies, _posts(STORIES["handle"], name="storm"))

    told = cause_of(now, BEFORE).example_ids

    assert told[0] == "seen"
    assert len(told) == EXAMPLES
    texts = {post.id: post.text for post in now.posts}
    assert len({texts[one] for one in told}) == EXAMPLES


def test_the_order_of_equal_posts_says_nothing() -> None:
    posts = _posts(STORIES["handle"], name="storm") + _posts(USUAL, name="usual", count=5)

    told = {str(cause_of(Talk(order, 1), BEFORE)) for order in (posts, posts[::-1])}

    assert len(told) == 1


def test_nothing_comes_of_nothing() -> None:
    told = cause_of(Talk([], 1), Talk([], 24))

    assert (told.terms, told.platforms, told.author_keys, told.example_ids) == ([], [], [], [])


def test_a_brand_without_a_past_is_told_its_places_and_posts() -> None:
    told = cause_of(_now(_posts(STORIES["handle"], name="storm")), Talk([], 24))

    assert told.platforms == [{"platform": "x", "part": 1.0}]
    assert told.example_ids


def test_no_more_texts_are_read_than_a_bounded_number() -> None:
    few = _posts(STORIES["handle"], name="storm", count=MOST_READ)
    many = _posts(STORIES["handle"], name="storm", count=20 * MOST_READ)

    def cost(posts: list[Said]) -> int:
        return steps(lambda: cause_of(Talk(posts, 1), BEFORE))

    bounded, more = cost(few), cost(many)

    assert more < 2 * bounded
