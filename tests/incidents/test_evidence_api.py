"""Evidence over HTTP: links in JSON, files in forms, downloads that run nowhere."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, Scope, User
from incidents.models import Evidence
from tests.checks import codes_of, problem_of, queries_of
from tests.clients import with_key
from tests.factories.incidents import EvidenceFactory, FactFactory, IncidentFactory
from tests.incidents.files import PDF

pytestmark = pytest.mark.django_db

PATH = "/api/v1/evidence/"


def _sent(client: APIClient, name: str, content: bytes, headers: Any = None, **form: Any) -> Any:
    file = SimpleUploadedFile(name, content, "text/html")
    return client.post(PATH, {**form, "file": file}, format="multipart", headers=headers or {})


def test_a_link_is_attached(api: APIClient, brand: Brand) -> None:
    fact = FactFactory(incident__brand=brand)
    body = {"fact": str(fact.pk), "url": "https://example.org/lab", "title": "דוח מעבדה"}

    made = api.post(PATH, body)

    assert made.status_code == 201, made.content
    read = api.get(made["Location"]).json()
    assert read == made.json()
    assert (read["fact"], read["incident"], read["kind"], read["size"]) == (
        str(fact.pk),
        str(fact.incident_id),
        "link",
        None,
    )


def test_a_file_is_attached_and_comes_back_as_a_download(api: APIClient, brand: Brand) -> None:
    fact = FactFactory(incident__brand=brand)

    made = _sent(api, "דוח מעבדה.pdf", PDF, fact=str(fact.pk), note="Series K2-4")

    assert made.status_code == 201, made.content
    assert (made.json()["content_type"], made.json()["title"]) == (
        "application/pdf",
        "דוח מעבדה.pdf",
    )
    given = api.get(f"{made['Location']}file/")
    assert given.content == PDF
    assert given["Content-Type"] == "application/pdf"
    assert given["X-Content-Type-Options"] == "nosniff"
    assert given["Cache-Control"] == "private, no-store"
    assert "sandbox" in given["Content-Security-Policy"]
    assert given["Content-Disposition"].startswith("attachment; filename*=utf-8''%D7%93")


def test_a_key_sends_a_file_once_however_often(brand: Brand) -> None:
    client = with_key(brand, Scope.INCIDENTS_WRITE, Scope.INCIDENTS_READ)
    incident = str(IncidentFactory(brand=brand).pk)
    fixed = "multipart/form-data; boundary=BoUnDaRy"
    body = (
        f'--BoUnDaRy\r\nContent-Disposition: form-data; name="incident"\r\n\r\n{incident}\r\n'
        '--BoUnDaRy\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        "It cracks\r\n--BoUnDaRy--\r\n"
    )

    answers = [
        client.generic("POST", PATH, body, fixed, headers={"idempotency-key": "once"})
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201], answers[0].content
    assert Evidence.objects.count() == 1


def test_a_person_sends_a_file_with_cookie_and_key(api: APIClient, brand: Brand) -> None:
    incident = str(IncidentFactory(brand=brand).pk)

    made = _sent(api, "a.txt", b"It cracks", {"idempotency-key": "once"}, incident=incident)

    assert made.status_code == 201, made.content


@pytest.mark.parametrize("owners", [[], ["fact", "incident"]])
def test_evidence_has_one_owner(api: APIClient, brand: Brand, owners: list[str]) -> None:
    fact = FactFactory(incident__brand=brand)
    ids = {"fact": str(fact.pk), "incident": str(fact.incident_id)}
    body = {"url": "https://example.org", "title": "x"} | {name: ids[name] for name in owners}

    assert set(codes_of(problem_of(api.post(PATH, body), 400))) == {"fact"}


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"MZ\x00"])
def test_a_file_of_another_kind_is_refused_at_its_field(
    api: APIClient, brand: Brand, content: bytes
) -> None:
    response = _sent(api, "x.pdf", content, fact=str(FactFactory(incident__brand=brand).pk))

    document = problem_of(response, 400)
    assert "Accepted are: PDF" in document["errors"]["file"][0]["message"]


def test_a_form_without_a_file_or_with_a_strange_field_is_refused(api: APIClient) -> None:
    incident = str(IncidentFactory(brand__slug="x").pk)

    response = api.post(PATH, {"incident": incident, "colour": "red"}, format="multipart")

    assert codes_of(problem_of(response, 400)) == {
        "incident": ["does_not_exist"],
        "file": ["required"],
        "colour": ["unknown_field"],
    }


def test_a_broken_form_is_a_bad_request(api: APIClient) -> None:
    problem_of(api.generic("POST", PATH, "junk", "multipart/form-data; boundary=x"), 400)


def test_other_resources_take_no_forms(api: APIClient) -> None:
    problem_of(api.post("/api/v1/facts/", {"statement": "x"}, format="multipart"), 415)


def test_a_link_has_no_file(api: APIClient, brand: Brand) -> None:
    fact = FactFactory(incident__brand=brand)
    made = api.post(PATH, {"fact": str(fact.pk), "url": "https://example.org", "title": "x"})

    problem_of(api.get(f"{made['Location']}file/"), 404, "not_found")


def test_evidence_is_withdrawn_with_a_reason(api: APIClient, brand: Brand) -> None:
    path = f"{PATH}{EvidenceFactory(incident__brand=brand).pk}/withdraw/"

    problem_of(api.post(path, {"reason": "x"}, headers={"if-match": '"v7"'}), 412)
    problem_of(api.post(path, {}), 400)
    withdrawn = api.post(path, {"reason": "Another kettle"})

    assert withdrawn.json()["withdrawn_reason"] == "Another kettle"
    problem_of(api.post(path, {"reason": "again"}), 409, "evidence_withdrawn")


def test_evidence_is_filtered(api: APIClient, brand: Brand) -> None:
    fact = FactFactory(incident__brand=brand)
    mine = EvidenceFactory(incident=fact.incident, fact=fact)
    EvidenceFactory(incident__brand=brand)

    def found(query: str) -> int:
        return len(api.get(f"{PATH}?{query}").json()["results"])

    queries = [f"fact={fact.pk}", f"incident={fact.incident_id}", "withdrawn=true", "kind=file"]
    assert [found(query) for query in queries] == [1, 1, 0, 2]
    assert api.get(f"{PATH}?fact={fact.pk}").json()["results"][0]["id"] == str(mine.pk)


def test_a_list_costs_the_same_for_one_and_thirty_and_reads_no_bytes(
    api: APIClient, brand: Brand
) -> None:
    EvidenceFactory(incident__brand=brand)
    few = queries_of(api, PATH)
    EvidenceFactory.create_batch(29, incident__brand=brand)

    many = queries_of(api, PATH)

    assert len(many) == len(few)
    assert not [query for query in many if "evidencefile" in query]


def test_a_stranger_downloads_nothing(client_of: Any, brand: Brand, stranger: User) -> None:
    path = f"{PATH}{EvidenceFactory(incident__brand=brand).pk}/file/"

    problem_of(client_of(stranger).get(path), 404)
