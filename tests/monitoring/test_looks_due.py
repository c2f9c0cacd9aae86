"""Which mentions are worth a second look, how many, and in which order."""

from datetime import timedelta
from pathlib import Path

import pytest

from monitoring.models import LookReason, Mention, SecondLook, Source
from monitoring.services.analysers import analyser_name
from monitoring.services.analysis import analyse_batch
from monitoring.services.deliveries import receive_delivery
from monitoring.services.looks_due import look_again, look_at_causes
from monitoring.services.second_looks import (
    Looked,
    are_looks_due,
    look_next,
    remove_old_looks,
)
from tests.factories.accounts import BrandFactory
from tests.factories.monitoring import AlertFactory, SourceFactory
from tests.monitoring.looking import BAD, GOOD, NOW, read, receive, the_mention
from tests.monitoring.pushing import body_of, mention
from tests.monitoring.transforming import looking_twice

pytestmark = pytest.mark.django_db


def test_without_a_model_nothing_is_looked_at_again(source: Source) -> None:
    read(source, BAD)

    assert look_again([the_mention().pk], LookReason.ALERT, now=NOW) == 0
    assert not SecondLook.objects.exists()


def test_texts_without_letters_are_not_looked_at_again(
    source: Source, contrary_model: Path
) -> None:
    read(source, "👍", "", "12:30 …")

    assert not SecondLook.objects.exists()


def test_only_languages_of_the_model_are_looked_at_again(
    source: Source, contrary_folder: Path
) -> None:
    with looking_twice(contrary_folder, TRANSFORMER_LANGUAGES=["he"]):
        read(source, BAD, "הקומקום נשבר, בושה וחרפה")

    assert SecondLook.objects.get().mention.language == "he"


def test_a_brand_gets_so_many_an_hour_and_alike_over_it(contrary_folder: Path) -> None:
    source = SourceFactory()
    with looking_twice(contrary_folder, SECOND_LOOKS_HOURLY=30):
        for stretch in range(14):
            at = NOW + timedelta(minutes=5 * stretch)
            sent = [mention(20 * stretch + number, text=BAD) for number in range(20)]
            for part in (sent[:10], sent[10:]):
                name = f"msg_{stretch}_{part[0]['id']}"
                receive_delivery(source=source, external_id=name, body=body_of(*part), now=at)
                analyse_batch(now=at)

    asked = [
        SecondLook.objects.filter(asked_at=NOW + timedelta(minutes=5 * stretch)).count()
        for stretch in range(14)
    ]
    assert asked[12:] == asked[:2]
    assert max(asked) <= 3
    assert sum(asked[:12]) <= 30


def test_each_brand_has_its_own_number(contrary_folder: Path) -> None:
    sources = [SourceFactory(), SourceFactory(brand=BrandFactory())]
    with looking_twice(contrary_folder, SECOND_LOOKS_HOURLY=48):
        for source in sources:
            receive(source, *[BAD] * 5)
        analyse_batch(now=NOW)

    asked = [SecondLook.objects.filter(brand=source.brand).count() for source in sources]
    assert asked[0] == asked[1] > 0


def test_the_least_sure_are_looked_at_first(source: Source, contrary_folder: Path) -> None:
    doubtful = ["the kettle", "the lid", "the kettle and the lid", "it opens at nine, great, awful"]
    with looking_twice(contrary_folder, SECOND_LOOKS_HOURLY=12):
        read(source, BAD, *doubtful)

    look = SecondLook.objects.get()
    assert look.reason == LookReason.UNSURE
    least = Mention.objects.order_by("sentiment_confidence", "pk").first()
    assert look.mention == least


def test_what_seemed_sure_is_drawn_by_lot(source: Source, contrary_model: Path) -> None:
    read(source, *[BAD] * 40)

    reasons = set(SecondLook.objects.values_list("reason", flat=True))
    assert Mention.objects.filter(sentiment_confidence__lt=0.6).count() == 0
    assert reasons == {LookReason.SAMPLED}
    assert SecondLook.objects.count() == 12  # a quarter of 600 an hour, in five minutes


def test_alerts_come_first(source: Source, contrary_folder: Path) -> None:
    with looking_twice(contrary_folder, SECOND_LOOKS_HOURLY=0):
        read(source, BAD, GOOD)
    with looking_twice(contrary_folder):
        look_again([the_mention(0).pk], LookReason.ALERT, now=NOW)
        look_again([the_mention(1).pk], LookReason.SAMPLED, now=NOW + timedelta(minutes=1))

        look_next(now=NOW + timedelta(minutes=1), limit=1)

    assert SecondLook.objects.exclude(finished_at=None).get().mention == the_mention(0)


def test_what_caused_an_alert_is_looked_at_in_its_first_hour(
    source: Source, contrary_folder: Path
) -> None:
    with looking_twice(contrary_folder, SECOND_LOOKS_HOURLY=0):
        read(source, BAD, GOOD, "nobody knows these words")
        for number, at in enumerate((NOW - timedelta(hours=1), NOW, NOW)):
            AlertFactory(created_at=at, example_ids=[str(the_mention(number).pk)])

        assert look_at_causes(now=NOW) == 2
        look_next(now=NOW)
        again = look_at_causes(now=NOW)

    looks = SecondLook.objects.order_by("pk")
    assert [look.mention for look in looks] == [the_mention(1), the_mention(2)]
    assert {look.reason for look in looks} == {LookReason.ALERT}
    assert again == 0


def test_what_waits_may_become_an_alert_and_stays_one(source: Source, contrary_model: Path) -> None:
    read(source, BAD)
    asked = [the_mention().pk]

    assert look_again(asked, LookReason.ALERT, now=NOW) == 1
    assert look_again(asked, LookReason.ALERT, now=NOW) == 0
    assert look_again(asked, LookReason.SAMPLED, now=NOW) == 0

    assert SecondLook.objects.get().reason == LookReason.ALERT


def test_the_present_model_is_asked_once(source: Source, contrary_model: Path) -> None:
    read(source, BAD)
    look_next(now=NOW)

    assert look_again([the_mention().pk], LookReason.ALERT, now=NOW) == 0
    assert not are_looks_due(now=NOW)


def test_a_text_that_was_edited_after_its_second_look_is_looked_at_anew(
    source: Source, contrary_model: Path
) -> None:
    read(source, BAD)
    look_next(now=NOW)

    read(source, GOOD, name="msg_2", revision=1)

    assert the_mention().analyser == analyser_name()
    assert look_next(now=NOW) == Looked(1, 1)
    assert the_mention().sentiment == "negative"
    assert SecondLook.objects.get().first_sentiment == "positive"


def test_what_nobody_came_to_in_a_day_is_dropped_but_not_alerts(
    source: Source, contrary_model: Path
) -> None:
    read(source, BAD, GOOD)
    look_again([the_mention().pk], LookReason.ALERT, now=NOW)

    assert remove_old_looks(now=NOW + timedelta(days=1, seconds=1)) == 1

    assert SecondLook.objects.get().reason == LookReason.ALERT


def test_figures_are_kept_for_three_months(source: Source, contrary_model: Path) -> None:
    read(source, BAD)
    look_next(now=NOW)

    assert remove_old_looks(now=NOW + timedelta(days=90)) == 0
    assert remove_old_looks(now=NOW + timedelta(days=90, seconds=1)) == 1
