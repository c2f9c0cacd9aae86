"""Messages worded, scheduled and said anew at the desk."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crisisapi.accounts.models import Brand, User
from crisisapi.events.models import Event
from incidents.models import Incident
from messaging.models import Channel, Message, MessageStatus, Publication, Variant
from tests.factories.accounts import MemberFactory, UserFactory
from tests.factories.incidents import FactFactory
from tests.factories.messaging import KeyMessageFactory, MessageFactory, VariantFactory

pytestmark = pytest.mark.django_db

ADD = reverse("admin:messaging_message_add")
LIST = reverse("admin:messaging_message_changelist")
WORDING = {
    "title": "מה ידוע לנו",
    "purpose": "update",
    "audience": "לקוחות",
    "language": "he",
    "body": "הידיות בסדרה K2-114 נסדקות. נעדכן עד 18:00.",
}


@pytest.fixture
def writer(brand: Brand) -> User:
    root = UserFactory(is_staff=True, is_superuser=True)
    member: User = MemberFactory(brand=brand, user=root, role="manager").user
    return member


@pytest.fixture
def desk(writer: User) -> Client:
    client = Client()
    client.force_login(writer)
    return client


def approved(channel: Channel) -> Message:
    message: Message = MessageFactory(incident__brand=channel.brand, status="approved")
    return message


def page_of(message: Message) -> str:
    return reverse("admin:messaging_message_change", args=[message.pk])


def sent_back(desk: Client, message: Message) -> dict[str, Any]:
    """Return what a browser sends back from the form as it was opened."""
    context = desk.get(page_of(message)).context
    forms = [one.formset.management_form for one in context["inline_admin_formsets"]]
    said = {}
    for bound in [bound for form in [context["adminform"].form, *forms] for bound in form]:
        value = bound.value()
        several = getattr(bound.field.widget, "allow_multiple_selected", False)
        said[bound.html_name] = (value or []) if several else "" if value is None else value
    return said


def act(desk: Client, message: Message, action: str, **said: str) -> list[str]:
    form = {"action": action, "_selected_action": [str(message.pk)], **said}
    answer = desk.post(LIST, form, follow=True)
    message.refresh_from_db()
    return [str(shown) for shown in answer.context["messages"]]


def test_a_message_is_worded_by_form(desk: Client, writer: User, incident: Incident) -> None:
    fact = FactFactory(incident=incident)

    answer = desk.post(ADD, WORDING | {"incident": incident.pk, "facts": [fact.pk]})

    message = Message.objects.get()
    assert answer["Location"] == page_of(message)
    assert (message.status, message.author) == ("draft", writer)
    assert list(message.facts.all()) == [fact]
    assert Event.objects.get(verb="message.written").actor_id == writer.pk


def test_only_what_belongs_to_the_incident_can_be_ticked(desk: Client, incident: Incident) -> None:
    mine, other = FactFactory(incident=incident), FactFactory()

    page = desk.get(f"{ADD}?incident={incident.pk}").content.decode()

    assert str(mine.pk) in page
    assert str(other.pk) not in page


def test_what_a_key_message_rests_on_comes_along(desk: Client, incident: Incident) -> None:
    fact = FactFactory(incident=incident)
    line = KeyMessageFactory(incident=incident)
    line.facts.set([fact])

    desk.post(ADD, WORDING | {"incident": incident.pk, "key_messages": [line.pk]})

    assert list(Message.objects.get().facts.all()) == [fact]


def test_another_wording_is_another_revision(desk: Client, draft: Message) -> None:
    said = sent_back(desk, draft) | {"body": "Another.", "reason": "It was too long."}

    desk.post(page_of(draft), said)

    draft.refresh_from_db()
    assert (draft.body, draft.revision) == ("Another.", 2)
    assert draft.revisions.get(number=2).reason == "It was too long."


def test_saving_the_same_leaves_no_trace(desk: Client, draft: Message) -> None:
    draft.facts.set([FactFactory(incident=draft.incident)])

    answer = desk.post(page_of(draft), sent_back(desk, draft))

    draft.refresh_from_db()
    assert answer.status_code == 302
    assert (draft.revision, Event.objects.count()) == (1, 0)


def test_a_wording_somebody_changed_meanwhile_is_not_written_over(
    desk: Client, draft: Message
) -> None:
    said = sent_back(desk, draft) | {"body": "Mine."}
    desk.post(page_of(draft), said | {"body": "Theirs."})

    answer = desk.post(page_of(draft), said)

    draft.refresh_from_db()
    assert draft.body == "Theirs."
    assert "Somebody changed this in the meantime." in answer.content.decode()


def test_a_new_wording_takes_the_approval_back(desk: Client, channel: Channel) -> None:
    message = approved(channel)

    desk.post(page_of(message), sent_back(desk, message) | {"body": "Something else."})

    message.refresh_from_db()
    assert (message.status, message.approved_by) == ("draft", None)


@pytest.mark.parametrize("status", [MessageStatus.PUBLISHED, MessageStatus.WITHDRAWN])
def test_what_is_public_or_never_said_is_not_worded_anew(
    desk: Client, incident: Incident, status: MessageStatus
) -> None:
    message = MessageFactory(incident=incident, status=status)

    desk.post(page_of(message), sent_back(desk, message) | WORDING)

    message.refresh_from_db()
    assert (message.title, message.revision) != (WORDING["title"], 2)
    assert not desk.get(page_of(message)).context["adminform"].form.fields


def test_a_variant_is_begun_from_the_page_of_its_message(desk: Client, draft: Message) -> None:
    begin = f"{reverse('admin:messaging_variant_add')}?message={draft.pk}"

    assert begin in desk.get(page_of(draft)).content.decode()


def test_a_message_is_scheduled(desk: Client, channel: Channel) -> None:
    message = approved(channel)
    at = timezone.now().replace(second=0, microsecond=0) + timedelta(days=2)

    act(desk, message, "publish_to", channel=str(channel.pk), publish_at=f"{at:%Y-%m-%dT%H:%M}")

    assert message.status == "scheduled"
    assert Publication.objects.get().not_before == at


def scheduled(desk: Client, channel: Channel) -> Message:
    message = approved(channel)
    act(desk, message, "publish_to", channel=str(channel.pk), publish_at=ahead(2))
    return message


def ahead(days: int) -> str:
    return f"{timezone.now() + timedelta(days=days):%Y-%m-%dT10:30}"


def test_what_is_scheduled_is_moved(desk: Client, channel: Channel) -> None:
    message = scheduled(desk, channel)

    act(desk, message, "reschedule", publish_at=ahead(5))

    assert f"{Publication.objects.get().not_before:%Y-%m-%dT%H:%M}" == ahead(5)


def test_what_is_scheduled_is_called_off(desk: Client, channel: Channel) -> None:
    message = scheduled(desk, channel)

    act(desk, message, "unschedule", reason="Not today.")

    assert (message.status, Publication.objects.get().status) == ("approved", "cancelled")


@pytest.mark.parametrize("typed", ["", "soon", "2026-13-45T10:30", "2020-03-04T10:30"])
def test_no_time_a_wrong_and_a_past_one_move_nothing(
    desk: Client, channel: Channel, typed: str
) -> None:
    message = scheduled(desk, channel)
    before = Publication.objects.get().not_before

    (refused,) = act(desk, message, "reschedule", publish_at=typed)

    assert "time" in refused
    assert Publication.objects.get().not_before == before


def test_moving_is_offered_where_something_is_scheduled(desk: Client, channel: Channel) -> None:
    message = approved(channel)
    assert 'value="reschedule"' not in desk.get(page_of(message)).content.decode()

    act(desk, message, "publish_to", channel=str(channel.pk), publish_at=ahead(2))

    assert 'value="reschedule"' in desk.get(page_of(message)).content.decode()


@pytest.mark.parametrize(("action", "purpose"), [("say_anew", "update"), ("correct", "correction")])
def test_what_is_public_is_said_anew_in_a_draft(
    desk: Client, incident: Incident, action: str, purpose: str
) -> None:
    message = MessageFactory(incident=incident, status=MessageStatus.PUBLISHED)

    (said,) = act(desk, message, action, reason="The series was wrong.")

    draft = message.revised_by.get()
    assert draft.purpose == purpose
    assert page_of(draft) in said
    assert page_of(draft) in desk.get(page_of(message)).content.decode()


def test_nothing_is_said_anew_without_a_reason(desk: Client, incident: Incident) -> None:
    message = MessageFactory(incident=incident, status=MessageStatus.PUBLISHED)

    (refused,) = act(desk, message, "correct")

    assert "Say why." in refused
    assert not message.revised_by.exists()


def test_the_words_of_a_variant_are_changed_by_form(desk: Client, draft: Message) -> None:
    variant = VariantFactory(message=draft)
    page = reverse("admin:messaging_variant_change", args=[variant.pk])
    said = {"text": "Shorter.", "is_isolated": "unknown", "options": "{}"}

    desk.post(page, said)

    assert Variant.objects.get().text == "Shorter."
