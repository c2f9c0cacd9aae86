"""What says the same in other words comes together, in any order."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from monitoring.rules.narratives.grouping import Grouper, Post
from monitoring.rules.narratives.likeness import ONE, Likeness, Narrative
from monitoring.rules.narratives.prints import Printer
from monitoring.rules.narratives.terms import Background, Written, content_of
from monitoring.rules.narratives.texts import read_post
from monitoring.rules.narratives.titles import VOICES, Voice, telling_terms, title_of
from tests.monitoring.rules.narratives.stories import EVERYDAY, LOOSE, STORIES, STORM

PRINTER = Printer(b"a key")
NOW = datetime(2026, 3, 4, tzinfo=UTC)
ITEMS = [(story, text) for story, texts in STORIES.items() for text in texts] + [
    (f"loose {place}", text) for place, text in enumerate(LOOSE)
]


def _grouped(
    items: list[tuple[str, str]], background: Background | None = None
) -> list[tuple[str, UUID]]:
    """Return what each post is about, and where it was put; nothing is known where nothing is."""
    background = background or Background(PRINTER.number)
    grouper = Grouper(background, make_id=_named)
    placed = []
    for place, (story, text) in enumerate(items):
        words = content_of(text)
        background.add(words)
        at = NOW + timedelta(minutes=place)
        post = Post(
            UUID(int=place + 1),
            at,
            PRINTER.print(read_post(text).plain),
            background.terms(words),
        )
        placed.append((story, grouper.place(post)))
    return [(story, wording.narrative_id or wording.id) for story, wording in placed]


def _named(post: Post, kind: str) -> UUID:
    return UUID(int=2 * post.id.int + (kind == "narrative"))


def _shuffled(seed: int) -> list[tuple[str, str]]:
    items = list(ITEMS)
    Random(seed).shuffle(items)
    return items


def _talk_before(times: int = 8) -> Background:
    """Return a brand whose everyday talk is known, each of its posts said so many times."""
    counts: Counter[int] = Counter()
    for text in EVERYDAY:
        counts.update({PRINTER.number(word.form) for word in content_of(text)})
    posts = times * len(EVERYDAY)
    return Background(
        PRINTER.number,
        posts=Written(posts, posts),
        written={number: Written(times * told, times * told) for number, told in counts.items()},
    )


def _quality(placed: list[tuple[str, UUID]]) -> tuple[float, float]:
    """Return B-cubed precision and recall."""
    by_group, by_story = defaultdict(list), defaultdict(list)
    for story, group in placed:
        by_group[group].append(story)
        by_story[story].append(group)
    precision = [by_group[group].count(story) / len(by_group[group]) for story, group in placed]
    recall = [by_story[story].count(group) / len(by_story[story]) for story, group in placed]
    return sum(precision) / len(placed), sum(recall) / len(placed)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("known", [Background, _talk_before], ids=["nothing known", "talk known"])
def test_stories_come_together_and_stay_apart_in_any_order(
    seed: int, known: Callable[..., Background]
) -> None:
    background = _talk_before() if known is _talk_before else Background(PRINTER.number)

    precision, recall = _quality(_grouped(_shuffled(seed), background))

    assert precision > 0.95
    assert recall > (0.95 if known is _talk_before else 0.85)


def test_a_storm_in_many_words_comes_together_where_the_talk_before_is_known() -> None:
    unknown = _grouped(_of_one(STORM, "storm"))
    known = _grouped(_of_one(STORM, "storm"), _talk_before())

    assert _largest(unknown) < 10
    assert _largest(known) >= 15


def test_most_who_tell_of_the_cracked_handles_tell_one_narrative() -> None:
    placed = _grouped([(text, text) for text in STORM], _talk_before())

    groups = Counter(group for text, group in placed if "handle " in text.lower())
    [(_group, told)] = groups.most_common(1)
    assert told >= 0.5 * groups.total()


def test_the_words_of_a_brand_put_nothing_together() -> None:
    placed = _grouped(_of_one(EVERYDAY, "everyday"), _talk_before())

    assert _largest(placed) <= 4


def _of_one(texts: list[str], story: str) -> list[tuple[str, str]]:
    return [(story, text) for text in texts]


def _largest(placed: list[tuple[str, UUID]]) -> int:
    return max(Counter(group for _story, group in placed).values())


def test_narratives_that_say_the_same_are_alike_and_others_are_not() -> None:
    halves = [_narrative_of(STORIES["handle"][at::2]) for at in (0, 1)]
    other = _narrative_of(STORIES["boycott"])
    likeness = Likeness(_talk_before())

    assert likeness.of_narratives(*halves) >= ONE
    assert likeness.of_narratives(halves[0], other) < ONE / 2


def _narrative_of(texts: list[str]) -> Narrative:
    background = _talk_before()
    terms = Counter(term for text in texts for term in background.terms(content_of(text)))
    return Narrative(UUID(int=1), terms, len(texts), NOW, NOW)


def test_the_same_posts_in_the_same_order_are_grouped_the_same() -> None:
    assert _grouped(_shuffled(7)) == _grouped(_shuffled(7))


def test_three_posts_begin_a_narrative_two_do_not() -> None:
    two = _grouped([("handle", text) for text in STORIES["handle"][:2]])
    three = _grouped([("handle", text) for text in STORIES["handle"][:3]])

    assert len({group for _story, group in two}) == 2
    assert len({group for _story, group in three}) == 1


def test_hebrew_words_count_without_their_prefixes_where_those_are_written() -> None:
    background = Background(PRINTER.number)
    for text in ("קומקום", "קומקום", "הקומקום", "מכשיר", "מכשיר", "שיר"):
        background.add(content_of(text))

    assert background.main_form("הקומקומ") == "קומקומ"
    assert background.main_form("מכשיר") == "מכשיר"


def test_a_title_has_the_words_that_tell_it_from_the_rest() -> None:
    background = Background(PRINTER.number)
    for _story, text in ITEMS:
        background.add(content_of(text))

    told = telling_terms(
        [Voice(text, place) for place, text in enumerate(STORIES["ידית"])], background
    )

    assert {"ידית", "רותחים"} <= {term.word for term in told}
    assert "רימון" not in title_of(told)


def test_a_word_of_one_account_is_nobody_elses_and_is_not_shown() -> None:
    background = Background(PRINTER.number)
    texts = ["secretword handle cracked"] * 5 + ["handle cracked again"] * 5
    voices = [Voice(text, 1 if place < 5 else place) for place, text in enumerate(texts)]

    told = Counter(term.word for term in telling_terms(voices, background))

    assert VOICES == 2
    assert "secretword" not in told
    assert "handle" in told
