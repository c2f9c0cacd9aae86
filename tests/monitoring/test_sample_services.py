"""Samples: each mention as likely as any other, and figures from them alone."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import InvalidInput
from monitoring.models import Mention, Sample, SampledMention, Source
from monitoring.rules.accuracy import accuracy_of
from monitoring.rules.windows import FIVE_MINUTES, align
from monitoring.selectors.accuracy import Measured, read_accuracy
from monitoring.selectors.drawing import draw_mentions
from monitoring.services.analysers import analyser_name
from monitoring.services.analysis import analyse_batch
from monitoring.services.corrections import Verdict, correct_mention, undo_correction
from monitoring.services.deliveries import receive_delivery
from monitoring.services.removing import remove_mentions
from monitoring.services.rereadings import ask_reanalysis, reread_next
from monitoring.services.rollups import fold_buckets
from monitoring.services.samples import draw_sample
from tests.monitoring.pushing import body_of, mention
from tests.monitoring.readers import contrary_analyser

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
START = NOW - timedelta(hours=4)
# Bunched and spread: what is easy to draw wrongly.
MINUTES = [0, 0, 0, 0, 0, 1, 4, 5, 9, 10, 60, 61, 62, 200, 239]


def _hear(source: Source, texts: Sequence[str] = ("terrible kettle",) * len(MINUTES)) -> None:
    sent = [
        mention(
            number,
            text=text,
            language="en",
            published_at=(START + timedelta(minutes=MINUTES[number])).isoformat(),
        )
        for number, text in enumerate(texts)
    ]
    receive_delivery(source=source, external_id="msg_1", body=body_of(*sent), now=NOW)
    while analyse_batch(now=NOW):
        pass


def _draw(brand: Brand, **wanted: Any) -> Sample:
    return draw_sample(brand=brand, actor=SYSTEM, now=NOW, chance=Random(7), **wanted)


def _judge(sample: Sample, *sentiments: str) -> None:
    waiting = sample.mentions.filter(correction=None).select_related("mention").order_by("place")
    for row, sentiment in zip(waiting, sentiments, strict=False):
        correct_mention(
            mention=row.mention,
            verdict=Verdict(sentiment),
            sample=sample,
            actor=SYSTEM,
            now=NOW,
        )


def _measured(brand: Brand, analyser: str = "") -> Measured:
    return read_accuracy(brand_id=brand.pk)[analyser or analyser_name(), "en"]


@pytest.mark.parametrize("language", ["", "en"])
def test_each_mention_is_as_likely_as_any_other(source: Source, language: str) -> None:
    _hear(source)
    fold_buckets(limit=6)
    chance, window = Random(3), align(START, NOW, FIVE_MINUTES)
    drawn: Counter[Any] = Counter()

    for _ in range(150):
        found, total = draw_mentions(
            brand_id=source.brand_id, language=language, window=window, size=3, chance=chance
        )
        drawn.update(one.id for one in found)
        assert (len({one.id for one in found}), total) == (3, len(MINUTES))

    # Thirty of each are expected; chi-squared with 14 degrees of freedom stays below 36.1 in 999
    # of 1,000 cases.
    assert len(drawn) == len(MINUTES)
    assert sum((count - 30) ** 2 / 30 for count in drawn.values()) < 36.1


def test_what_is_gone_or_unread_is_not_drawn(source: Source) -> None:
    _hear(source)
    remove_mentions([f"post-{number}" for number in range(3, 14)], source=source, now=NOW)
    unread = mention(99, published_at=START.isoformat())
    receive_delivery(source=source, external_id="msg_2", body=body_of(unread), now=NOW)

    sample = _draw(source.brand, size=9)

    drawn = sample.mentions.values_list("mention__external_id", flat=True)
    assert sorted(drawn) == ["post-0", "post-1", "post-14", "post-2"]
    assert (sample.drawn, sample.population) == (4, len(MINUTES))


def test_what_was_corrected_is_drawn_as_the_rest(source: Source) -> None:
    _hear(source, ["terrible kettle"])
    correct_mention(
        mention=Mention.objects.get(), verdict=Verdict("neutral"), actor=SYSTEM, now=NOW
    )

    sample = _draw(source.brand)

    assert sample.drawn == 1
    assert sample.mentions.get().correction is None


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"since": NOW, "until": START}, "since"),
        ({"since": NOW - timedelta(days=93)}, "since"),
        ({"language": "fr"}, "since"),
        ({"size": 501}, "size"),
        ({"since": datetime(1, 1, 1, tzinfo=UTC), "until": datetime(1, 1, 2, tzinfo=UTC)}, "since"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(
    source: Source, wanted: dict[str, Any], field: str
) -> None:
    _hear(source, ["terrible kettle"])

    with pytest.raises(InvalidInput) as refusal:
        _draw(source.brand, **wanted)

    assert list(refusal.value.errors) == [field]
    assert not SampledMention.objects.exists()


def test_accuracy_comes_from_samples_and_not_from_what_struck_people(source: Source) -> None:
    _hear(source, ["terrible kettle"] * 12)
    sample = _draw(source.brand, size=4)
    _judge(sample, "negative", "negative", "neutral", "unknown")
    struck = Mention.objects.filter(corrected_at=None)[:5]
    for row in struck:
        correct_mention(mention=row, verdict=Verdict("positive"), actor=SYSTEM, now=NOW)

    measured = _measured(source.brand)

    figures = accuracy_of(measured.sampled)
    assert (measured.drawn, figures.judged, figures.undecided) == (4, 4, 1)
    assert figures.accuracy.value == pytest.approx(2 / 3)  # type: ignore[union-attr]
    assert figures.negative_recall.value == 1  # type: ignore[union-attr]
    assert measured.corrected.pairs == {("positive", "negative"): 5}


def test_another_analyser_is_measured_by_the_same_judgements(source: Source) -> None:
    _hear(source, ["terrible kettle"] * 3)
    _judge(_draw(source.brand, size=3), "negative", "negative", "positive")

    with contrary_analyser():
        ask_reanalysis(brand=source.brand, actor=SYSTEM, now=NOW)
        while reread_next(now=NOW):
            pass

    old, new = (accuracy_of(_measured(source.brand, name).sampled) for name in ("", "contrary/1"))
    assert old.accuracy.value == pytest.approx(2 / 3)  # type: ignore[union-attr]
    assert new.accuracy.value == pytest.approx(1 / 3)  # type: ignore[union-attr]


def test_what_is_taken_back_counts_no_more(source: Source) -> None:
    _hear(source, ["terrible kettle"] * 2)
    _judge(_draw(source.brand, size=2), "positive", "negative")
    wrong = Mention.objects.get(sentiment="positive")

    undo_correction(mention=wrong, actor=SYSTEM, now=NOW)

    assert _measured(source.brand).sampled.pairs == {("negative", "negative"): 1}


def test_a_language_said_otherwise_is_a_mistake_in_it(source: Source) -> None:
    _hear(source, ["terrible kettle"])
    sample = _draw(source.brand)
    verdict = Verdict("negative", language="nl")
    correct_mention(
        mention=Mention.objects.get(), verdict=verdict, sample=sample, actor=SYSTEM, now=NOW
    )

    figures = accuracy_of(_measured(source.brand).sampled)

    assert figures.language_accuracy.value == 0  # type: ignore[union-attr]
    assert figures.accuracy.value == 1  # type: ignore[union-attr]
