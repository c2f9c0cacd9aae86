"""The page as everybody reads it: HTML, headers, caches."""

from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from crisisapi.accounts.models import Brand
from incidents.models import Incident
from messaging.models import PublicIncident, PublicPage
from tests.factories.incidents import GoalFactory, IncidentFactory, TaskFactory
from tests.factories.public import (
    PublicIncidentFactory,
    PublicNumberFactory,
    PublicUpdateFactory,
)
from tests.messaging.conftest import NOW

pytestmark = pytest.mark.django_db


class Tags(HTMLParser):
    """Every opening tag with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found.append((tag, dict(attrs)))

    def of(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.found if tag == name]


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.content[:300]
    return response.content.decode()


def test_the_page_is_read_in_its_main_language_from_right_to_left(
    client: Client, public: PublicIncident
) -> None:
    tags = Tags(text_of(client, "/p/rimon/"))

    [html] = tags.of("html")
    assert (html["lang"], html["dir"]) == ("he", "rtl")


def test_the_language_is_part_of_the_address_not_of_the_browser(
    client: Client, public: PublicIncident
) -> None:
    response = client.get("/p/rimon/en/", headers={"accept-language": "he"})

    text = response.content.decode()
    assert '<html lang="en" dir="ltr">' in text
    assert "What we are dealing with now" in text
    assert "The handles of the K2 kettle" in text
    assert response["Content-Language"] == "en"
    assert "Vary" not in response


def test_nothing_of_the_internal_incident_is_told(
    client: Client, public: PublicIncident, incident: Incident
) -> None:
    for path in ("/p/rimon/", f"/p/rimon/incidents/{public.pk}/", "/api/v1/public/rimon/"):
        text = text_of(client, path)
        assert incident.title not in text
        assert incident.reference not in text
        assert str(incident.pk) not in text


def test_an_incident_shows_its_timeline_promises_and_numbers(
    client: Client, public: PublicIncident, incident: Incident
) -> None:
    PublicUpdateFactory(message__incident=incident, title="Sales stopped", body="Since 9:00.")
    TaskFactory(
        incident=incident,
        kind="commitment",
        promise="A refund within 14 days",
        promised_at=NOW,
        due_at=NOW + timedelta(days=14),
        is_public=True,
    )
    PublicNumberFactory(incident=incident)

    text = text_of(client, f"/p/rimon/en/incidents/{public.pk}/")

    for told in ("Sales stopped", "Since 9:00.", "A refund within 14 days", "1,240"):
        assert told in text


def test_a_promise_that_is_not_for_the_public_is_not_shown(
    client: Client, public: PublicIncident, incident: Incident
) -> None:
    TaskFactory(
        incident=incident,
        kind="commitment",
        promise="Told to one customer",
        promised_at=NOW,
        due_at=NOW,
        is_public=False,
    )

    assert "Told to one" not in text_of(client, f"/p/rimon/en/incidents/{public.pk}/")


def test_a_promise_turns_late_by_itself(
    client: Client, public: PublicIncident, incident: Incident
) -> None:
    TaskFactory(
        incident=incident,
        kind="commitment",
        promise="By yesterday",
        promised_at=NOW,
        due_at=timezone.now() - timedelta(days=1),
        is_public=True,
    )

    told = client.get(f"/api/v1/public/rimon/incidents/{public.pk}/").json()

    assert [one["state"] for one in told["commitments"]] == ["late"]


@pytest.mark.parametrize(
    "written",
    ['<script>alert("x")</script>', "<img src=x onerror=alert(1)>", "{{ settings.SECRET_KEY }}"],
)
def test_what_is_written_stays_text(
    client: Client, public: PublicIncident, incident: Incident, written: str
) -> None:
    PublicUpdateFactory(message__incident=incident, title=written, body=written)

    tags = Tags(text_of(client, f"/p/rimon/en/incidents/{public.pk}/"))

    assert tags.of("script") == tags.of("img") == []


def test_links_lead_safely_to_the_web(
    client: Client, public: PublicIncident, incident: Incident
) -> None:
    body = "See https://rimon.example/k2?a=1&b=2. Not javascript:alert(1)"
    PublicUpdateFactory(message__incident=incident, body=body)

    tags = Tags(text_of(client, f"/p/rimon/en/incidents/{public.pk}/"))

    [link] = [one for one in tags.of("a") if str(one.get("href")).startswith("http")]
    assert link["href"] == "https://rimon.example/k2?a=1&b=2"
    assert {"nofollow", "noopener"} <= set(str(link["rel"]).split())


def test_a_corrected_update_stays_to_be_read_and_leads_to_what_holds(
    client: Client, public: PublicIncident, incident: Incident
) -> None:
    new = PublicUpdateFactory(message__incident=incident, title="Series K2-115")
    old = PublicUpdateFactory(message__incident=incident, title="Series K2-114", corrected_by=new)

    text = text_of(client, f"/p/rimon/en/incidents/{public.pk}/")

    assert "Series K2-114" in text
    assert f'href="#update-{new.pk}"' in text
    assert f'href="#update-{old.pk}"' in text


def test_of_what_was_taken_down_only_that_it_was_there_is_told(
    client: Client, public: PublicIncident, incident: Incident
) -> None:
    PublicUpdateFactory(
        message__incident=incident, title="Wrong", body="Very wrong", withdrawn_at=NOW
    )

    for path in (
        f"/p/rimon/en/incidents/{public.pk}/",
        "/p/rimon/en/feed.atom",
        f"/api/v1/public/rimon/incidents/{public.pk}/?language=en",
    ):
        assert "rong" not in text_of(client, path)
    assert "was taken down" in text_of(client, f"/p/rimon/en/incidents/{public.pk}/")


def test_updates_in_another_language_are_pointed_to(
    client: Client, public: PublicIncident, incident: Incident
) -> None:
    PublicUpdateFactory(message__incident=incident, language="he", title="עצרנו")
    PublicUpdateFactory(message__incident=incident, language="en", title="Stopped")

    text = text_of(client, f"/p/rimon/en/incidents/{public.pk}/")

    assert "There is 1 update in Hebrew too." in text
    assert "עצרנו" not in text


@pytest.mark.parametrize(
    "path",
    [
        "/p/none/",
        "/p/rimon/fr/",
        "/p/rimon/incidents/019eab77-8f80-7d41-9183-4714542dcf3e/",
        "/p/none/feed.atom",
        "/p/none/subscribe/",
    ],
)
def test_what_is_not_there_is_told_as_a_page(
    client: Client, public: PublicIncident, path: str
) -> None:
    response = client.get(path)

    assert response.status_code == 404


def test_a_page_that_is_closed_says_nothing_of_itself(
    client: Client, page: PublicPage, public: PublicIncident, brand: Brand
) -> None:
    PublicPage.objects.update(is_published=False)

    for path in ("/p/rimon/", f"/p/rimon/incidents/{public.pk}/", "/api/v1/public/rimon/"):
        response = client.get(path)
        assert response.status_code == 404
        assert brand.name not in response.content.decode()


@pytest.mark.parametrize("fields", [{"visibility": "restricted"}, {"mode": "drill"}])
def test_a_restricted_incident_and_a_drill_are_never_shown(
    client: Client, page: PublicPage, brand: Brand, fields: dict[str, str]
) -> None:
    hidden = PublicIncidentFactory(incident=IncidentFactory(brand=brand, **fields))

    assert "K2" not in text_of(client, "/p/rimon/")
    assert client.get(f"/p/rimon/incidents/{hidden.pk}/").status_code == 404
    assert client.get(f"/api/v1/public/rimon/incidents/{hidden.pk}/").status_code == 404


def test_another_brand_has_another_page(client: Client, page: PublicPage) -> None:
    other = PublicIncidentFactory()

    assert client.get(f"/p/rimon/incidents/{other.pk}/").status_code == 404


def test_a_merged_incident_redirects_for_good(
    client: Client, page: PublicPage, public: PublicIncident, brand: Brand
) -> None:
    other = PublicIncidentFactory(incident=IncidentFactory(brand=brand))
    PublicIncident.objects.filter(pk=public.pk).update(merged_into=other, incident=other.incident)

    response = client.get(f"/p/rimon/en/incidents/{public.pk}/")
    told = client.get(f"/api/v1/public/rimon/incidents/{public.pk}/?language=en")

    assert response.status_code == told.status_code == 301
    assert response["Location"] == f"/p/rimon/en/incidents/{other.pk}/"
    assert told["Location"] == f"/api/v1/public/rimon/incidents/{other.pk}/?language=en"


PATHS = ["/p/rimon/", "/p/rimon/en/", "/p/rimon/feed.atom", "/api/v1/public/rimon/"]


@pytest.mark.parametrize("path", PATHS)
def test_caches_may_share_it_and_ask_again_cheaply(
    client: Client, public: PublicIncident, path: str
) -> None:
    first = client.get(path)
    by_tag = client.get(path, headers={"if-none-match": first["ETag"]})
    by_time = client.get(path, headers={"if-modified-since": first["Last-Modified"]})

    assert "public, max-age=60, stale-while-revalidate=300" in first["Cache-Control"]
    assert not first.cookies
    assert "Vary" not in first
    assert by_tag.status_code == by_time.status_code == 304
    assert by_tag.content == b""
    assert by_tag["ETag"] == first["ETag"]
    assert by_tag["Cache-Control"] == first["Cache-Control"]


@pytest.mark.parametrize("path", PATHS)
def test_head_says_what_get_would(client: Client, public: PublicIncident, path: str) -> None:
    head, get = client.head(path), client.get(path)

    assert head.status_code == 200
    assert head.content == b""
    assert head["ETag"] == get["ETag"]


@pytest.mark.parametrize("path", PATHS)
def test_what_changes_has_another_tag_and_a_later_time(
    client: Client, public: PublicIncident, incident: Incident, path: str
) -> None:
    first = client.get(path)
    PublicIncident.objects.update(titles={"he": "אחרת", "en": "Other"})
    PublicUpdateFactory(message__incident=incident, language="en")
    PublicUpdateFactory(message__incident=incident, language="he")
    PublicPage.objects.update(changed_at=timezone.now())

    again = client.get(path, headers={"if-none-match": first["ETag"]})
    by_time = client.get(path, headers={"if-modified-since": first["Last-Modified"]})

    assert again.status_code == by_time.status_code == 200


def test_a_measurement_tells_caches_by_its_time(
    client: Client, public: PublicIncident, incident: Incident
) -> None:
    goal = GoalFactory(incident=incident, metric="manual.calls", current=5, measured_at=NOW)
    PublicNumberFactory(incident=incident, goal=goal, value=None, as_of=None)
    first = client.get("/p/rimon/")
    goal.current, goal.measured_at = 6, timezone.now()
    goal.save()

    again = client.get("/p/rimon/", headers={"if-modified-since": first["Last-Modified"]})

    assert again.status_code == 200


def test_a_page_that_may_not_be_kept_is_asked_for_each_time(
    client: Client, public: PublicIncident
) -> None:
    PublicPage.objects.update(cache_seconds=0)

    assert client.get("/p/rimon/")["Cache-Control"].startswith("public, no-cache")


def test_the_browser_is_told_to_run_nothing(client: Client, public: PublicIncident) -> None:
    response = client.get("/p/rimon/")

    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe-inline" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert Tags(response.content.decode()).of("script") == []


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_changed_through_the_page(
    client: Client, public: PublicIncident, method: str
) -> None:
    assert getattr(client, method)("/p/rimon/").status_code == 405


@pytest.mark.parametrize(
    "path", ["/p/rimon/", "/p/rimon/incidents/{pk}/", "/p/rimon/feed.atom", "/api/v1/public/rimon/"]
)
def test_reading_costs_the_same_for_one_and_for_thirty(
    client: Client,
    page: PublicPage,
    public: PublicIncident,
    brand: Brand,
    path: str,
    django_assert_max_num_queries: Any,
) -> None:
    def fill(incident: Incident) -> None:
        PublicUpdateFactory(message__incident=incident)
        PublicNumberFactory(incident=incident)
        TaskFactory(
            incident=incident,
            kind="commitment",
            promise="Soon",
            promised_at=NOW,
            due_at=NOW,
            is_public=True,
        )

    for _ in range(29):
        fill(PublicIncidentFactory(incident=IncidentFactory(brand=brand)).incident)
        fill(public.incident)

    with django_assert_max_num_queries(9):
        text_of(client, path.format(pk=public.pk))
