"""The page of a message at the desk: what it shows, and what can be done from there."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import Actor
from messaging.models import Channel, Comment, Message
from messaging.services.messages import submit_message
from tests.factories.accounts import MemberFactory, UserFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.messaging import CommentFactory, MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(brand: Brand) -> User:
    root = UserFactory(is_staff=True, is_superuser=True)
    member: User = MemberFactory(brand=brand, user=root, role="manager").user
    return member


@pytest.fixture
def desk(reader: User) -> Client:
    client = Client()
    client.force_login(reader)
    return client


def draft(brand: Brand, **fields: str) -> Message:
    message: Message = MessageFactory(incident=IncidentFactory(brand=brand), **fields)
    return message


def submitted(brand: Brand) -> Message:
    message = draft(brand)
    actor = Actor("user", message.author_id)
    return submit_message(message=message, actor=actor, now=timezone.now(), expected_version=None)


def shown(desk: Client, thing: Message | Comment) -> str:
    page = reverse(f"admin:messaging_{thing._meta.model_name}_change", args=[thing.pk])
    return desk.get(page, headers={"Accept-Language": "he"}).content.decode()


def act(desk: Client, thing: object, action: str, **fields: object) -> list[str]:
    name = thing._meta.model_name  # type: ignore[attr-defined]
    said = {"action": action, "_selected_action": [str(thing.pk)], **fields}  # type: ignore[attr-defined]
    answer = desk.post(reverse(f"admin:messaging_{name}_changelist"), said, follow=True)
    return [str(message) for message in answer.context["messages"]]


def test_a_finding_is_shown_with_its_words_why_and_what_is_better(
    desk: Client, brand: Brand
) -> None:
    message = draft(brand, language="he", body="הלקוחות לא השתמשו במוצר לפי ההוראות.")

    page = shown(desk, message)

    assert '<mark class="error"' in page
    assert "<q><bdi>הלקוחות לא השתמשו" in page
    assert "באשמת הלקוחות" in page or "לקוחות" in page.partition('class="finding"')[2]


def test_what_a_wording_says_is_never_taken_for_markup(desk: Client, brand: Brand) -> None:
    message = draft(brand, body="<script>alert(1)</script> It is the customers' own fault.")

    page = shown(desk, message)

    assert "<script>alert(1)" not in page


def test_the_length_on_each_channel_says_what_is_left(
    desk: Client, brand: Brand, channel: Channel
) -> None:
    message = draft(brand, body="a" * 300)

    page = shown(desk, message)

    assert str(channel) in page.partition('class="lengths"')[2]
    assert '<bdi dir="ltr">-20</bdi>' in page


def test_a_message_in_review_says_who_is_asked_now(
    desk: Client, brand: Brand, approver: User
) -> None:
    message = submitted(brand)

    assert approver.get_full_name() in shown(desk, message)


def test_the_page_offers_what_its_status_allows(desk: Client, brand: Brand) -> None:
    page = shown(desk, draft(brand))

    assert 'value="submit"' in page
    assert 'value="approve"' not in page


def test_who_read_the_wording_approves_it(desk: Client, brand: Brand) -> None:
    message = submitted(brand)

    act(desk, message, "approve", revision="1")

    message.refresh_from_db()
    assert message.status == "approved"


def test_nothing_is_approved_from_a_list_where_no_wording_is_read(
    desk: Client, brand: Brand
) -> None:
    message = submitted(brand)

    (refused,) = act(desk, message, "approve")

    assert "Open the message" in refused
    message.refresh_from_db()
    assert message.status == "in_review"


def test_a_wording_that_is_not_the_present_one_is_not_approved(desk: Client, brand: Brand) -> None:
    message = submitted(brand)

    act(desk, message, "approve", revision="7")

    message.refresh_from_db()
    assert message.status == "in_review"


def test_a_round_is_decided_on_its_page(desk: Client, brand: Brand) -> None:
    message = submitted(brand)

    act(desk, message.rounds.get(), "request_changes_of", revision="1", reason="Name the series.")

    message.refresh_from_db()
    assert (message.status, message.status_reason) == ("draft", "Name the series.")


def test_a_message_goes_nowhere_without_a_channel(desk: Client, brand: Brand) -> None:
    message = draft(brand)

    (refused,) = act(desk, message, "publish_to", channel="")

    assert "Choose a channel." in refused


def test_a_comment_keeps_the_words_it_is_about(desk: Client, brand: Brand) -> None:
    message = draft(brand)
    said = {"message": message.pk, "revision": 1, "quote": "series K2-114", "text": "Which?"}

    desk.post(reverse("admin:messaging_comment_add"), said)

    assert Comment.objects.get().quote == "series K2-114"


def test_words_that_are_not_in_the_body_are_refused(desk: Client, brand: Brand) -> None:
    said = {"message": draft(brand).pk, "revision": 1, "quote": "nowhere", "text": "Which?"}

    answer = desk.post(reverse("admin:messaging_comment_add"), said)

    assert "These words are not in the body." in answer.content.decode()
    assert not Comment.objects.exists()


def test_a_comment_is_resolved_with_what_was_done(desk: Client, brand: Brand) -> None:
    comment = CommentFactory(message=draft(brand))

    act(desk, comment, "resolve", reason="Named it.")

    comment.refresh_from_db()
    assert comment.resolution == "Named it."
