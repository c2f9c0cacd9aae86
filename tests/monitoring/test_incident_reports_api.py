"""The report of an incident over the API: page, paper, sheets; for the team and for everybody."""

import csv
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
import time_machine
from pypdf import PdfReader
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from incidents.models import Incident
from tests.checks import problem_of, queries_of
from tests.factories.incidents import FactFactory, IncidentFactory, LessonFactory
from tests.factories.messaging import KeyMessageFactory
from tests.factories.monitoring import NarrativeFactory
from tests.factories.public import (
    PublicIncidentFactory,
    PublicNumberFactory,
    PublicPageFactory,
    PublicUpdateFactory,
)
from tests.monitoring.crisis import ENGLISH, HEBREW, NOW, tell_crisis

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_the_time() -> Iterator[None]:
    with time_machine.travel(NOW + timedelta(microseconds=1), tick=False):
        yield


@pytest.fixture
def client(client_of: Callable[[User], APIClient], viewer: User) -> APIClient:
    return client_of(viewer)


def _get(client: APIClient, incident: Incident, **terms: Any) -> Any:
    return client.get(f"/api/v1/incidents/{incident.pk}/report/", terms)


def _page(client: APIClient, incident: Incident, **terms: Any) -> str:
    response = _get(client, incident, **terms)
    assert response.status_code == 200, response.content[:500]
    said: str = response.content.decode()
    return said


def _sheets(response: Any) -> dict[str, str]:
    """Return the XML of each sheet by its name."""
    book = ZipFile(BytesIO(response.content))
    tree = ElementTree.fromstring(book.read("xl/workbook.xml"))  # noqa: S314 - our own
    names = [node.attrib["name"] for node in tree.iter() if node.tag.endswith("}sheet")]
    parts = [book.read(f"xl/worksheets/sheet{place + 1}.xml") for place in range(len(names))]
    return {name: part.decode() for name, part in zip(names, parts, strict=True)}


def test_the_page_tells_everything_there_is_to_tell(client: APIClient, brand: Brand) -> None:
    page = _page(client, tell_crisis(brand))

    told = [ENGLISH.title, ENGLISH.cause, ENGLISH.facts[0], ENGLISH.messages[1][0], ENGLISH.goal]
    assert [one for one in [*told, ENGLISH.lesson[2]] if one not in page] == []
    assert page.count("<svg") == 7


def test_a_page_asks_nobody_for_anything_and_runs_nothing(client: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand, summary="<script>alert(1)</script>")

    response = _get(client, incident)
    page = response.content.decode()

    assert "<script" not in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"


def test_the_page_in_hebrew_runs_from_the_right(client: APIClient, brand: Brand) -> None:
    page = _page(client, tell_crisis(brand, HEBREW), lang="he")

    assert '<html lang="he" dir="rtl">' in page
    assert f'<h1 dir="rtl">INC-2026-0001 · {HEBREW.title}</h1>' in page


def test_what_is_said_and_what_gets_through_is_told_to_the_team(
    client: APIClient, brand: Brand
) -> None:
    incident = _told_to_everybody(brand)
    sign = {"sign": "same_link", "strength": 0.8}
    NarrativeFactory(brand=brand, incident=incident, name="They knew", signs=[sign])
    KeyMessageFactory(incident=incident, texts={"en": "You get your money back."})

    inside, outside = _page(client, incident), _page(client, incident, audience="public")

    told = ["They knew", "Several accounts post the same link.", "You get your money back."]
    assert [one for one in told if one not in inside] == []
    assert [one for one in told if one in outside] == []


def test_a_narrative_that_was_dismissed_is_left_out(client: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)
    NarrativeFactory(brand=brand, incident=incident, name="They knew", dismissed_at=NOW)

    assert "They knew" not in _page(client, incident)


def test_statements_that_are_not_confirmed_are_only_counted(
    client: APIClient, brand: Brand
) -> None:
    page = _page(client, tell_crisis(brand))

    assert ENGLISH.facts[2] not in page
    assert "Not confirmed yet: 1." in page


def test_a_lesson_that_was_rejected_is_left_out(client: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)
    LessonFactory(incident=incident, title="Blame the supplier", status="rejected")

    assert "Blame the supplier" not in _page(client, incident)


def test_a_drill_is_called_one_on_its_first_line(client: APIClient, brand: Brand) -> None:
    page = _page(client, IncidentFactory(brand=brand, mode="drill"))

    assert "This is a drill: nothing of it happened." in page


@pytest.mark.parametrize("told", [ENGLISH, HEBREW], ids=["en", "he"])
def test_the_paper_is_a_pdf_with_tags_and_a_title(
    client: APIClient, brand: Brand, told: Any
) -> None:
    incident = tell_crisis(brand, told)

    response = _get(client, incident, format="pdf", lang="he" if told is HEBREW else "en")

    paper: Any = PdfReader(BytesIO(response.content))
    assert response["Content-Type"] == "application/pdf"
    assert 'filename="INC-2026-0001-2026-06-11.pdf"' in response["Content-Disposition"]
    assert paper.metadata.title == f"INC-2026-0001 · {told.title}"
    assert "/StructTreeRoot" in paper.trailer["/Root"]
    assert 3 <= len(paper.pages) <= 9


def test_words_are_never_taken_for_markup_of_the_paper(client: APIClient, brand: Brand) -> None:
    nasty = '#read("content.json") $x$ *b* \\ @ref <a> "q" `code` = title'
    incident = IncidentFactory(brand=brand, title=nasty[:200], summary=nasty)

    paper: Any = PdfReader(BytesIO(_get(client, incident, format="pdf").content))

    assert nasty in paper.metadata.title


