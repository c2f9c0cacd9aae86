"""The brand's own public page: no network, a row in our own database, exactly once by its key."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import SYSTEM
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import DomainError
from crisisapi.common.setup import Problem
from crisisapi.events.services.log import lock_chain, record_event
from messaging.channels.base import Account, BaseWay, Outcome, Piece
from messaging.models import Message, Platform, PublicIncident, PublicPage, PublicUpdate


class NotOnThePage(DomainError):
    """The page does not take it."""

    code = "not_on_the_page"


@transaction.atomic
def post_to_page(
    *, key: UUID, message_id: UUID, title: str, text: str, now: datetime
) -> PublicUpdate:
    """Put an approved message up; the same key gives the update that is up already.

    Refuses a message without approval, one whose incident the public is not told of, and one in a
    language the page is not read in (`NotOnThePage`).
    """
    message = Message.objects.get(pk=message_id)
    lock_chain(message.brand_id)
    known = PublicUpdate.objects.filter(key=key).first()
    if known is not None:
        return known
    message.refresh_from_db()
    require_place(message)
    update = PublicUpdate.objects.create(
        brand_id=message.brand_id,
        incident_id=message.incident_id,
        message=message,
        key=key,
        language=message.language,
        title=title or message.title,
        body=text,
        published_at=now,
        created_at=now,
        updated_at=now,
    )
    _record(update, "publicupdate.published", now)
    _correct_revised(message, update, now)
    return update


def require_place(message: Message) -> None:
    """Refuse a message that has no place on a page."""
    page = PublicPage.objects.published().filter(brand_id=message.brand_id).first()
    if page is None:
        raise NotOnThePage(_("The public page of the brand is not open."))
    if message.language not in page.languages:
        raise NotOnThePage(
            _("The public page is not read in the language of the message: %s.") % message.language
        )
    if not message.is_approved:
        raise NotOnThePage(_("The message is not approved in its present wording."))
    if not PublicIncident.objects.shown().filter(incident_id=message.incident_id).exists():
        raise NotOnThePage(_("The public is not told of this incident: make it public first."))


class PageWay(BaseWay):
    """Puts messages up on the page of the brand; exactly once, and known to the last.

    The only way that knows the database: what it publishes to is a table of ours.
    """

    kind: ClassVar[str] = "page"
    about = _("Shows it on the public page of the brand, which this service publishes.")
    platforms: ClassVar[frozenset[str]] = frozenset({Platform.WEBSITE})

    def publish(self, account: Account, piece: Piece) -> Outcome:
        """Put it up; refused for good where the page does not take it."""
        message = message_of(piece.key)
        if message is None:
            return Outcome("failed", error=_said(NotOnThePage()), code=NotOnThePage.code)
        try:
            update = post_to_page(
                key=piece.key,
                message_id=message.pk,
                title=piece.title,
                text=piece.text,
                now=timezone.now(),
            )
        except NotOnThePage as refusal:
            return Outcome("failed", error=_said(refusal), code=refusal.code)
        return _is_up(update)

    def find(self, account: Account, piece: Piece, *, since: datetime) -> Outcome | None:
        """Say whether it is up: our own table knows for certain."""
        update = PublicUpdate.objects.filter(key=piece.key).first()
        return _is_up(update) if update else Outcome("failed")

    def withdraw(self, account: Account, external_id: str) -> Outcome:
        """Take it down; that it was there stays to be seen."""
        take_down(update_id=UUID(external_id), now=timezone.now())
        return Outcome("published", external_id=external_id)

    def test(self, account: Account) -> list[Problem]:
        """Find nothing wrong: what it needs, a page that is open, is asked of each message."""
        return []


def message_of(key: UUID) -> Message | None:
    """Return the message that a piece is of."""
    return Message.objects.filter(publications__parts=key).first()


@transaction.atomic
def take_down(*, update_id: UUID, now: datetime) -> None:
    """Mark an update as taken down; one that is stays as it is."""
    found = PublicUpdate.objects.filter(pk=update_id).values_list("brand_id", flat=True).first()
    if found is None:
        return
    lock_chain(found)
    update = PublicUpdate.objects.get(pk=update_id)
    if update.is_withdrawn:
        return
    update.withdrawn_at = now
    save_change(update, "withdrawn_at", now=now)
    _record(update, "publicupdate.withdrawn", now)


def _correct_revised(message: Message, update: PublicUpdate, now: datetime) -> None:
    """Mark what stands on the page of the messages that this one revises, back to the first."""
    revised = message.revises
    while revised is not None:
        standing = PublicUpdate.objects.filter(
            message=revised, withdrawn_at=None, corrected_by=None
        )
        for old in standing:
            old.corrected_by = update
            save_change(old, "corrected_by", now=now)
            _record(old, "publicupdate.corrected", now, by=update.pk)
        revised = revised.revises


def _is_up(update: PublicUpdate) -> Outcome:
    page = PublicPage.objects.get(brand_id=update.brand_id)
    public = PublicIncident.objects.filter(incident_id=update.incident_id, merged_into=None).first()
    place = {"pk": public.pk if public else update.pk}
    url = f"{page.address_of('incident', update.language, **place)}#update-{update.pk}"
    return Outcome("published", url=url, external_id=str(update.pk))


def _record(update: PublicUpdate, verb: str, now: datetime, **said: object) -> None:
    PublicPage.objects.filter(brand_id=update.brand_id).update(changed_at=now)
    record_event(
        brand_id=update.brand_id,
        incident_id=update.incident_id,
        verb=verb,
        instance=update,
        actor=SYSTEM,
        now=now,
        data={
            "message": update.message_id,
            "language": update.language,
            "title": update.title,
            **said,
        },
    )


def _said(refusal: DomainError) -> str:
    return force_str(refusal.detail)
