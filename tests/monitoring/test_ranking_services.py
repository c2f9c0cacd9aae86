"""Authors of an incident are ranked by what they caused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from incidents.models import Incident
from incidents.services.merging import merge_incident
from monitoring.models import Author, Influence, Mention, Ranking, Source
from monitoring.services.analysis import analyse_batch
from monitoring.services.author_counts import fold_authors
from monitoring.services.deliveries import receive_delivery
from monitoring.services.grouping import group_next
from monitoring.services.ranking import incidents_to_rank, rank_authors
from monitoring.services.removing import remove_mentions
from tests.factories.incidents import IncidentFactory
from tests.factories.monitoring import QueryFactory, SourceFactory
from tests.monitoring.pushing import body_of, mention

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=11)


@pytest.fixture
def incident(brand: Brand) -> Incident:
    return IncidentFactory(brand=brand, started_at=NOW - timedelta(days=1))


@pytest.fixture
def source(brand: Brand) -> Source:
    return SourceFactory(brand=brand)


def _said(
    number: int, handle: str, *, followers: int | None = None, **fields: Any
) -> dict[str, Any]:
    when = (NOW - timedelta(minutes=200 - number)).isoformat()
    author = {"handle": handle, "followers": followers} if handle else {}
    said = {"author": author, "published_at": when}
    return mention(number, **{**said, **fields})


def _answers(first: int, to: int, *authors: str) -> list[dict[str, Any]]:
    return [
        _said(first + place, author, parent_id=f"post-{to}") for place, author in enumerate(authors)
    ]


def _hear(source: Source, *items: dict[str, Any], name: str = "msg_1") -> None:
    receive_delivery(source=source, external_id=name, body=body_of(*items), now=NOW)
    while analyse_batch(now=NOW) or fold_authors(now=NOW):
        pass


def _ranks(incident: Incident, now: datetime = NOW) -> dict[str, Influence]:
    assert rank_authors(incident_id=incident.pk, now=now)
    rows = Influence.objects.filter(incident=incident).order_by("rank")
    authors: Any = Author.objects.named()
    names = {one.pk: (one.known or {}).get("handle", "") for one in authors}
    assert [one.rank for one in rows] == list(range(1, len(rows) + 1))
    return {names[one.author_id]: one for one in rows}


def test_who_caused_most_comes_first(incident: Incident, source: Source) -> None:
    _hear(
        source,
        _said(1, "star", followers=500_000),
        _said(2, "dana", comments=9, shares=30),
        _said(3, "avi"),
        *_answers(10, 3, "noa", "gil", "noa"),
        _said(4, "nobody"),
    )

    ranks = _ranks(incident)

    assert list(ranks) == ["dana", "avi", "star"]
    assert (ranks["avi"].answers, ranks["avi"].people) == (3, 2)
    assert (ranks["dana"].answers, ranks["dana"].shares) == (9, 30)
    assert ranks["star"].reach == 500_000


def test_answers_to_oneself_and_by_nobody_in_particular_count_for_nothing(
    incident: Incident, source: Source
) -> None:
    _hear(source, _said(1, "avi"), *_answers(10, 1, "avi", "avi", ""))

    assert _ranks(incident) == {}


def test_only_posts_of_the_incident_are_weighed_and_all_answers_to_them(
    incident: Incident, source: Source
) -> None:
    QueryFactory(brand=incident.brand, incident=incident, kind="incident", expression="kettle")
    _hear(
        source,
        _said(1, "dana", text="my kettle", shares=1),
        _said(2, "avi", text="my bicycle", shares=9),
        *[{**one, "text": "same here"} for one in _answers(10, 1, "noa")],
        _said(3, "old", published_at=(NOW - timedelta(days=2)).isoformat(), shares=9),
    )

    ranks = _ranks(incident)

    assert list(ranks) == ["dana"]
    assert ranks["dana"].people == 1


def test_deleting_a_text_keeps_what_it_caused(incident: Incident, source: Source) -> None:
    _hear(source, _said(1, "avi"), _said(2, "avi"), *_answers(10, 1, "noa", "gil"))
    before = _ranks(incident)["avi"]

    remove_mentions(["post-1", "post-10"], source=source, now=NOW)
    after = _ranks(incident)["avi"]

    assert (after.score, after.answers, after.people) == (before.score, 2, 2)


def test_a_ranking_replaces_the_one_before(incident: Incident, source: Source) -> None:
    _hear(source, _said(1, "avi", shares=1))
    _ranks(incident)
    _hear(source, _said(2, "dana", shares=9), name="msg_2")

    assert list(_ranks(incident, LATER)) == ["dana", "avi"]
    assert Ranking.objects.get().mentions == 2
    assert Ranking.objects.get().is_whole


def test_who_is_not_counted_yet_is_ranked_the_next_time(incident: Incident, source: Source) -> None:
    said = body_of(_said(1, "avi", shares=1))
    receive_delivery(source=source, external_id="msg_1", body=said, now=NOW)
    analyse_batch(now=NOW)

    assert _ranks(incident) == {}
    fold_authors(now=NOW)
    assert list(_ranks(incident)) == ["avi"]


def test_incidents_are_due_every_ten_minutes_and_once_when_they_are_over(brand: Brand) -> None:
    open_one = IncidentFactory(brand=brand)
    over = IncidentFactory(brand=brand, status="closed")
    IncidentFactory(brand=brand, status="declined")

    assert set(incidents_to_rank(now=NOW, limit=9)) == {open_one.pk, over.pk}
    for one in (open_one, over):
        rank_authors(incident_id=one.pk, now=NOW)
    assert incidents_to_rank(now=NOW, limit=9) == []
    assert incidents_to_rank(now=LATER, limit=9) == [open_one.pk]
    Incident.objects.filter(pk=open_one.pk).update(status="closed")
    assert incidents_to_rank(now=NOW, limit=9) == [open_one.pk]


def test_the_longest_not_tried_comes_first(brand: Brand) -> None:
    first, second = IncidentFactory.create_batch(2, brand=brand)
    rank_authors(incident_id=second.pk, now=NOW)
    rank_authors(incident_id=first.pk, now=NOW + timedelta(seconds=1))

    assert incidents_to_rank(now=LATER, limit=1) == [second.pk]


def test_an_incident_that_was_merged_has_no_ranking_of_its_own(
    incident: Incident, source: Source
) -> None:
    other = IncidentFactory(brand=incident.brand, started_at=incident.started_at)
    _hear(source, _said(1, "avi", shares=1))
    _ranks(incident)

    merge_incident(
        incident=incident,
        into=other,
        reason="One story",
        actor=SYSTEM,
        now=NOW,
        expected_version=None,
    )

    assert not Influence.objects.exists()
    assert incidents_to_rank(now=LATER, limit=9) == [other.pk]
    assert list(_ranks(other)) == ["avi"]
    assert Mention.objects.count() == 1


def test_who_says_it_first_is_credited_with_those_who_say_the_same_after(
    incident: Incident, source: Source
) -> None:
    words = "Burnt my hand on the new kettle of Rimon, the handle came off while pouring"
    same = [words, f"RT @dana: {words}", f"{words}!!", words]
    copies = [
        _said(20 + place, author, text=text)
        for place, (author, text) in enumerate(
            zip(("noa", "gil", "gil", "dana"), same, strict=True)
        )
    ]
    _hear(source, _said(1, "dana", text=words), *copies, _said(3, "avi", text="Thank you"))
    while group_next(now=NOW):
        pass

    ranks = _ranks(incident)

    assert list(ranks) == ["dana"]
    assert (ranks["dana"].copies, ranks["dana"].people) == (2, 2)


def test_short_words_are_copied_by_nobody(incident: Incident, source: Source) -> None:
    _hear(source, *[_said(place, f"teller{place}", text="Thank you") for place in range(4)])
    while group_next(now=NOW):
        pass

    assert _ranks(incident) == {}


def test_nobody_is_credited_with_words_that_are_older_than_the_incident(
    incident: Incident, source: Source
) -> None:
    words = "Burnt my hand on the new kettle of Rimon, the handle came off while pouring"
    before = (NOW - timedelta(days=2)).isoformat()
    _hear(
        source,
        _said(1, "dana", text=words, published_at=before),
        _said(2, "avi", text=words),
        _said(3, "noa", text=words),
    )
    while group_next(now=NOW):
        pass

    assert _ranks(incident) == {}
