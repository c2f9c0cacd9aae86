"""Questions of the public in the admin: taken up, dismissed, and put on the list again."""

from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from crisisapi.accounts.models import Brand
from messaging.models import Question
from monitoring.models import AskedDecision, AskedQuestion
from monitoring.services.asked import fold_asked
from tests.factories.accounts import UserFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.monitoring import SourceFactory
from tests.monitoring.echoing import NOW, START, hear

pytestmark = pytest.mark.django_db

REFUND = "When will I get the refund for my kettle?"


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def asked(brand: Brand) -> AskedQuestion:
    IncidentFactory(brand=brand, started_at=START, reference="INC-2026-0007")
    hear(SourceFactory(brand=brand), REFUND)
    while fold_asked():
        pass
    return AskedQuestion.objects.get()


def _act(desk: Client, asked: AskedQuestion, action: str, **given: str) -> str:
    chosen = {"action": action, "_selected_action": str(asked.pk)}
    page = reverse("admin:monitoring_askedquestion_changelist")
    return desk.post(page, {**chosen, **given}, follow=True).content.decode()


def test_a_question_is_taken_up_for_the_incident_that_is_named(
    desk: Client, asked: AskedQuestion
) -> None:
    _act(desk, asked, "adopt_asked", incident="INC-2026-0007")

    assert Question.objects.get().text == REFUND
    assert AskedDecision.objects.get().state == "adopted"


def test_a_question_is_dismissed_with_a_reason_and_comes_back(
    desk: Client, asked: AskedQuestion
) -> None:
    _act(desk, asked, "dismiss_asked", incident="INC-2026-0007", reason="Not ours.")
    dismissed = AskedDecision.objects.get()

    _act(desk, asked, "reopen_asked", incident="INC-2026-0007")

    assert (dismissed.state, dismissed.reason) == ("dismissed", "Not ours.")
    assert AskedDecision.objects.get().state == "open"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"incident": "INC-1999-0001"}, "There is no incident of this reference."),
        ({"incident": "INC-2026-0007"}, "reason"),
    ],
)
def test_what_is_missing_is_said(
    desk: Client, asked: AskedQuestion, given: dict[str, str], sentence: str
) -> None:
    page = _act(desk, asked, "dismiss_asked", **given)

    assert sentence in page
    assert not AskedDecision.objects.exists()
