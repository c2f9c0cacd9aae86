"""The OpenAPI document: committed, valid, complete, and shown without foreign hosts."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.urls import URLPattern, URLResolver, get_resolver
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from rest_framework.test import APIClient

from crisisapi.common.schema import DocumentGenerator
from crisisapi.common.schema.refusals import domain_errors

COMMITTED = Path(__file__).parent.parent / "docs" / "openapi.yaml"
# What serves the document itself.
NOT_DESCRIBED = {"", "schema/", "docs/", "redoc/"}
# Raised only inside others, or given a code by who raises them; the page of subscribers answers
# `dead_link` to people, and `not_on_the_page` is why a publication failed.
WITHOUT_A_CODE = {"refused", "dead_link", "not_on_the_page"}


def _document() -> dict[str, Any]:
    made: dict[str, Any] = DocumentGenerator().get_schema()
    return made


def _parsed(document: str | bytes) -> Any:
    # The loader in C takes a tenth of the time.
    return yaml.load(document, Loader=yaml.CSafeLoader)


DOCUMENT = _parsed(COMMITTED.read_text(encoding="utf-8"))
OPERATIONS = {
    operation["operationId"]: (method, path, operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
}
REGISTRY: Registry[Any] = Registry().with_resource(
    "urn:document", DRAFT202012.create_resource(DOCUMENT)
)


def _followed(node: dict[str, Any]) -> dict[str, Any]:
    for step in node.get("$ref", "").split("/")[1:]:
        node = DOCUMENT if step == "components" and "$ref" in node else node
        node = node[step]
    return node


def _contents(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if "requestBody" in operation:
        yield from operation["requestBody"]["content"].items()
    for response in operation["responses"].values():
        yield from _followed(response).get("content", {}).items()


def _shown(content: dict[str, Any]) -> list[Any]:
    if "example" in content:
        return [content["example"]]
    return [_followed(one)["value"] for one in content.get("examples", {}).values()]


def test_the_committed_document_is_what_the_code_generates() -> None:
    assert _document() == DOCUMENT, "Run `make schema` and commit docs/openapi.yaml."


def test_the_document_is_valid_openapi_3_1() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()

    assert DOCUMENT["openapi"].startswith("3.1")


def test_every_operation_says_what_it_is(subtests: pytest.Subtests) -> None:
    for operation_id, (_method, _path, operation) in OPERATIONS.items():
        with subtests.test(operation_id):
            assert re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", operation_id)
            assert re.fullmatch(r"[A-Z][^.]+", operation["summary"])
            assert operation["description"].strip()
            assert len(operation["tags"]) == 1
            assert all(_followed(one)["description"] for one in operation["parameters"])


def test_every_operation_says_who_may_and_how_it_fails(subtests: pytest.Subtests) -> None:
    for operation_id, (method, path, operation) in OPERATIONS.items():
        with subtests.test(operation_id):
            _says_how_it_fails(method, path, operation)


def _says_how_it_fails(method: str, path: str, operation: dict[str, Any]) -> None:
    statuses = set(operation["responses"])

    assert {"400", "503"} < statuses
    assert "401" in statuses or {"bearer": []} not in operation["security"]
    assert "404" in statuses or "{id}" not in path or not operation["security"]
    if "requestBody" in operation:
        assert "413" in statuses
    if method in ("patch", "delete") and "412" in statuses:
        assert "428" in statuses


def test_every_body_has_examples_that_fit_its_schema(subtests: pytest.Subtests) -> None:
    for operation_id, (_method, _path, operation) in OPERATIONS.items():
        with subtests.test(operation_id):
            _has_examples_that_fit(operation)


def _has_examples_that_fit(operation: dict[str, Any]) -> None:
    for media_type, content in _contents(operation):
        if not media_type.endswith("json"):
            continue
        schema = _absolute(content["schema"])
        validator = OAS31Validator(
            schema, registry=REGISTRY, format_checker=OAS31Validator.FORMAT_CHECKER
        )
        assert _shown(content)
        for value in _shown(content):
            validator.validate(value)


def _absolute(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_absolute(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: f"urn:document{value}" if key == "$ref" else _absolute(value)
        for key, value in schema.items()
    }


def test_operation_ids_are_unique() -> None:
    count = sum(len(operations) for operations in DOCUMENT["paths"].values())

    assert len(OPERATIONS) == count


def test_every_tag_is_described_and_used() -> None:
    used = {tag for _method, _path, operation in OPERATIONS.values() for tag in operation["tags"]}

    assert used == {tag["name"] for tag in DOCUMENT["tags"]}, "crisisapi/openapi.py lists them."


def test_every_set_of_choices_has_a_name_of_its_own() -> None:
    unnamed = [name for name in DOCUMENT["components"]["schemas"] if name.endswith("Enum")]

    assert set(unnamed) <= {"BlankEnum", "NullEnum"}, "crisisapi/openapi.py names them."


def test_every_property_is_described() -> None:
    bare = [
        f"{name}.{field}"
        for name, schema in DOCUMENT["components"]["schemas"].items()
        for field, one in schema.get("properties", {}).items()
        if "description" not in one and "$ref" not in one
    ]

    assert not bare


def test_every_route_of_the_api_is_described() -> None:
    def routes(resolver: Any, prefix: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            path = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from routes(entry, path)
            elif isinstance(entry, URLPattern):
                yield path

    found = {path for path in routes(get_resolver(), "") if path.startswith("api/v1/")}
    wanted = {
        "/" + re.sub(r"<slug:(\w+)>", r"{\1}", path.replace("<uuid:pk>", "{id}"))
        for path in found
        if path.removeprefix("api/v1/") not in NOT_DESCRIBED
    }

    assert wanted == set(DOCUMENT["paths"])


def test_every_refusal_of_the_domain_is_documented() -> None:
    shown = {
        value["code"]
        for _method, _path, operation in OPERATIONS.values()
        for media_type, content in _contents(operation)
        if media_type == "application/problem+json"
        for value in _shown(content)
    } | {
        error["code"]
        for _method, _path, operation in OPERATIONS.values()
        for media_type, content in _contents(operation)
        if media_type == "application/problem+json"
        for value in _shown(content)
        for errors in value.get("errors", {}).values()
        for error in errors
    }
    refusals = {cls.code for cls in domain_errors() if not cls.__module__.startswith("tests.")}

    assert refusals - WITHOUT_A_CODE <= shown, "api/examples/*.json say where each occurs."


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        ("", "*/*", "application/vnd.oai.openapi"),
        ("?format=json", "*/*", "application/vnd.oai.openapi+json"),
        ("", "application/json", "application/json"),
        ("", "text/html", "application/vnd.oai.openapi"),
    ],
)
def test_anybody_gets_the_document_as_they_like(query: str, accept: str, media_type: str) -> None:
    response = APIClient().get(f"/api/v1/schema/{query}", headers={"accept": accept})

    assert response.status_code == 200
    assert response["Content-Type"].split(";")[0] == media_type
    assert _parsed(response.content)["openapi"] == DOCUMENT["openapi"]


def test_the_document_is_english_for_everybody() -> None:
    response = APIClient().get("/api/v1/schema/?format=json", headers={"accept-language": "he"})

    assert response.json() == DOCUMENT


@pytest.mark.parametrize("page", ["docs", "redoc"])
def test_a_page_of_documentation_loads_nothing_from_elsewhere(page: str, settings: Any) -> None:
    settings.WHITENOISE_USE_FINDERS = True
    response = APIClient().get(f"/api/v1/{page}/")
    html = response.content.decode()
    loaded = re.findall(r'(?:src|href)="([^"]+)"', html)

    assert response.status_code == 200
    assert not re.findall(r"\bhttps?://|[\"']//", html)
    assert "default-src 'self'" in html
    assert loaded
    for address in loaded:
        assert address.startswith("/static/")
        assert APIClient().get(address).status_code == 200
