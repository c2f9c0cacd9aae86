"""What says the same in other words comes together, in any order."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from monitoring.rules.narratives.grouping import Grouper, Post
from monitoring.rules.narratives.prints import Printer
from monitoring.rules.narratives.terms import Background, content_of
from monitoring.rules.narratives.texts import read_post
from monitoring.rules.narratives.titles import VOICES, Voice, telling_terms, title_of
from tests.monitoring.rules.narratives.stories import LOOSE, STORIES

PRINTER = Printer(b"a key")
NOW = datetime(2026, 3, 4, tzinfo=UTC)
ITEMS = [(story, text) for story, texts in STORIES.items() for text in texts] + [
    (f"loose {place}", text) for place, text in enumerate(LOOSE)
]


def _grouped(items: list[tuple[str, str]]) -> list[tuple[str, UUID]]:
    """Return what each post is about, and where it was put, beginning with nothing known."""
    background = Background(PRINTER.number, documents=0, written={})
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


@pytest.mark.parametrize("seed", range(4))
def test_stories_come_together_and_stay_apart_in_any_order(seed: int) -> None:
    placed = _grouped(_shuffled(seed))

    by_group, by_story = defaultdict(list), defaultdict(list)
    for story, group in placed:
        by_group[group].append(story)
        by_story[story].append(group)
    precision = [by_group[group].count(story) / len(by_group[group]) for story, group in placed]
    recall = [by_story[story].count(group) / len(by_story[story]) for story, group in placed]
    assert sum(precision) / len(placed) > 0.95
    assert sum(recall) / len(placed) > 0.85


def test_the_same_posts_in_the_same_order_are_grouped_the_same() -> None:
    assert _grouped(_shuffled(7)) == _grouped(_shuffled(7))


def test_three_posts_begin_a_narrative_two_do_not() -> None:
    two = _grouped([("handle", text) for text in STORIES["handle"][:2]])
    three = _grouped([("handle", text) for text in STORIES["handle"][:3]])

    assert len({group for _story, group in two}) == 2
    assert len({group for _story, group in three}) == 1


def test_hebrew_words_count_without_their_prefixes_where_those_are_written() -> None:
    background = Background(PRINTER.number, documents=0, written={})
    for text in ("קומקום", "קומקום", "הקומקום", "מכשיר", "מכשיר", "שיר"):
        background.add(content_of(text))

    assert background.main_form("הקומקומ") == "קומקומ"
    assert background.main_form("מכשיר") == "מכשיר"


def test_a_title_has_the_words_that_tell_it_from_the_rest() -> None:
    background = Background(PRINTER.number, documents=0, written={})
    for _story, text in ITEMS:
        background.add(content_of(text))

    told = telling_terms(
        [Voice(text, place) for place, text in enumerate(STORIES["ידית"])], background
    )

    assert {"ידית", "רותחים"} <= {term.word for term in told}
    assert "רימון" not in title_of(told)


def test_a_word_of_one_account_is_nobody_elses_and_is_not_shown() -> None:
    background = Background(PRINTER.number, documents=0, written={})
    texts = ["secretword handle cracked"] * 5 + ["handle cracked again"] * 5
    voices = [Voice(text, 1 if place < 5 else place) for place, text in enumerate(texts)]

    told = Counter(term.word for term in telling_terms(voices, background))

    assert VOICES == 2
    assert "secretword" not in told
    assert "handle" in told
