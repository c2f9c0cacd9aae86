"""Narratives that turn out to be one go on as one; the talk before a storm is told apart."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from crisisapi.events.models import Event
from monitoring.models import Narrative, WordCount
from monitoring.rules.narratives.terms import Written, content_of
from monitoring.selectors.grouping import ALL_TEXTS, load_background, read_counts
from monitoring.selectors.narrative_recount import find_miscounted
from monitoring.services.deliveries import receive_delivery
from monitoring.services.grouping import group_next, printer_of
from monitoring.services.narrating import refresh_next
from monitoring.services.narrative_joining import join_what_is_one
from monitoring.services.narratives import part_narrative
from tests.factories.incidents import IncidentFactory
from tests.factories.monitoring import ClaimFactory, NarrativeFactory, SourceFactory
from tests.monitoring.pushing import body_of, mention
from tests.monitoring.rules.narratives.stories import EVERYDAY, STORIES
from tests.monitoring.telling import NOW, read_and_group, tell

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)
SAID = "The handle came off"


def _narrative(brand: Brand, texts: list[str], **fields: Any) -> Narrative:
    """Make a narrative of texts as the worker would have, apart from all others."""
    background = load_background(
        brand.pk,
        printer_of(brand.pk),
        [word for text in texts for word in content_of(text)],
        at=NOW,
    )
    counts = Counter(term for text in texts for term in background.terms(content_of(text)))
    numbers, told = zip(*sorted(counts.items()), strict=True)
    narrative: Narrative = NarrativeFactory(
        brand=brand,
        term_numbers=list(numbers),
        term_counts=list(told),
        compared=len(texts),
        mentions=len(texts),
        first_at=NOW,
        last_at=NOW,
        **fields,
    )
    return narrative


def _halves(brand: Brand, **fields: Any) -> tuple[Narrative, Narrative]:
    """Return what is said of the handle as two narratives, the smaller one first."""
    texts = STORIES["handle"]
    _hear(brand, texts)
    return _narrative(brand, texts[::3], **fields), _narrative(brand, texts)


def _hear(brand: Brand, texts: list[str]) -> None:
    """Have it known what else is said of the brand, as if it were long ago."""
    said = Counter(
        number
        for text in [*texts, *EVERYDAY]
        for number in {printer_of(brand.pk).number(word.form) for word in content_of(text)}
    )
    said[ALL_TEXTS] = len(texts) + len(EVERYDAY)
    rows = [WordCount(brand=brand, word=word, texts=count) for word, count in said.items()]
    WordCount.objects.bulk_create(rows)


def _say(brand: Brand, text: str, at: datetime, number: int) -> None:
    source = SourceFactory(brand=brand)
    sent = mention(number, text=text, published_at=at.isoformat())
    receive_delivery(source=source, external_id=f"msg_{number}", body=body_of(sent), now=NOW)
    read_and_group()


def test_two_narratives_that_say_the_same_go_on_as_one(brand: Brand) -> None:
    small, large = _halves(brand)

    assert join_what_is_one(narrative_id=large.pk, now=NOW) == large

    small.refresh_from_db()
    assert small.merged_into_id == large.pk
    event = Event.objects.get(verb="narrative.merged")
    assert (event.object_id, event.actor_kind) == (small.pk, "system")


def test_joining_again_finds_nothing_more_to_do(brand: Brand) -> None:
    _small, large = _halves(brand)
    join_what_is_one(narrative_id=large.pk, now=NOW)

    assert join_what_is_one(narrative_id=large.pk, now=NOW) is None
    assert Event.objects.filter(verb="narrative.merged").count() == 1


def test_narratives_about_two_things_stay_two(brand: Brand) -> None:
    _hear(brand, [text for texts in STORIES.values() for text in texts])
    for texts in STORIES.values():
        _narrative(brand, texts)

    joined = [join_what_is_one(narrative_id=one.pk, now=NOW) for one in Narrative.objects.all()]

    assert set(joined) == {None}


def test_what_people_took_apart_is_left_apart(brand: Brand) -> None:
    small, large = _halves(brand)
    join_what_is_one(narrative_id=large.pk, now=NOW)
    small.refresh_from_db()

    part_narrative(narrative=small, actor=SYSTEM, now=NOW, expected_version=None)

    assert join_what_is_one(narrative_id=large.pk, now=NOW) is None
    assert join_what_is_one(narrative_id=small.pk, now=NOW) is None


@pytest.mark.parametrize("kept", ["name", "claim", "incident", "dismissed_at"])
def test_what_people_took_in_hand_is_not_merged_away(brand: Brand, kept: str) -> None:
    incident = IncidentFactory(brand=brand)
    values = {
        "name": "Handles",
        "claim": ClaimFactory(incident=incident),
        "incident": incident,
        "dismissed_at": NOW,
    }
    small, large = _halves(brand, **{kept: values[kept]})
    if kept in ("name", "claim"):
        Narrative.objects.filter(pk=large.pk).update(name="Broken handles")

    join_what_is_one(narrative_id=small.pk, now=NOW)

    small.refresh_from_db()
    large.refresh_from_db()
    assert (small.merged_into_id, large.merged_into_id) == (None, None)


def test_a_named_narrative_takes_in_a_larger_one_without_a_name(brand: Brand) -> None:
    small, large = _halves(brand, name="Handles")

    assert join_what_is_one(narrative_id=large.pk, now=NOW) == small


def test_what_is_joined_is_counted_exactly(brand: Brand) -> None:
    tell(SourceFactory(brand=brand), *STORIES["handle"], *STORIES["refund"])

    while refresh_next(now=NOW + timedelta(minutes=30)):
        pass
    group_next(now=NOW)

    assert find_miscounted(brand.pk) == []


@pytest.mark.parametrize(
    ("days", "before"), [((), 0), ((1,), 0), ((8,), 0), ((15,), 1), ((15, 8, 1), 1), ((1, 15), 1)]
)
def test_words_of_more_than_a_week_ago_are_the_talk_before(
    brand: Brand, days: tuple[int, ...], before: int
) -> None:
    for number, ago in enumerate(days):
        _say(brand, f"{SAID} {'x' * number}", NOW - timedelta(days=ago), number)

    of_all = read_counts(brand.pk, [ALL_TEXTS], at=NOW).get(ALL_TEXTS, Written(0, 0))

    assert of_all == Written(len(days), before)


def test_what_was_said_late_becomes_the_talk_before_as_weeks_go_by(brand: Brand) -> None:
    _say(brand, SAID, NOW, 0)

    told = [read_counts(brand.pk, [ALL_TEXTS], at=NOW + at * WEEK)[ALL_TEXTS] for at in (0, 1, 2)]

    assert [one.before for one in told] == [0, 0, 1]


def test_a_source_that_dates_posts_ahead_ends_no_week(brand: Brand) -> None:
    _say(brand, SAID, NOW + timedelta(minutes=4), 0)

    assert WordCount.objects.get(word=ALL_TEXTS).week == int(NOW.timestamp() // (7 * 86400))
