"""Authors over the API: searched by handle, linked, ranked within an incident."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM
from crisisapi.events.models import Event
from incidents.models import Incident
from monitoring.models import Author, Mention, Source
from monitoring.services.analysis import analyse_batch
from monitoring.services.author_counts import fold_authors
from monitoring.services.author_links import link_author
from monitoring.services.deliveries import receive_delivery
from monitoring.services.ranking import rank_authors
from monitoring.services.removing import remove_mentions
from tests.checks import problem_of, queries_of
from tests.factories.accounts import BrandFactory
from tests.factories.incidents import IncidentFactory, StakeholderFactory
from tests.factories.monitoring import AuthorFactory, InfluenceFactory, SourceFactory
from tests.monitoring.pushing import body_of, mention

pytestmark = pytest.mark.django_db

AUTHORS = "/api/v1/authors/"
SAID = datetime(2026, 3, 4, 9, 15, tzinfo=UTC)
NOW = SAID + timedelta(hours=3)


@pytest.fixture
def source(brand: Brand) -> Source:
    return SourceFactory(brand=brand)


@pytest.fixture
def incident(brand: Brand) -> Incident:
    return IncidentFactory(brand=brand, started_at=SAID - timedelta(hours=1))


def _hear(source: Source, *handles: str) -> None:
    items: list[dict[str, Any]] = [
        mention(
            number,
            text="terrible kettle",
            language="en",
            author={"id": f"id-{handle.lower()}", "handle": handle, "followers": 7},
            shares=number,
        )
        for number, handle in enumerate(handles)
    ]
    receive_delivery(source=source, external_id="msg_1", body=body_of(*items), now=NOW)
    while analyse_batch(now=NOW) or fold_authors(now=NOW):
        pass


def test_an_author_is_found_by_handle(api: APIClient, source: Source) -> None:
    _hear(source, "Dana", "avi")

    found = api.get(AUTHORS, {"handle": "@dana"}).json()["results"]

    assert [one["account"]["handle"] for one in found] == ["Dana"]
    assert (found[0]["mentions"], found[0]["stance"]) == (1, "unknown")
    assert found[0]["account"]["followers"] == 7
    assert api.get(AUTHORS, {"handle": "noa"}).json()["results"] == []


def test_an_author_shows_the_stance_of_each_day(api: APIClient, source: Source) -> None:
    _hear(source, *["Dana"] * 6)

    body = api.get(f"{AUTHORS}{Author.objects.get().pk}/").json()

    assert (body["stance"], body["negative"]) == ("critical", 6)
    [day] = body["days"]
    assert (day["day"], day["mentions"], day["negative_share"]["value"]) == ("2026-03-04", 6, 1.0)
    assert 0.5 < day["negative_share"]["low"] < 0.7
    assert body["influences"] == []


def test_an_author_is_linked_to_a_stakeholder_and_unlinked(
    api: APIClient, source: Source, responder: User
) -> None:
    _hear(source, "dana")
    author = Author.objects.get()
    stakeholder = StakeholderFactory(brand=source.brand)
    said = {"stakeholder": str(stakeholder.pk)}
    path = f"{AUTHORS}{author.pk}"

    linked = api.post(f"{path}/link/", said, format="json")

    assert linked.json()["stakeholder"] == str(stakeholder.pk)
    assert api.get(AUTHORS, {"stakeholder": stakeholder.pk}).json()["results"]
    assert api.get(AUTHORS, {"is_linked": "false"}).json()["results"] == []
    stale = api.post(f"{path}/unlink/", {}, format="json", headers={"if-match": '"v1"'})
    problem_of(stale, 412, "stale_version")
    unlinked = api.post(f"{path}/unlink/", {}, format="json")
    assert unlinked.json()["stakeholder"] is None
    problem_of(api.post(f"{path}/unlink/", {}, format="json"), 409, "not_linked")


def test_the_log_does_not_say_which_author_it_was(
    api: APIClient, source: Source, responder: User
) -> None:
    _hear(source, "dana")
    author = Author.objects.get()
    stakeholder = StakeholderFactory(brand=source.brand)

    said = {"stakeholder": str(stakeholder.pk)}
    api.post(f"{AUTHORS}{author.pk}/link/", said, format="json")

    event = Event.objects.get(verb="stakeholder.account_linked")
    assert (event.object_id, event.data) == (stakeholder.pk, {"platform": "x"})


def test_a_stakeholder_of_another_brand_is_nobody_here(
    api: APIClient, source: Source, responder: User
) -> None:
    _hear(source, "dana")
    said = {"stakeholder": str(StakeholderFactory(brand=BrandFactory()).pk)}

    refused = api.post(f"{AUTHORS}{Author.objects.get().pk}/link/", said, format="json")

    problem_of(refused, 400, "invalid")


def test_authors_of_an_incident_are_ranked(
    api: APIClient, source: Source, incident: Incident
) -> None:
    _hear(source, "noa", "avi", "dana")
    rank_authors(incident_id=incident.pk, now=NOW)

    rows = api.get(f"/api/v1/incidents/{incident.pk}/authors/").json()["results"]

    assert [(one["rank"], one["author"]["account"]["handle"]) for one in rows][:2] == [
        (1, "dana"),
        (2, "avi"),
    ]
    first = rows[0]
    assert (first["shares"], first["posts"], first["people"]) == (2, 1, 0)
    assert first["score"] == pytest.approx(first["spread"] + first["audience"], abs=1e-3)
    body = api.get(f"{AUTHORS}{first['author']['id']}/").json()
    assert [one["incident"] for one in body["influences"]] == [str(incident.pk)]


def test_a_ranking_is_read_page_by_page(api: APIClient, incident: Incident) -> None:
    InfluenceFactory.create_batch(3, incident=incident)
    path = f"/api/v1/incidents/{incident.pk}/authors/"

    page = api.get(path, {"page_size": 2}).json()
    rest = api.get(page["next"]).json()

    ranks = [one["rank"] for one in [*page["results"], *rest["results"]]]
    assert ranks == sorted(ranks)
    assert (len(ranks), rest["next"]) == (3, None)
    problem_of(api.get(path, {"order": "score"}), 400, "invalid")


def test_lists_cost_the_same_for_one_and_for_thirty(api: APIClient, incident: Incident) -> None:
    ranked = f"/api/v1/incidents/{incident.pk}/authors/"
    InfluenceFactory(incident=incident)
    few = [len(queries_of(api, path)) for path in (AUTHORS, ranked)]

    InfluenceFactory.create_batch(29, incident=incident)

    assert [len(queries_of(api, path)) for path in (AUTHORS, ranked)] == few


def test_who_was_never_heard_is_not_listed(api: APIClient, brand: Brand) -> None:
    AuthorFactory(brand=brand, mentions=0)

    assert api.get(AUTHORS).json()["results"] == []


def test_an_export_tells_what_is_counted_of_an_author(
    client_of: Any, source: Source, incident: Incident, manager: User
) -> None:
    _hear(source, "noa", "dana")
    rank_authors(incident_id=incident.pk, now=NOW)
    asked = {"brand": source.brand.slug, "platform": "x", "author_handle": "dana"}

    body = client_of(manager).post("/api/v1/erasures/export/", asked, format="json").json()

    [author] = body["authors"]
    assert (author["account"]["handle"], author["negative"]) == ("dana", 1)
    assert [one["rank"] for one in author["influences"]] == [1]


def test_what_an_author_said_is_listed_also_what_was_deleted(
    api: APIClient, source: Source
) -> None:
    _hear(source, "dana", "avi", "dana")
    remove_mentions(["post-0"], source=source, now=NOW)
    author = Author.objects.get(mentions=2)

    rows = api.get("/api/v1/mentions/", {"author": str(author.pk)}).json()["results"]

    assert sorted(one["external_id"] for one in rows) == ["post-0", "post-2"]
    other = AuthorFactory(brand=BrandFactory())
    problem_of(api.get("/api/v1/mentions/", {"author": str(other.pk)}), 400, "invalid")


def test_a_report_names_stakeholders_and_nobody_else(
    api: APIClient, source: Source, incident: Incident, responder: User
) -> None:
    _hear(source, "noa", "dana", "avi")
    council = StakeholderFactory(brand=source.brand, name="Consumer council")
    said = Mention.objects.filter(author_handle="avi")
    avi = Author.objects.get(key__in=said.values("author_key"))
    link_author(author=avi, stakeholder=council, actor=SYSTEM, now=NOW)
    rank_authors(incident_id=incident.pk, now=NOW)

    page = api.get(f"/api/v1/incidents/{incident.pk}/report/").content.decode()

    assert "Who moves the talk" in page
    assert page.index("Consumer council") < page.index("An account on X")
    assert "dana" not in page
    assert "avi" not in page