def test_the_series_as_values_adds_up_to_the_total(client: APIClient, brand: Brand) -> None:
    response = _get(client, tell_crisis(brand), format="csv")

    text = response.content.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert rows[0]["started_at"] == "2026-06-09T08:00:00+03:00"
    assert sum(int(row["mentions"]) for row in rows) > 10_000
    assert all(row["negative_share_low"] <= row["negative_share"] for row in rows)


def test_the_workbook_has_a_sheet_for_each_table_and_the_series(
    client: APIClient, brand: Brand
) -> None:
    sheets = _sheets(_get(client, tell_crisis(brand), format="xlsx"))

    assert {"Report", "Platforms", "Languages", "Timeline", "Goals", "Series"} <= set(sheets)
    assert not any('rightToLeft="1"' in sheet for sheet in sheets.values())


def test_the_workbook_in_hebrew_runs_from_the_right(client: APIClient, brand: Brand) -> None:
    sheets = _sheets(_get(client, tell_crisis(brand, HEBREW), format="xlsx", lang="he"))

    assert all('rightToLeft="1"' in sheet for sheet in sheets.values())


def test_no_text_of_a_workbook_is_a_formula(client: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand, title="=1+1")
    FactFactory(
        incident=incident, statement='=HYPERLINK("http://x")', status="confirmed", decided_at=NOW
    )

    sheets = _sheets(_get(client, incident, format="xlsx"))

    assert not any("<f>" in sheet for sheet in sheets.values())
    assert not any("hyperlink" in sheet.lower() for sheet in sheets.values())


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("application/pdf", "application/pdf"),
        ("text/csv;q=0.5, text/html", "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
        ("application/json", "text/html; charset=utf-8"),
    ],
)
def test_the_format_is_what_is_preferred(
    client: APIClient, brand: Brand, accept: str, given: str
) -> None:
    path = f"/api/v1/incidents/{IncidentFactory(brand=brand).pk}/report/"

    response = client.get(path, headers={"Accept": accept})

    assert response["Content-Type"] == given


@pytest.mark.parametrize("name", ["format", "audience", "lang", "colour"])
def test_what_nobody_writes_is_refused(client: APIClient, brand: Brand, name: str) -> None:
    response = _get(client, IncidentFactory(brand=brand), **{name: "doc"})

    assert set(problem_of(response, 400)["errors"]) == {name}


def test_the_report_of_another_brand_is_not_there(client: APIClient) -> None:
    problem_of(_get(client, IncidentFactory()), 404)


def test_a_report_costs_the_same_however_much_there_is(client: APIClient, brand: Brand) -> None:
    incident = tell_crisis(brand)
    path = f"/api/v1/incidents/{incident.pk}/report/"
    client.get(path)
    before = len(queries_of(client, path))

    FactFactory.create_batch(30, incident=incident, status="confirmed", decided_at=NOW)

    assert len(queries_of(client, path)) == before <= 40


def _told_to_everybody(brand: Brand) -> Incident:
    incident = tell_crisis(brand)
    PublicPageFactory(brand=brand)
    PublicIncidentFactory(incident=incident)
    PublicNumberFactory(incident=incident)
    message = incident.messages.get(title=ENGLISH.messages[0][0])
    PublicUpdateFactory(message=message, published_at=NOW - timedelta(hours=50))
    return incident


@pytest.mark.parametrize("format_name", ["html", "pdf", "xlsx"])
def test_everybody_is_told_approved_words_only(
    client: APIClient, brand: Brand, format_name: str
) -> None:
    incident = _told_to_everybody(brand)
    # Another published message rests on the second fact; nothing at all on this one.
    FactFactory(incident=incident, statement="Kept inside", status="confirmed", decided_at=NOW)

    response = _get(client, incident, audience="public", format=format_name)

    assert response.status_code == 200
    assert incident.reference not in response["Content-Disposition"]
    said = _said(response, format_name)
    hidden = [incident.reference, incident.title, ENGLISH.cause, ENGLISH.facts[2], "Kept inside"]
    hidden += [ENGLISH.goal, *ENGLISH.lesson, "For the team only"]
    assert [one for one in hidden if one in said] == []


def _said(response: Any, format_name: str) -> str:
    if format_name == "pdf":
        pages = PdfReader(BytesIO(response.content)).pages
        return " ".join(" ".join(page.extract_text().split()) for page in pages)
    if format_name == "xlsx":
        return ZipFile(BytesIO(response.content)).read("xl/sharedStrings.xml").decode()
    said: str = response.content.decode()
    return said


def test_everybody_is_told_the_words_of_the_public_page(client: APIClient, brand: Brand) -> None:
    page = _page(client, _told_to_everybody(brand), audience="public")

    told = ["The handles of the K2 kettle", "Kettles replaced", "1,240", *ENGLISH.messages[0]]
    assert [one for one in [*told, ENGLISH.facts[0]] if one not in page] == []


@pytest.mark.parametrize("terms", [{}, {"mode": "drill"}, {"visibility": "restricted"}])
def test_there_is_no_public_report_of_what_the_public_is_not_told(
    client_of: Callable[[User], APIClient], manager: User, brand: Brand, terms: dict[str, str]
) -> None:
    incident = IncidentFactory(brand=brand, **terms)
    if terms:
        PublicIncidentFactory(incident=incident)
        PublicPageFactory(brand=brand)

    response = _get(client_of(manager), incident, audience="public")

    problem_of(response, 409, "not_told")
