"""Every error is a problem document, whatever bytes arrive."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from crisisapi.accounts.models import User
from tests.checks import codes_of, problem_of
from tests.factories.incidents import IncidentFactory

pytestmark = pytest.mark.django_db

INCIDENTS = "/api/v1/incidents/"


def _post(client: Client, body: bytes, path: str = INCIDENTS, **headers: Any) -> Any:
    return client.generic(
        "POST", path, body, content_type=headers.pop("content_type", "application/json"), **headers
    )


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/nothing/",
        "/api/v1/incidents",
        "/api/v2/",
        "/nothing",
        "/api/v1/incidents/not-a-uuid/",
        "/api/v1/incidents/%00/",
        "/api/v1/incidents/%ff%fe/",
        "/static/nothing.js",
        "/api/v1/incidents/../../etc/passwd",
    ],
)
def test_a_path_to_nowhere_is_a_problem(api: APIClient, path: str) -> None:
    response = api.get(path)

    problem_of(response, 404, "not_found")


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_wrong_method_says_which_are_right(api: APIClient, method: str) -> None:
    response = getattr(api, method)(INCIDENTS)

    problem_of(response, 405, "method_not_allowed")
    assert response["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_a_wrong_method_on_an_action_says_which_is_right(api: APIClient) -> None:
    response = api.get("/api/v1/incidents/019aa000-0000-7000-8000-000000000000/respond/")

    problem_of(response, 405, "method_not_allowed")
    assert "POST" in response["Allow"]


def test_an_unheard_of_method_is_refused(api: APIClient) -> None:
    response = api.generic("BREW", INCIDENTS)

    problem_of(response, 405)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"{'title': 1}",
        b'{"title": NaN}',
        b'{"title": Infinity}',
        b'{"title": "\xff"}',
        b'{"title": "\\ud800"}',
        b'{"title": "\xed\xa0\x80"}',
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"title": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
        b"\x00",
        b" ",
        b'{"title": "a"} x',
    ],
)
def test_a_body_that_is_not_json_is_refused(api: APIClient, body: bytes) -> None:
    response = _post(api, body)

    problem_of(response, 400, "malformed_json")


@pytest.mark.parametrize("body", [b"[]", b"[{}]", b'"text"', b"null", b"7", b"true", b"1e999"])
def test_a_body_that_is_no_object_is_refused(api: APIClient, body: bytes) -> None:
    response = _post(api, body)

    document = problem_of(response, 400)
    assert document["code"] in {"invalid", "malformed_json"}


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"null", b"7", b'[["title"]]'])
def test_an_edit_with_a_body_that_is_no_object_is_refused(
    api: APIClient, responder: User, body: bytes
) -> None:
    incident = IncidentFactory(brand=responder.memberships.get().brand)

    path = f"{INCIDENTS}{incident.pk}/"
    response = _post(api, body, path, REQUEST_METHOD="PATCH", HTTP_IF_MATCH='"v1"')

    problem_of(response, 400, "invalid")


def test_an_empty_body_names_the_missing_field(api: APIClient) -> None:
    response = _post(api, b"")

    document = problem_of(response, 400, "invalid")
    assert codes_of(document) == {"title": ["required"]}


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "application/jsonp",
        "",
        ";",
        "\x01",
    ],
)
def test_another_content_type_is_refused(api: APIClient, content_type: str) -> None:
    response = _post(api, b'{"title": "x"}', content_type=content_type)

    problem_of(response, 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "Application/JSON", "application/json;"]
)
def test_json_may_come_with_parameters(api: APIClient, content_type: str) -> None:
    response = _post(api, b'{"title": "x"}', content_type=content_type)

    assert response.status_code == 201


@pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=x", "text/plain"])
def test_a_form_with_a_cookie_and_a_key_is_refused_as_well(
    responder: User, content_type: str
) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(responder)
    client.get("/admin/login/")
    token = client.cookies["csrftoken"].value

    response = _post(
        client,
        b"--x\r\n",
        content_type=content_type,
        HTTP_X_CSRFTOKEN=token,
        HTTP_IDEMPOTENCY_KEY="k",
    )

    problem_of(response, 415)


def test_a_body_too_large_is_refused_before_it_is_read(api: APIClient, settings: Any) -> None:
    response = _post(api, b"x" * (settings.MAX_BODY_BYTES + 1))

    document = problem_of(response, 413, "body_too_large")
    assert str(settings.MAX_BODY_BYTES) in document["detail"]


@pytest.mark.parametrize(
    ("length", "status"), [("9" * 5_000, 413), ("-1", 400), ("abc", 400), ("٣", 400), ("1e3", 400)]
)
def test_a_strange_content_length_is_refused(api: APIClient, length: str, status: int) -> None:
    response = _post(api, b"{}", CONTENT_LENGTH=length)

    problem_of(response, status)


def test_a_body_of_unsaid_length_is_refused(api: APIClient) -> None:
    response = _post(api, b"", CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked")

    problem_of(response, 411, "length_required")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("title", '"a\\u0000b"', "null_characters_not_allowed"),
        ("title", '"' + "x" * 201 + '"', "max_length"),
        ("title", "[]", "invalid"),
        ("title", "{}", "invalid"),
        ("title", "null", "null"),
        ("title", '" "', "blank"),
        ("severity", "99999999999999999999999", "invalid_choice"),
        ("severity", "9223372036854775807", "invalid_choice"),
        ("severity", "1.5", "invalid_choice"),
        ("severity", "[]", "invalid_choice"),
        ("severity", "{}", "invalid_choice"),
        ("kind", "true", "invalid_choice"),
        ("started_at", '"yesterday"', "invalid"),
        ("started_at", "0", "invalid"),
        ("started_at", '"0001-01-01T00:00:00+14:00"', "overflow"),
        ("started_at", '"9999-12-31T23:59:59-14:00"', "overflow"),
        ("lead", '"x"', "invalid"),
        ("lead", "{}", "invalid"),
        ("lead", "7", "invalid"),
        ("lead", '"019aa000-0000-7000-8000-000000000000"', "does_not_exist"),
        ("brand", '"a\\u0000b"', "null_characters_not_allowed"),
        ("brand", "{}", "does_not_exist"),
        ("brand", "null", "null"),
        ("colour", '"red"', "unknown_field"),
        ("status", '"closed"', "unknown_field"),
    ],
)
def test_a_wrong_value_is_refused_by_field(
    api: APIClient, field: str, value: str, code: str
) -> None:
    rest = "" if field == "title" else ', "title": "x"'

    response = _post(api, f'{{"{field}": {value}{rest}}}'.encode())

    assert codes_of(problem_of(response, 400, "invalid")) == {field: [code]}


def test_all_mistakes_are_told_at_once(api: APIClient) -> None:
    response = _post(api, b'{"titel": "x", "severity": 9}')

    assert codes_of(problem_of(response, 400)) == {
        "title": ["required"],
        "titel": ["unknown_field"],
        "severity": ["invalid_choice"],
    }


@pytest.mark.parametrize(
    "query",
    [
        "page_size=0",
        "page_size=201",
        "page_size=-1",
        "page_size=abc",
        "page_size=٣",
        "page_size=",
        "page_size=000000100999999",
        "page_size=%00",
        "cursor=x",
        "cursor=%00",
        "cursor=%ff",
        "cursor=é",
        "cursor=WzAsMV0",
        "cursor=bnVsbA",
        "cursor=" + "W" * 20_000,
        "brand=%00",
        "active=maybe",
        "status=nothing",
        "severity=99999999999999999999",
        "lead=x",
        "colour=red",
        "fields=colour",
        "fields=",
    ],
)
def test_a_wrong_parameter_is_refused_by_name(api: APIClient, responder: User, query: str) -> None:
    IncidentFactory(brand=responder.memberships.get().brand)

    response = api.get(f"{INCIDENTS}?{query}")

    document = problem_of(response, 400, "invalid")
    assert list(document["errors"]) == [query.partition("=")[0]]


@pytest.mark.parametrize("after", ["1e400", "NaN", "1e40", "99999999999999999999", "-1", "1.5"])
def test_a_huge_number_as_a_parameter_is_no_fault(api: APIClient, after: str) -> None:
    response = api.get(f"/api/v1/events/?after={after}")

    assert response.status_code in {200, 400}


@pytest.mark.parametrize("path", ["/api/v1/incidents/{}/", "/api/v1/incidents/{}/timeline/"])
def test_an_unknown_parameter_is_refused_outside_of_lists_too(
    api: APIClient, responder: User, path: str
) -> None:
    incident = IncidentFactory(brand=responder.memberships.get().brand)

    response = api.get(path.format(incident.pk) + "?colour=red")

    assert codes_of(problem_of(response, 400)) == {"colour": ["unknown_parameter"]}


def test_nobody_is_asked_for_a_bearer(client: Client) -> None:
    response = client.get(INCIDENTS)

    problem_of(response, 401, "not_authenticated")
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_write_with_a_cookie_needs_the_csrf_token(responder: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(responder)

    response = _post(client, b'{"title": "x"}')

    problem_of(response, 403, "csrf_failed")


def test_a_form_of_the_admin_without_csrf_token_is_refused() -> None:
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "x"})

    problem_of(response, 403, "csrf_failed")


def test_an_unknown_host_is_refused(client: Client, caplog: Any) -> None:
    response = client.get("/api/v1/incidents/", headers={"host": "evil.example"})

    problem_of(response, 400, "bad_request")
    caplog.clear()


@pytest.mark.urls("tests.crisisapi.common.failing_urls")
@pytest.mark.parametrize("path", ["/api/v1/broken/", "/api/v1/unspeakable/", "/broken/"])
def test_a_fault_of_ours_tells_its_request_id_and_nothing_else(path: str, caplog: Any) -> None:
    response = Client(raise_request_exception=False).get(path)

    document = problem_of(response, 500, "internal_error")
    assert "4711" not in response.content.decode()
    assert "errors" not in document
    caplog.clear()


@pytest.mark.urls("tests.crisisapi.common.failing_urls")
@pytest.mark.parametrize("path", ["/api/v1/cut-off/", "/cut-off/"])
def test_a_database_that_is_away_is_a_reason_to_come_back(path: str, caplog: Any) -> None:
    response = Client(raise_request_exception=False).get(path)

    problem_of(response, 503, "unavailable")
    assert "4711" not in response.content.decode()
    assert int(response["Retry-After"]) > 0
    caplog.clear()


@pytest.mark.parametrize("path", ["/api/v1/docs/", "/api/v1/redoc/", "/api/v1/", "/"])
def test_even_the_pages_for_people_refuse_with_problems(client: Client, path: str) -> None:
    response = client.post(path, {})

    problem_of(response, 405)


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*", "nonsense", ""])
def test_the_api_answers_json_whatever_is_accepted(api: APIClient, accept: str) -> None:
    response = api.get(INCIDENTS, headers={"accept": accept})

    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
