"""How far authors say what the brand says, and that the brand is none of them."""

from typing import Any

import pytest

from crisisapi.common.actors import SYSTEM
from monitoring.models import Author, AuthorDay, Influence, Source
from monitoring.selectors.author_recount import find_false_authors
from monitoring.selectors.own_authors import own_authors
from monitoring.services.author_counts import fold_authors
from monitoring.services.corrections import Verdict, correct_mention
from monitoring.services.ranking import rank_authors
from tests.factories.incidents import IncidentFactory
from tests.factories.messaging import ChannelFactory, PublicationFactory
from tests.monitoring.echoing import (
    APART,
    DENIED,
    MOCKED,
    NOW,
    PRAISED,
    hear,
    open_story,
    write,
)

pytestmark = pytest.mark.django_db

DANA = {"handle": "dana"}


def _fold() -> None:
    while fold_authors(now=NOW):
        pass


def _words(one: Any) -> tuple[int, int, int]:
    return one.repeats, one.agrees, one.disputes


def test_who_repeats_key_messages_is_counted_by_what_they_make_of_them(source: Source) -> None:
    open_story(source.brand)

    hear(source, PRAISED, DENIED, MOCKED, APART, author=DANA, language="en")
    _fold()

    assert _words(Author.objects.get()) == (3, 1, 2)
    assert sum(one.repeats for one in AuthorDay.objects.all()) == 3
    assert not find_false_authors(source.brand_id)


def test_who_disputes_one_message_and_repeats_another_agrees_with_neither(source: Source) -> None:
    incident, _refund = open_story(source.brand)
    write(incident, {"en": "We have recalled the kettle from all shops."})

    both = f"Thank you, wonderful: we have recalled the kettle from all shops. {DENIED}"
    hear(source, both, author=DANA, language="en")
    _fold()

    assert _words(Author.objects.get()) == (1, 0, 1)


def test_a_correction_moves_somebody_from_one_side_to_the_other(source: Source) -> None:
    open_story(source.brand)
    [row] = hear(source, PRAISED, author=DANA, language="en")
    correct_mention(mention=row, verdict=Verdict("negative"), actor=SYSTEM, now=NOW)
    _fold()

    assert _words(Author.objects.get()) == (1, 0, 1)
    assert not find_false_authors(source.brand_id)


def test_within_an_incident_only_its_own_messages_count(source: Source) -> None:
    incident, _refund = open_story(source.brand)
    other = IncidentFactory(brand=source.brand, started_at=incident.started_at)
    hear(source, PRAISED, APART, author=DANA, language="en", shares=3)
    _fold()

    for one in (incident, other):
        rank_authors(incident_id=one.pk, now=NOW)

    rows = {one.incident_id: one for one in Influence.objects.all()}
    assert (rows[incident.pk].said, *_words(rows[incident.pk])) == (2, 1, 1, 0)
    assert (rows[other.pk].said, *_words(rows[other.pk])) == (2, 0, 0, 0)


def test_the_brand_itself_moves_nobody_and_answers_nobody(source: Source) -> None:
    incident, _refund = open_story(source.brand)
    ChannelFactory(brand=source.brand, platform="x", settings={"handle": "@Rimon"})
    hear(source, APART, author=DANA)
    hear(source, "We are sorry", name="ours", author={"handle": "rimon"}, shares=99)
    answer = {"author": {"handle": "rimon"}, "parent_id": "one-0"}
    hear(source, "Please write to us", name="answer", **answer)
    _fold()

    rank_authors(incident_id=incident.pk, now=NOW)

    assert not Influence.objects.exists()


def test_an_account_that_wrote_what_was_published_is_the_brand(source: Source) -> None:
    channel = ChannelFactory(brand=source.brand, platform="x")
    PublicationFactory(message__incident__brand=source.brand, channel=channel, external_id="ours-0")
    [ours] = hear(source, "We are sorry", name="ours", author={"id": "9", "handle": "rimon_il"})
    hear(source, APART, author=DANA)

    assert own_authors(source.brand_id) == {ours.author_key}
