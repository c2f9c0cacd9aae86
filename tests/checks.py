"""What many tests look at: problem documents, and how many queries a request takes."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient


def problem_of(response: Any, status: int, code: str = "") -> dict[str, Any]:
    """Return the problem document, after checking that it is one."""
    assert response.status_code == status, response.content[:500]
    assert response["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document["status"] == status
    assert document["type"] == f"urn:crisisapi:problem:{document['code']}"
    assert document["title"]
    assert document["detail"]
    assert document["request_id"] == response["X-Request-Id"]
    if code:
        assert document["code"] == code
    return document


def codes_of(document: dict[str, Any]) -> dict[str, list[str]]:
    """Return the codes of a problem by field."""
    return {
        field: [error["code"] for error in errors]
        for field, errors in document.get("errors", {}).items()
    }


def queries_of(client: APIClient, path: str) -> list[str]:
    """Return the statements that a GET of the path takes."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(path)
    assert response.status_code == 200, response.content[:500]
    return [query["sql"] for query in captured.captured_queries]
