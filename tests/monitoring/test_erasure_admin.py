"""Erasures in the admin: asked for by form, ended by action."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from monitoring.models import Erasure, Source
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def _add(desk: Client, source: Source, **fields: Any) -> Any:
    asked = {"brand": source.brand_id, "platform": "x", "author_handle": "rotem_47"}
    page = reverse("admin:monitoring_erasure_add")
    return desk.post(page, {**asked, "reason": "Request 17", **fields})


def test_an_author_is_erased_by_form_and_new_posts_are_stored_again_by_action(
    desk: Client, source: Source
) -> None:
    assert _add(desk, source, suppress="on").status_code == 302
    erasure = Erasure.objects.get()

    chosen = {"action": "end_suppression", "_selected_action": [str(erasure.pk)]}
    desk.post(reverse("admin:monitoring_erasure_changelist"), chosen)

    assert erasure.suppress
    erasure.refresh_from_db()
    assert not erasure.suppress


def test_a_refusal_is_shown_at_its_field(desk: Client, source: Source) -> None:
    response = _add(desk, source, reason="Rotem_47 asked.")

    assert "Do not name the person" in response.content.decode()
    assert not Erasure.objects.exists()
