"""A brand whose public page takes questions, and somebody who asks."""

from collections.abc import Callable
from typing import Any

import pytest

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import Actor
from incidents.models import Incident
from messaging.models import PublicIncident, PublicPage
from messaging.services.audience_limits import Caller
from tests.factories.public import PublicIncidentFactory, PublicPageFactory
from tests.messaging.conftest import NOW

By = Callable[..., dict[str, Any]]


@pytest.fixture
def page(brand: Brand) -> PublicPage:
    return PublicPageFactory(brand=brand, slug="rimon", changed_at=NOW, takes_questions=True)


@pytest.fixture
def public(page: PublicPage, incident: Incident) -> PublicIncident:
    return PublicIncidentFactory(incident=incident, made_public_at=NOW, status_at=NOW)


@pytest.fixture
def mails_leave(settings: Any) -> None:
    """Let mails leave, into Django's outbox."""
    settings.MAIL_IS_ON = True
    settings.PUBLIC_URL = "https://crisis.example.org"


def done_by(user: User, **more: Any) -> dict[str, Any]:
    """Return what a service that makes something takes."""
    return {"actor": Actor("user", user.pk), "now": NOW, **more}


@pytest.fixture
def caller() -> Caller:
    return Caller("198.51.100.7", "Firefox")
