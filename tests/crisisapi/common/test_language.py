"""`Accept-Language: he` gives Hebrew."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


def _has_hebrew(text: str) -> bool:
    return any("א" <= letter <= "ת" for letter in text)


@pytest.mark.parametrize("language", ["he", "he-IL", "he-IL,he;q=0.9,en;q=0.8"])
def test_a_refusal_speaks_hebrew(api: APIClient, language: str) -> None:
    response = api.post("/api/v1/incidents/", {}, headers={"accept-language": language})

    errors = response.json()["errors"]
    assert response["Content-Language"] == "he"
    assert _has_hebrew(errors["title"][0]["message"])


@pytest.mark.parametrize("language", ["", "en", "fr", "x" * 5_000, "he;q=nonsense", "\x01"])
def test_anything_else_gets_english(api: APIClient, language: str) -> None:
    response = api.post("/api/v1/incidents/", {}, headers={"accept-language": language})

    assert response.json()["errors"]["title"][0]["message"] == "This field is required."


def test_the_admin_runs_from_right_to_left() -> None:
    page = Client(headers={"accept-language": "he"}).get("/admin/login/").content.decode()

    assert 'dir="rtl"' in page
