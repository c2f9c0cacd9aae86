"""What each kind of rule finds in what was said, and when that is over."""

from datetime import timedelta

from crisisapi.accounts.models import Brand
from monitoring.models import Alert, Author, LoudDay, Mention, Source, Unit, Watched
from monitoring.selectors.watched import read_counted
from monitoring.services.judging import find
from monitoring.services.watching import sweep_rules
from tests.factories.monitoring import AlertRuleFactory, MentionFactory, QueryFactory
from tests.monitoring.alarming import NOW, say, usual_talk, watch

DAY = timedelta(days=1)


def test_a_number_that_people_set_is_compared_with_nothing(source: Source, brand: Brand) -> None:
    AlertRuleFactory(
        brand=brand, watched=Watched.THRESHOLD, measure="mentions", at_least=30, window_minutes=30
    )

    say(source, 29)
    assert watch() == []
    say(source, 1)
    (alert,) = watch()

    assert (alert.unit, alert.observed, alert.limit) == (Unit.MENTIONS, 30, 30)
    assert (alert.usual, alert.unusual) == (None, None)


def test_a_share_of_too_few_says_nothing(source: Source, brand: Brand) -> None:
    AlertRuleFactory(
        brand=brand,
        watched=Watched.THRESHOLD,
        measure="negative_share",
        at_least=0.6,
        least_mentions=10,
        window_minutes=60,
    )

    say(source, 9, text="Terrible, broken, awful. The worst kettle ever, I hate it!")
    assert watch() == []
    say(source, 3, text="Terrible, broken, awful. The worst kettle ever, I hate it!")
    (alert,) = watch()

    assert alert.unit == Unit.SHARE
    assert alert.observed > 0.6


def test_talk_that_turns_is_noticed_without_more_of_it(source: Source, brand: Brand) -> None:
    usual_talk(brand, an_hour=24)
    AlertRuleFactory(brand=brand, watched=Watched.NEGATIVE_SHARE)

    for minutes in range(120, -1, -10):
        at = NOW - timedelta(minutes=minutes)
        say(source, 4, at=at, text="Terrible, broken, awful. The worst kettle ever, I hate it!")
    (alert,) = watch()

    assert alert.unit == Unit.SHARE
    assert alert.usual is not None
    assert alert.observed > alert.usual


def test_silence_is_told_by_the_sweep_and_ends_with_the_next_mention(
    source: Source, brand: Brand
) -> None:
    usual_talk(brand, an_hour=24)
    AlertRuleFactory(brand=brand, watched=Watched.SILENCE, name="Kettles")
    later = NOW + timedelta(hours=6)

    assert sweep_rules(now=NOW) == 0
    assert sweep_rules(now=later) == 1
    alert = Alert.objects.get()
    assert alert.unit == Unit.HOURS
    assert 5.9 < alert.observed < 6.5
    assert sweep_rules(now=later + timedelta(minutes=1)) == 0
    say(source, 1, at=later)
    assert sweep_rules(now=later + timedelta(minutes=2)) == 1

    assert Alert.objects.get().ended_at == later - timedelta(minutes=2)


def test_one_account_that_many_follow_is_told_at_once(source: Source, brand: Brand) -> None:
    usual_talk(brand)
    for day in range(1, 15):
        said = {"author_key": 7, "reach": 4_000, "published_at": NOW - day * DAY}
        MentionFactory(source=source, **said)
    AlertRuleFactory(brand=brand, watched=Watched.AUTHOR)

    say(source, 3)
    assert watch() == []
    say(source, 1, followers=2_000_000, text="My kettle broke and burnt my hand.")
    (alert,) = watch()

    assert (alert.unit, alert.observed) == (Unit.REACH_OF_AUTHOR, 2_000_000)
    assert alert.usual is not None
    assert alert.usual < 40_000
    star = Mention.objects.get(author_followers=2_000_000)
    assert alert.author_keys == [star.author_key]
    assert alert.example_ids == [str(star.pk)]
    assert LoudDay.objects.count() == 13
    assert not Author.objects.filter(key=7).exists()


def test_what_comes_late_counts_for_the_day_it_was_said(source: Source, brand: Brand) -> None:
    usual_talk(brand)
    rule = AlertRuleFactory(brand=brand, watched=Watched.AUTHOR)
    say(source, 1, followers=2_000_000)
    assert len(watch()) == 1
    that_day = LoudDay.objects.filter(brand=brand, day=(NOW - 5 * DAY).date())
    assert that_day.get().reach == 0

    say(source, 1, said=NOW - 5 * DAY, followers=900_000)
    watch()
    find(rule, read_counted(brand_id=brand.pk, query=None, now=NOW), since=NOW, now=NOW)

    assert that_day.get().reach == 900_000


def test_days_that_are_long_over_are_not_kept(source: Source, brand: Brand) -> None:
    usual_talk(brand)
    AlertRuleFactory(brand=brand, watched=Watched.AUTHOR)
    LoudDay.objects.create(brand=brand, day=(NOW - 40 * DAY).date(), reach=5)
    say(source, 1, followers=2_000_000)

    watch()

    days = LoudDay.objects.filter(brand=brand).order_by("day").values_list("day", flat=True)
    assert days[0] >= (NOW - 16 * DAY).date()


def test_an_account_that_is_quiet_again_ends_its_alert(source: Source, brand: Brand) -> None:
    usual_talk(brand)
    AlertRuleFactory(brand=brand, watched=Watched.AUTHOR)
    say(source, 1, followers=2_000_000)
    assert len(watch()) == 1

    assert sweep_rules(now=NOW + timedelta(hours=20)) == 0
    assert sweep_rules(now=NOW + timedelta(hours=25)) == 1


def test_the_cause_names_words_platforms_and_examples(source: Source, brand: Brand) -> None:
    usual_talk(brand)
    for number in range(40):
        say(source, 1, at=NOW - timedelta(hours=number + 2), text="Nice kettle, {}")
    AlertRuleFactory(brand=brand)

    say(source, 120)
    (alert,) = watch()

    assert {"handle", "broke"} <= set(alert.terms)
    assert alert.platforms == [{"platform": "x", "part": 1.0}]
    shown = Mention.objects.filter(pk__in=alert.example_ids)
    assert shown.exists()
    assert all("handle" in mention.text for mention in shown)


def test_the_cause_of_a_query_is_what_it_found(source: Source, brand: Brand) -> None:
    toasters = QueryFactory(brand=brand, expression="toaster", created_at=NOW - 40 * DAY)
    usual_talk(brand)
    usual_talk(brand, toasters)
    AlertRuleFactory(brand=brand, query=toasters)

    say(source, 150, text="A recall of kettles {}")
    say(source, 120, text="This toaster caught fire {}")
    (alert,) = watch()

    assert "fire" in alert.terms
    assert "recall" not in alert.terms
