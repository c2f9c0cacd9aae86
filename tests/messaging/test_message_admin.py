"""Messages at the desk: looked at, and freed of a flag by those who may."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crisisapi.events.models import Event
from messaging.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.incidents import FactFactory
from tests.factories.messaging import MessageFactory

pytestmark = pytest.mark.django_db

LIST = reverse("admin:messaging_message_changelist")


@pytest.fixture
def flagged() -> Message:
    fact = FactFactory(status="false")
    message: Message = MessageFactory(
        incident=fact.incident,
        brand=fact.brand,
        flagged_at=timezone.now(),
        flag_reason="fact_refuted",
        flagged_fact=fact,
    )
    return message


def _clear(message: Message, reason: str, *permissions: str) -> list[str]:
    person = UserFactory(is_staff=True)
    person.user_permissions.add(*Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(person)
    said = {"action": "clear_flag", "_selected_action": [str(message.pk)], "reason": reason}
    response = client.post(LIST, said, follow=True)
    message.refresh_from_db()
    return [str(shown) for shown in response.context["messages"]]


def test_a_flag_is_not_cleared_without_a_reason(flagged: Message) -> None:
    refused = _clear(flagged, "", "view_message", "change_message")

    assert "Say why." in refused[0]
    assert flagged.is_flagged


def test_a_flag_is_cleared_with_a_reason(flagged: Message) -> None:
    _clear(flagged, "תוקן בפוסט", "view_message", "change_message")

    assert not flagged.is_flagged
    assert Event.objects.get().data["reason"] == "תוקן בפוסט"


def test_who_may_only_look_clears_no_flag(flagged: Message) -> None:
    _clear(flagged, "Because", "view_message")

    assert flagged.is_flagged


def test_who_may_only_look_changes_no_wording(flagged: Message) -> None:
    person = UserFactory(is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_message"))
    client = Client()
    client.force_login(person)
    page = reverse("admin:messaging_message_change", args=[flagged.pk])

    assert not client.get(page).context["adminform"].form.fields
    assert client.post(page, {"title": "Else"}).status_code == 403
