"""The page as a channel: an approved message goes up once, word for word."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import InvalidInput
from crisisapi.common.ids import uuid7
from crisisapi.events.models import Event
from incidents.models import Incident
from messaging.channels.page import NotOnThePage, post_to_page, take_down
from messaging.models import (
    Channel,
    MessageStatus,
    Publication,
    PublicIncident,
    PublicPage,
    PublicUpdate,
)
from messaging.services.public_updates import UpdateWithdrawn, correct_update, withdraw_update
from messaging.services.publications import publish_message
from messaging.services.variants import write_variant
from tests.factories.messaging import ChannelFactory, MessageFactory
from tests.factories.public import PublicUpdateFactory
from tests.messaging.conftest import NOW
from tests.messaging.outward import sweep

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]


@pytest.fixture
def site(brand: Brand) -> Channel:
    return ChannelFactory(brand=brand, name="Our page", platform="website", kind="page")


def approved(incident: Incident, **fields: Any) -> Any:
    return MessageFactory(incident=incident, status=MessageStatus.APPROVED, **fields)


def posted(message: Any, **more: Any) -> PublicUpdate:
    said = {"key": uuid7(), "title": message.title, "text": message.body, "now": NOW, **more}
    return post_to_page(message_id=message.pk, **said)


def test_an_approved_message_goes_up_through_the_worker(
    public: PublicIncident, incident: Incident, site: Channel, approver: User, by: By
) -> None:
    message = approved(incident)

    publish_message(message=message, channels=[site], **by(approver, now=timezone.now()))
    sweep()
    sweep()

    update = PublicUpdate.objects.get()
    publication = Publication.objects.get()
    assert (update.title, update.body) == (message.title, message.body)
    assert (publication.status, publication.external_id) == ("published", str(update.pk))
    assert publication.url.endswith(f"/p/rimon/en/incidents/{public.pk}/#update-{update.pk}")
    assert Event.objects.filter(verb="publicupdate.published").count() == 1


def test_the_same_key_goes_up_once(public: PublicIncident, incident: Incident) -> None:
    message, key = approved(incident), uuid7()

    first, second = posted(message, key=key), posted(message, key=key)

    assert first == second
    assert PublicUpdate.objects.count() == Event.objects.count() == 1


def test_a_page_that_is_closed_takes_nothing(
    public: PublicIncident,
    page: PublicPage,
    incident: Incident,
    site: Channel,
    approver: User,
    by: By,
) -> None:
    PublicPage.objects.update(is_published=False)
    message = approved(incident)

    publish_message(message=message, channels=[site], **by(approver, now=timezone.now()))
    sweep()

    publication = Publication.objects.get()
    assert publication.status == "failed"
    assert "not open" in publication.last_error
    assert not PublicUpdate.objects.exists()


def test_nothing_goes_up_about_an_incident_that_is_not_public(
    page: PublicPage, incident: Incident
) -> None:
    with pytest.raises(NotOnThePage):
        posted(approved(incident))


def test_nothing_goes_up_that_lost_its_approval(public: PublicIncident, incident: Incident) -> None:
    with pytest.raises(NotOnThePage):
        posted(MessageFactory(incident=incident, status=MessageStatus.DRAFT))


def test_nothing_goes_up_in_a_language_the_page_is_not_read_in(
    public: PublicIncident, incident: Incident
) -> None:
    with pytest.raises(NotOnThePage):
        posted(approved(incident, language="ar"))


@pytest.mark.parametrize("fields", [{"title": "Other"}, {"body": "Other"}, {"language": "he"}])
def test_the_database_lets_nobody_change_what_went_up(fields: dict[str, str]) -> None:
    update = PublicUpdateFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        PublicUpdate.objects.filter(pk=update.pk).update(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicUpdate.objects.filter(pk=update.pk).delete()


def test_taken_down_through_the_channel_twice_it_is_told_once(
    public: PublicIncident, incident: Incident
) -> None:
    update = posted(approved(incident))

    take_down(update_id=update.pk, now=NOW)
    take_down(update_id=update.pk, now=NOW + timedelta(hours=1))

    update.refresh_from_db()
    assert update.withdrawn_at == NOW
    assert Event.objects.filter(verb="publicupdate.withdrawn").count() == 1


def test_taken_down_by_a_person_it_says_why(approver: User, by: By) -> None:
    update = PublicUpdateFactory()

    gone = withdraw_update(public_update=update, reason="Not our product", **by(approver))

    assert (gone.withdrawn_at, gone.withdrawn_reason) == (NOW, "Not our product")
    with pytest.raises(UpdateWithdrawn):
        withdraw_update(public_update=update, reason="Again", **by(approver))


def test_a_later_update_corrects_an_earlier_one(incident: Incident, approver: User, by: By) -> None:
    old = PublicUpdateFactory(message__incident=incident, published_at=NOW)
    new = PublicUpdateFactory(message__incident=incident, published_at=NOW + timedelta(minutes=5))

    corrected = correct_update(public_update=old, by=new, **by(approver))

    assert corrected.corrected_by == new
    with pytest.raises(InvalidInput):
        correct_update(public_update=new, by=old, **by(approver))


def test_an_update_of_another_incident_corrects_nothing(approver: User, by: By) -> None:
    old = PublicUpdateFactory(published_at=NOW)
    other = PublicUpdateFactory(published_at=NOW + timedelta(minutes=5))

    with pytest.raises(InvalidInput):
        correct_update(public_update=old, by=other, **by(approver))


def test_what_revises_a_message_corrects_its_update(
    public: PublicIncident, incident: Incident
) -> None:
    first = approved(incident)
    old = posted(first)
    between = MessageFactory(incident=incident, revises=first, status=MessageStatus.APPROVED)
    last = MessageFactory(incident=incident, revises=between, status=MessageStatus.APPROVED)

    new = posted(last)

    old.refresh_from_db()
    assert old.corrected_by == new
    told = Event.objects.get(verb="publicupdate.corrected")
    assert (told.object_id, told.data["by"]) == (old.pk, str(new.pk))


def test_an_update_taken_down_is_not_corrected(public: PublicIncident, incident: Incident) -> None:
    first = approved(incident)
    old = posted(first)
    take_down(update_id=old.pk, now=NOW)

    posted(MessageFactory(incident=incident, revises=first, status=MessageStatus.APPROVED))

    old.refresh_from_db()
    assert old.corrected_by is None


def test_a_message_is_one_update_however_its_variant_is_written(
    incident: Incident, site: Channel
) -> None:
    message = MessageFactory(incident=incident, body="One sentence. " * 1_000)

    variant = write_variant(message=message, channel=site, is_thread=True, actor=SYSTEM, now=NOW)

    assert len(variant.pieces) == 1
