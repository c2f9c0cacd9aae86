"""Mentions are put together as they are read."""

from collections import defaultdict
from datetime import timedelta

import pytest

from monitoring.models import Mention, Narrative, Placement, Wording
from monitoring.selectors.narrative_recount import find_miscounted
from monitoring.services.narrating import refresh_next
from tests.factories.monitoring import SourceFactory
from tests.monitoring.rules.narratives.stories import STORIES
from tests.monitoring.telling import NOW, tell

pytestmark = pytest.mark.django_db


def test_what_is_told_in_other_words_is_one_narrative() -> None:
    source = SourceFactory()
    told = [(story, text) for story, texts in STORIES.items() for text in texts]

    tell(source, *(text for _story, text in told))

    stories = {text: story for story, text in told}
    found = defaultdict(list)
    for row in Placement.objects.exclude(narrative=None).select_related("mention"):
        found[row.narrative_id].append(stories[row.mention.text])
    assert len(found) >= 6
    assert {len(set(one)) for one in found.values()} == {1}
    assert sum(map(len, found.values())) >= 0.75 * len(told)


def test_a_repetition_is_kept_as_a_row_and_counted_as_a_copy() -> None:
    source = SourceFactory()
    said = STORIES["handle"][0]

    tell(source, said, f"RT @dana: {said}", f"{said} https://t.co/abc", said.upper())

    assert Mention.objects.count() == 4
    assert Wording.objects.get().mentions == 4
    assert Narrative.objects.get().mentions == 4
    assert find_miscounted(source.brand_id) == []


def test_a_narrative_tells_what_it_is_about_and_how_it_moves() -> None:
    source = SourceFactory()
    tell(source, *STORIES["handle"], *STORIES["refund"], *STORIES["ידית"])

    while refresh_next(now=NOW + timedelta(minutes=30)):
        pass

    told = Narrative.objects.order_by("-mentions").first()
    assert told is not None
    assert "handle" in told.title
    assert (told.state, told.texts, told.authors) == ("emerging", 8, 8)
    assert told.velocity == 8
