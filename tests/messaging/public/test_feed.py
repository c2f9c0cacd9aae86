"""The feed: valid Atom, its ids for good."""

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client

from incidents.models import Incident
from messaging.models import PublicIncident, PublicPage
from tests.factories.public import PublicUpdateFactory
from tests.messaging.conftest import NOW

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def read(client: Client, path: str = "/p/rimon/en/feed.atom") -> ElementTree.Element:
    response = client.get(path)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own answer


def text(element: ElementTree.Element, name: str) -> str:
    return str(element.findtext(f"{ATOM}{name}"))


def test_a_feed_has_what_rfc_4287_asks_for(
    client: Client, public: PublicIncident, incident: Incident
) -> None:
    PublicUpdateFactory(message__incident=incident)
    feed = read(client)

    for element in (feed, *feed.findall(f"{ATOM}entry")):
        assert text(element, "id").startswith("urn:uuid:")
        assert text(element, "title")
        assert datetime.fromisoformat(text(element, "updated")).tzinfo
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    relations = {link.get("rel") for link in feed.findall(f"{ATOM}link")}
    assert relations == {"self", "alternate"}


def test_a_feed_is_of_one_language_and_says_so(
    client: Client, public: PublicIncident, incident: Incident
) -> None:
    PublicUpdateFactory(message__incident=incident, language="he", title="עצרנו")
    PublicUpdateFactory(message__incident=incident, language="en", title="Stopped")

    feed = read(client, "/p/rimon/he/feed.atom")

    [entry] = feed.findall(f"{ATOM}entry")
    assert (feed.get(LANGUAGE), entry.get(LANGUAGE)) == ("he", "he")
    assert text(entry, "title") == "עצרנו"
    assert 'dir="rtl"' in text(entry, "content")


def test_ids_stay_when_the_page_moves(
    client: Client, page: PublicPage, public: PublicIncident, incident: Incident
) -> None:
    PublicUpdateFactory(message__incident=incident)
    before = [text(entry, "id") for entry in read(client).iter(f"{ATOM}entry")]
    PublicPage.objects.update(slug="elsewhere")

    after = read(client, "/p/elsewhere/en/feed.atom")

    assert [text(entry, "id") for entry in after.iter(f"{ATOM}entry")] == before
    assert text(after, "id") == f"urn:uuid:{page.pk}"


def test_a_correction_is_news_of_the_old_entry(
    client: Client, public: PublicIncident, incident: Incident
) -> None:
    new = PublicUpdateFactory(message__incident=incident, published_at=NOW + timedelta(hours=1))
    old = PublicUpdateFactory(
        message__incident=incident,
        published_at=NOW,
        corrected_by=new,
        updated_at=NOW + timedelta(hours=2),
    )

    entries = {text(entry, "id"): entry for entry in read(client).iter(f"{ATOM}entry")}

    shown = entries[f"urn:uuid:{old.pk}"]
    assert datetime.fromisoformat(text(shown, "updated")) == NOW + timedelta(hours=2)
    assert "was corrected" in text(shown, "content")


def test_characters_that_xml_does_not_know_are_left_out(
    client: Client, public: PublicIncident, incident: Incident
) -> None:
    PublicUpdateFactory(message__incident=incident, title="A\x0bB\ufffe & <C>", body="\x08")

    [entry] = read(client).iter(f"{ATOM}entry")

    assert text(entry, "title") == "AB & <C>"


def test_the_last_fifty_are_in_it_the_newest_first(
    client: Client, public: PublicIncident, incident: Incident
) -> None:
    for minute in range(52):
        PublicUpdateFactory(
            message__incident=incident, published_at=NOW + timedelta(minutes=minute)
        )

    published = [text(entry, "published") for entry in read(client).iter(f"{ATOM}entry")]

    assert len(published) == 50
    assert published == sorted(published, reverse=True)
