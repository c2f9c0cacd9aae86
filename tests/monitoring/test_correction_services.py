"""People's word on mentions: it holds, it counts, and it can be taken back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crisisapi.accounts.models import User
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from monitoring.models import Correction, Mention, SampledMention, Source
from monitoring.rules.windows import HOUR, align
from monitoring.selectors.metrics import read_metrics
from monitoring.selectors.recount import count_false_matches, find_differences
from monitoring.services.analysis import analyse_batch
from monitoring.services.corrections import (
    MentionGone,
    MentionUnread,
    NotCorrected,
    ReadAnew,
    Verdict,
    confirm_mention,
    correct_mention,
    undo_correction,
)
from monitoring.services.deliveries import receive_delivery
from monitoring.services.removing import remove_mentions
from monitoring.services.rereadings import ask_reanalysis, reread_next
from tests.factories.monitoring import MentionFactory, QueryFactory, SampleFactory
from tests.monitoring.pushing import body_of, mention
from tests.monitoring.readers import contrary_analyser

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
SAID = NOW - timedelta(hours=2)
LATER = NOW + timedelta(minutes=1)


def _heard(source: Source, **fields: Any) -> Mention:
    sent = mention(1, published_at=SAID.isoformat(), **{"text": "terrible kettle", **fields})
    receive_delivery(source=source, external_id="msg_1", body=body_of(sent), now=NOW)
    while analyse_batch(now=NOW):
        pass
    return Mention.objects.get()


def _correct(row: Mention, sentiment: str = "positive", **said: Any) -> Mention:
    return correct_mention(mention=row, verdict=Verdict(sentiment, **said), actor=SYSTEM, now=NOW)


def _reanalyse(source: Source) -> None:
    ask_reanalysis(brand=source.brand, actor=SYSTEM, now=NOW)
    while reread_next(now=LATER):
        pass


def _counted(source: Source, language: str = "") -> Any:
    window = align(SAID, NOW, HOUR)
    read = read_metrics(brand_id=source.brand_id, window=window, language=language)
    return read.totals


def test_a_correction_moves_what_is_counted(source: Source) -> None:
    row = _heard(source)

    _correct(row, "positive", language="fr", emotions=["hope"], intents=["asks", "praises"])

    totals = _counted(source, "fr")
    assert (totals.mentions, totals.positive, totals.negative) == (1, 1, 0)
    assert (totals.hope, totals.anger, totals.asks, totals.praises) == (1, 0, 1, 1)
    assert _counted(source, "en").mentions == 0
    assert find_differences(source.brand_id) == []


def test_queries_that_ask_for_it_find_it_anew(source: Source) -> None:
    negative = QueryFactory(brand=source.brand, expression="sentiment:negative")
    positive = QueryFactory(brand=source.brand, expression="sentiment:positive")
    row = _heard(source)
    assert row.query_ids == [negative.pk]

    corrected = _correct(row)

    assert corrected.query_ids == [positive.pk]
    assert count_false_matches(source.brand_id) == 0


def test_a_persons_word_survives_a_re_analysis_and_the_rest_follows_it(source: Source) -> None:
    _correct(_heard(source), "neutral")

    with contrary_analyser():
        _reanalyse(source)

    row = Mention.objects.get()
    assert (row.sentiment, row.analyser) == ("neutral", "contrary/1")
    assert row.emotions == {"joy": 0.2, "hope": 0.9}
    assert row.overruled is not None
    assert row.overruled["sentiment"] == "positive"
    assert find_differences(source.brand_id) == []


def test_what_is_taken_back_is_as_the_present_analyser_finds_it(source: Source) -> None:
    _correct(_heard(source), "neutral", language="fr", emotions=[])
    with contrary_analyser():
        _reanalyse(source)

    row = undo_correction(mention=Mention.objects.get(), actor=SYSTEM, now=LATER)

    assert (row.sentiment, row.language) == ("positive", "he")
    assert row.sentiment_score is not None
    assert row.emotions == {"joy": 0.2, "hope": 0.9}
    assert (row.corrected_at, row.corrected_by, row.overruled) == (None, None, None)
    assert Correction.objects.get().is_undone
    assert find_differences(source.brand_id) == []


def test_a_mention_is_as_before_once_a_correction_is_undone(source: Source) -> None:
    _heard(source)
    before = Mention.objects.values().get()
    _correct(Mention.objects.get(), "unknown", language="fr", emotions=["joy"], intents=[])
    assert Mention.objects.values().get() != before

    undo_correction(mention=Mention.objects.get(), actor=SYSTEM, now=LATER)

    assert Mention.objects.values().get() == before


def test_a_second_correction_replaces_the_first_as_a_whole(source: Source) -> None:
    found = _heard(source)
    _correct(Mention.objects.get(), "positive", language="fr", emotions=["joy"])

    row = _correct(Mention.objects.get(), "neutral")

    assert (row.sentiment, row.language) == ("neutral", found.language)
    assert row.emotions == found.emotions
    first, second = Correction.objects.order_by("pk")
    assert first.ended_at == NOW
    assert second.ended_at is None
    assert second.found_sentiment == "negative"


def test_the_same_said_again_leaves_no_trace(source: Source) -> None:
    _correct(_heard(source))

    _correct(Mention.objects.get())

    assert Correction.objects.count() == 1
    assert Event.objects.filter(verb="mention.corrected").count() == 1


def test_the_event_tells_what_was_said_without_the_words(source: Source, responder: User) -> None:
    row = _heard(source)
    actor = Actor("user", responder.pk)

    correct_mention(mention=row, verdict=Verdict("positive"), actor=actor, now=NOW)

    event = Event.objects.get(verb="mention.corrected")
    assert (event.object_id, event.actor_id) == (row.pk, responder.pk)
    assert event.data["before"] == event.data["found"] == "negative"
    assert event.data["sentiment"] == "positive"
    assert "kettle" not in str(event.data)
    assert Mention.objects.get().corrected_by == responder


def test_what_a_person_saw_is_confirmed_and_holds(source: Source) -> None:
    row = _heard(source)

    confirm_mention(mention=row, sentiment="negative", actor=SYSTEM, now=NOW)
    with contrary_analyser():
        _reanalyse(source)

    assert Mention.objects.get().sentiment == "negative"
    assert Event.objects.filter(verb="mention.confirmed").exists()


def test_what_a_person_did_not_see_is_not_confirmed(source: Source) -> None:
    row = _heard(source)
    with contrary_analyser():
        _reanalyse(source)

    with pytest.raises(ReadAnew):
        confirm_mention(mention=row, sentiment="negative", actor=SYSTEM, now=NOW)


def test_a_confirmation_keeps_what_else_was_said(source: Source) -> None:
    row = _correct(_heard(source), "positive", language="fr")

    confirmed = confirm_mention(mention=row, sentiment="positive", actor=SYSTEM, now=LATER)

    assert confirmed.language == "fr"


def test_an_edit_by_the_author_ends_a_correction(source: Source) -> None:
    _correct(_heard(source))

    edited = mention(1, published_at=SAID.isoformat(), text="terrible again", revision=1)
    receive_delivery(source=source, external_id="msg_2", body=body_of(edited), now=LATER)
    while analyse_batch(now=LATER):
        pass

    row = Mention.objects.get()
    assert (row.sentiment, row.corrected_at, row.overruled) == ("negative", None, None)
    assert find_differences(source.brand_id) == []


def test_nobody_judges_what_is_not_read_or_gone(source: Source) -> None:
    with pytest.raises(MentionUnread):
        _correct(MentionFactory(source=source))
    row = MentionFactory(source=source, analysed_at=NOW, removed_at=NOW, sentiment="neutral")
    with pytest.raises(MentionGone):
        _correct(row)


def test_a_correction_of_what_is_gone_since_can_be_taken_back(source: Source) -> None:
    _correct(_heard(source))
    remove_mentions(["post-1"], source=source, now=LATER)

    row = undo_correction(mention=Mention.objects.get(), actor=SYSTEM, now=LATER)

    assert row.sentiment == "negative"
    assert find_differences(source.brand_id) == []


def test_nothing_is_taken_back_where_nothing_was_said(source: Source) -> None:
    with pytest.raises(NotCorrected):
        undo_correction(mention=_heard(source), actor=SYSTEM, now=NOW)


def test_only_what_was_drawn_is_judged_for_a_sample(source: Source) -> None:
    row = _heard(source)
    sample = SampleFactory(brand=source.brand)
    verdict = Verdict("negative")

    with pytest.raises(InvalidInput):
        correct_mention(mention=row, verdict=verdict, sample=sample, actor=SYSTEM, now=NOW)
    drawn = SampledMention.objects.create(
        sample=sample, mention=row, place=1, language="en", analyser=row.analyser
    )
    correct_mention(mention=row, verdict=verdict, sample=sample, actor=SYSTEM, now=NOW)

    drawn.refresh_from_db()
    assert drawn.correction == Correction.objects.get()
    undo_correction(mention=row, actor=SYSTEM, now=LATER)
    drawn.refresh_from_db()
    assert drawn.correction is None
