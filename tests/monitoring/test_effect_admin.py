"""Response effects in the admin, in words and numbers that people read."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import UserFactory
from tests.factories.monitoring import ResponseEffectFactory

pytestmark = pytest.mark.django_db

VOLUME = {
    "observed": 31.0,
    "expected": {"low": 70.2, "middle": 90.0, "high": 120.4},
    "absolute": {"low": -89.4, "middle": -59.0, "high": -39.2},
    "relative": {"low": -0.74, "middle": -0.65, "high": -0.55},
    "direction": "fell",
}


def _page(**values: Any) -> tuple[str, str]:
    effect = ResponseEffectFactory(volume=VOLUME, **values)
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    one = reverse("admin:monitoring_responseeffect_change", args=[effect.pk])
    told = reverse("admin:monitoring_responseeffect_changelist")
    return client.get(told).content.decode(), client.get(one).content.decode()


def test_what_came_is_told_beside_what_would_have_come() -> None:
    listed, page = _page(verdict="helped", reasons=["volume_fell"])

    assert "-74 … -55 %" in listed
    assert "31 came, 70 to 120 would have come" in page
    assert "-89 … -39" in page
    assert "direction" not in page


def test_where_nobody_can_tell_no_change_is_told() -> None:
    listed, _one = _page(verdict="cannot_tell", reasons=["few_mentions"])

    assert "-74 …" not in listed
