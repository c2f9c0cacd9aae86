"""Every request has an id, in its answer and in the logs."""

import logging
import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from crisisapi.common.logs import line_formatter
from crisisapi.common.requests import request_id


def test_a_sane_id_of_the_caller_is_kept(client: Client) -> None:
    response = client.get("/healthz", headers={"x-request-id": "abc-123_4.5"})

    assert response["X-Request-Id"] == "abc-123_4.5"


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "with blank", "ünicode-id", 'a"b<c>&d=1'])
def test_any_other_is_replaced(client: Client, given: str) -> None:
    response = client.get("/healthz", headers={"x-request-id": given})

    assert UUID(response["X-Request-Id"]).version == 7


def test_an_id_ends_with_its_request(client: Client) -> None:
    client.get("/healthz")

    assert request_id.get() == ""


def test_a_log_line_names_the_request() -> None:
    token = request_id.set("request-1")
    record = logging.makeLogRecord({"msg": "publication.failed", "levelname": "INFO"})

    line = line_formatter().format(record)

    request_id.reset(token)
    assert "event='publication.failed'" in line
    assert "request_id='request-1'" in line


@pytest.mark.parametrize("path", ["/", "/api/v1/"])
def test_the_root_shows_the_way(client: Client, path: str) -> None:
    body = client.get(path).json()

    assert {name: re.sub(r"^http://[^/]+", "", link) for name, link in body["links"].items()} == {
        "api": "/api/v1/",
        "documentation": "/api/v1/docs/",
        "schema": "/api/v1/schema/",
        "admin": "/admin/",
        "health": "/readyz",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/api/v1/docs/", "/api/v1/redoc/"])
def test_what_the_root_names_is_there(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


def test_a_service_without_redis_is_ready(client: Client, db: Any, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json()["parts"] == {"postgresql": "ok", "redis": "unreachable"}
