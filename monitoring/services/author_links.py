"""The team's word on who an author is: a stakeholder."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.events.services.log import lock_for_change, record_event
from incidents.models import Stakeholder
from monitoring.models import Author, Mention


class AuthorForgotten(DomainError):
    """Nobody may say again who it is."""

    code = "author_forgotten"
    detail = _("Nothing says any more who this author is: it was deleted or erased.")


class NotLinked(DomainError):
    """There is nothing to end."""

    code = "not_linked"
    detail = _("This author is linked to no stakeholder.")


@transaction.atomic
def link_author(
    *,
    author: Author,
    stakeholder: Stakeholder,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> Author:
    """Say that an author is a stakeholder; a link to another one is replaced.

    Refuses a stakeholder of another brand and an author who was forgotten: `AuthorForgotten`.
    """
    locked = lock_for_change(author, expected_version=expected_version)
    if stakeholder.brand_id != locked.brand_id:
        sentence = _("The stakeholder belongs to another brand.")
        raise InvalidInput(errors={"stakeholder": [sentence]})
    # Looked up behind the lock, which the worker needs to end links to the forgotten.
    said = Mention.objects.filter(brand_id=locked.brand_id, author_key=locked.key)
    if not said.filter(removed_at=None).exists():
        raise AuthorForgotten
    if locked.stakeholder_id == stakeholder.pk:
        return locked
    if locked.stakeholder is not None:
        _record(locked, locked.stakeholder, "stakeholder.account_unlinked", actor, now)
    locked.stakeholder = stakeholder
    save_change(locked, "stakeholder", now=now)
    _record(locked, stakeholder, "stakeholder.account_linked", actor, now)
    return locked


@transaction.atomic
def unlink_author(
    *, author: Author, actor: Actor, now: datetime, expected_version: int | None = None
) -> Author:
    """Take back who an author is said to be; raises `NotLinked`."""
    locked = lock_for_change(author, expected_version=expected_version)
    stakeholder = locked.stakeholder
    if stakeholder is None:
        raise NotLinked
    locked.stakeholder = None
    save_change(locked, "stakeholder", now=now)
    _record(locked, stakeholder, "stakeholder.account_unlinked", actor, now)
    return locked


def _record(
    author: Author, stakeholder: Stakeholder, verb: str, actor: Actor, now: datetime
) -> None:
    """Tell it of the stakeholder and the platform only.

    The log is for ever: with the author in it, it would still say whose the number is when the
    author was forgotten.
    """
    record_event(
        brand_id=stakeholder.brand_id,
        verb=verb,
        instance=stakeholder,
        actor=actor,
        now=now,
        data={"platform": author.platform},
    )
