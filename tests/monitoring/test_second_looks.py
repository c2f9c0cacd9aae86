"""The slow tier looks again; counts follow, and people keep the last word."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from crisisapi.common.actors import SYSTEM
from monitoring.models import LookReason, Mention, QueryMatch, SecondLook, Source
from monitoring.rules.sentiment import Sentiment
from monitoring.rules.transformer import BadTransformer, Transformer
from monitoring.services.analysers import analyser_name, second_folder, second_name
from monitoring.services.analysis import analyse_batch
from monitoring.services.corrections import Verdict, correct_mention, undo_correction
from monitoring.services.looks_due import look_again
from monitoring.services.removing import remove_mentions
from monitoring.services.rereadings import ask_reanalysis, reread_next
from monitoring.services.second_looks import (
    BATCH,
    LEASE,
    PAUSE,
    Looked,
    are_looks_due,
    look_next,
    remove_old_looks,
)
from monitoring.services.shielding import forget_mentions
from monitoring.tasks import look_again_at_mentions, sweep_looks
from tests.factories.monitoring import QueryFactory
from tests.monitoring.looking import BAD, GOOD, NOW, SAYS, assert_exact, read, receive, the_mention
from tests.monitoring.readers import contrary_analyser
from tests.monitoring.transforming import looking_twice, make_transformer

pytestmark = pytest.mark.django_db


def test_the_second_look_has_the_word_on_the_sentiment_alone(
    source: Source, contrary_model: Path
) -> None:
    read(source, BAD)
    before = the_mention()

    assert look_next(now=NOW) == Looked(done=1, changed=1)

    after = the_mention()
    assert (before.sentiment, after.sentiment) == ("negative", "positive")
    assert after.analyser == f"{analyser_name()} + {second_name()}"
    assert second_name().startswith("contrary/")
    for name in ("language", "emotions", "intents", "analysed_at"):
        assert getattr(after, name) == getattr(before, name)
    assert_exact(source)


def test_what_both_found_is_kept(source: Source, contrary_model: Path) -> None:
    read(source, BAD)

    look_next(now=NOW)

    look = SecondLook.objects.get()
    assert (look.first_sentiment, look.sentiment) == ("negative", "positive")
    assert (look.analyser, look.finished_at) == (second_name(), NOW)
    assert look_next(now=NOW) is None


def test_queries_that_ask_for_the_sentiment_match_anew(
    source: Source, contrary_model: Path
) -> None:
    bad, good = (
        QueryFactory(brand=source.brand, expression=f"sentiment:{one}")
        for one in ("negative", "positive")
    )
    read(source, BAD)
    assert list(QueryMatch.objects.values_list("query", flat=True)) == [bad.pk]

    look_next(now=NOW)

    assert list(QueryMatch.objects.values_list("query", flat=True)) == [good.pk]
    assert_exact(source)


def test_where_the_model_cannot_tell_the_first_look_stays(
    source: Source, contrary_model: Path
) -> None:
    read(source, "nobody knows these words")
    before = the_mention()

    assert look_next(now=NOW) == Looked(done=1, changed=0)

    after = the_mention()
    assert (after.sentiment, after.analyser) == (before.sentiment, analyser_name())
    assert SecondLook.objects.get().sentiment == ""


def test_a_persons_word_stays_over_the_second_look(source: Source, contrary_model: Path) -> None:
    read(source, BAD)
    correct_mention(mention=the_mention(), verdict=Verdict("neutral"), actor=SYSTEM, now=NOW)

    look_next(now=NOW)

    assert the_mention().sentiment == "neutral"
    assert (the_mention().overruled or {})["sentiment"] == "positive"
    assert SecondLook.objects.get().first_sentiment == "negative"
    assert_exact(source)
    undo_correction(mention=the_mention(), actor=SYSTEM, now=NOW)
    assert the_mention().sentiment == "positive"
    assert_exact(source)


def test_another_model_is_asked_again(source: Source, contrary_model: Path, tmp_path: Path) -> None:
    read(source, BAD)
    look_next(now=NOW)
    other = make_transformer(tmp_path / "other", says={**SAYS, "broke": 0, "awful": 0})

    with looking_twice(other):
        look_again([the_mention().pk], LookReason.ALERT, now=NOW)
        look_next(now=NOW)

        assert the_mention().analyser == f"{analyser_name()} + {second_name()}"
    assert the_mention().sentiment == "negative"
    assert_exact(source)


def test_what_a_dead_worker_held_is_taken_over(source: Source, contrary_model: Path) -> None:
    read(source, BAD, GOOD)
    SecondLook.objects.update(claims=1, claimed_until=NOW + LEASE)

    assert look_next(now=NOW + LEASE) is None
    later = NOW + LEASE + timedelta(seconds=1)
    assert [look_next(now=later), look_next(now=later)] == [Looked(1, 1), Looked(1, 1)]

    assert_exact(source)


def test_a_worker_that_dies_in_the_end_leaves_all_due(source: Source, contrary_model: Path) -> None:
    read(source, BAD, GOOD)
    with transaction.atomic():
        look_next(now=NOW)
        transaction.set_rollback(True)

    assert SecondLook.objects.due().count() == 2
    assert look_next(now=NOW) == Looked(2, 2)
    assert_exact(source)


def test_what_workers_die_of_is_left_as_it_is(source: Source, contrary_model: Path) -> None:
    read(source, BAD, GOOD)
    fatal = SecondLook.objects.get(mention=the_mention(0))
    SecondLook.objects.filter(pk=fatal.pk).update(claims=3, claimed_until=NOW)

    later = NOW + timedelta(seconds=1)
    look_next(now=later)
    assert look_next(now=later) is None
    assert remove_old_looks(now=later) == 1

    assert SecondLook.objects.get().mention == the_mention(1)
    assert the_mention(0).sentiment == "negative"


def test_an_edit_waits_for_its_first_look(source: Source, contrary_model: Path) -> None:
    read(source, BAD)
    receive(source, GOOD, name="msg_2", revision=1)

    assert look_next(now=NOW) == Looked(0, 0)
    assert the_mention().sentiment == ""
    analyse_batch(now=NOW)
    assert look_next(now=NOW + PAUSE + timedelta(seconds=1)) == Looked(1, 1)

    assert the_mention().sentiment == "negative"
    assert_exact(source)


def test_what_is_gone_is_looked_at_by_nobody(source: Source, contrary_model: Path) -> None:
    read(source, BAD, GOOD)
    look_next(now=NOW, limit=1)

    remove_mentions(["post-0", "post-1"], source=source, now=NOW)

    assert not SecondLook.objects.exists()
    assert look_again([the_mention().pk], LookReason.ALERT, now=NOW) == 0
    assert_exact(source)


def test_of_an_erased_mention_no_second_look_is_kept(source: Source, contrary_model: Path) -> None:
    read(source, BAD, GOOD)
    look_next(now=NOW, limit=1)
    rows = Mention.objects.values_list("pk", "external_id")

    forget_mentions(list(rows), key="key of this brand", now=NOW)

    assert not SecondLook.objects.exists()
    assert_exact(source)


def test_what_was_edited_while_the_model_judged_is_judged_anew(
    source: Source, contrary_model: Path
) -> None:
    class Interrupted(Transformer):
        def judge_all(self, texts: Sequence[str]) -> list[Sentiment | None]:
            read(source, "nobody knows these words", name="msg_2", revision=1)
            return super().judge_all(texts)

    read(source, BAD)

    assert look_next(now=NOW, model=Interrupted(second_folder())) == Looked(0, 0)

    assert the_mention().analyser == analyser_name()
    assert look_next(now=NOW + PAUSE + timedelta(seconds=1)) == Looked(1, 0)
    assert SecondLook.objects.get().sentiment == ""
    assert_exact(source)


def test_the_first_of_two_that_judged_the_same_says_what_was_found_before(
    source: Source, contrary_model: Path
) -> None:
    class Overtaken(Transformer):
        def judge_all(self, texts: Sequence[str]) -> list[Sentiment | None]:
            look_again([the_mention().pk], LookReason.ALERT, now=NOW)
            look_next(now=NOW)
            return super().judge_all(texts)

    read(source, BAD)
    SecondLook.objects.update(reason=LookReason.SAMPLED)

    assert look_next(now=NOW, model=Overtaken(second_folder())) == Looked(1, 0)

    assert SecondLook.objects.get().first_sentiment == "negative"
    assert_exact(source)


def test_a_reanalysis_keeps_the_word_of_the_present_model(
    source: Source, contrary_model: Path
) -> None:
    read(source, BAD)
    look_next(now=NOW)
    ask_reanalysis(brand=source.brand, actor=SYSTEM, now=NOW)

    with contrary_analyser():
        reread_next(now=NOW)

        assert the_mention().analyser == f"{analyser_name()} + {second_name()}"
    assert the_mention().analyser.startswith("contrary/1 + contrary/")
    assert (the_mention().sentiment, the_mention().intents) == ("positive", ["praises"])
    assert_exact(source)


def test_a_reanalysis_passes_over_what_both_have_looked_at(
    source: Source, contrary_model: Path
) -> None:
    read(source, BAD)
    look_next(now=NOW)
    rereading = ask_reanalysis(brand=source.brand, actor=SYSTEM, now=NOW)

    reread_next(now=NOW + timedelta(hours=1))

    rereading.refresh_from_db()
    assert (rereading.state, rereading.changed) == ("done", 0)


def test_the_word_of_another_model_ends_with_a_reanalysis_and_is_asked_for_anew(
    source: Source, contrary_model: Path, tmp_path: Path
) -> None:
    read(source, BAD)
    look_next(now=NOW)
    ask_reanalysis(brand=source.brand, actor=SYSTEM, now=NOW)

    with looking_twice(make_transformer(tmp_path / "other")):
        reread_next(now=NOW)

    assert (the_mention().analyser, the_mention().sentiment) == (analyser_name(), "negative")
    assert SecondLook.objects.due().get().reason == LookReason.REREAD
    assert_exact(source)


def test_without_the_model_a_reanalysis_takes_its_word_back(
    source: Source, contrary_model: Path
) -> None:
    read(source, BAD)
    look_next(now=NOW)
    ask_reanalysis(brand=source.brand, actor=SYSTEM, now=NOW)

    with looking_twice(""):
        reread_next(now=NOW)

    assert (the_mention().analyser, the_mention().sentiment) == (analyser_name(), "negative")
    assert not are_looks_due(now=NOW)
    assert_exact(source)


def test_a_batch_is_bounded(source: Source, contrary_folder: Path) -> None:
    with looking_twice(contrary_folder, SECOND_LOOKS_HOURLY=12_000):
        read(source, *[BAD] * (BATCH + 4))

        looked = [look_next(now=NOW), look_next(now=NOW)]

    assert looked == [Looked(BATCH, BATCH), Looked(4, 4)]


def test_the_tasks_look_at_everything_and_fold_it(source: Source, contrary_model: Path) -> None:
    read(source, *[BAD] * 20)

    sweep_looks()
    look_again_at_mentions()

    assert not SecondLook.objects.due().exists()
    assert_exact(source)


def test_a_model_that_is_gone_claims_nothing_and_says_so(
    source: Source, contrary_model: Path, tmp_path: Path
) -> None:
    read(source, BAD)

    with looking_twice(tmp_path / "none"), pytest.raises(BadTransformer, match="is no folder"):
        look_next(now=NOW)

    assert SecondLook.objects.get().claims == 0
