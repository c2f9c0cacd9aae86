"""Incidents made public: worded, approved by other eyes, moved on, taken back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Role
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import DomainError, require_reason
from crisisapi.events.services.log import lock_for_change, record_event
from incidents.models import Incident
from incidents.models.incident import Mode
from incidents.services.standing import lock_standing, require_standing
from messaging.models import PublicIncident, PublicIncidentStatus, PublicPage
from messaging.services.proposals import (
    APPROVED_FIELDS,
    PROPOSAL_FIELDS,
    checked_words,
    propose,
    require_words,
    take_over,
)
from messaging.services.public_pages import touch_page
from messaging.services.steps import waits_on

TITLE_LENGTH = 200
SUMMARY_LENGTH = 5_000


class NotForThePublic(DomainError):
    """A drill or a restricted incident is nobody else's business."""

    code = "not_for_the_public"


class PublicAlready(DomainError):
    """The public is told of this incident in one place."""

    code = "public_already"
    detail = _("There is a public text of this incident already: change that.")


class NotPublic(DomainError):
    """The public is not told of it, so nothing can be changed for them."""

    code = "not_public"
    detail = _("The public is not told of this incident.")


class NoPage(DomainError):
    """There is no place to tell the public anything."""

    code = "no_public_page"
    detail = _("The brand has no public page yet.")


@transaction.atomic
def word_incident(
    *,
    incident: Incident,
    titles: Mapping[str, str],
    summaries: Mapping[str, str],
    actor: Actor,
    now: datetime,
) -> PublicIncident:
    """Write what the public shall be told of an incident; an approver makes it public.

    Refuses a drill, a restricted and a merged incident, a brand without a page, and a second text.
    """
    standing = lock_standing(incident)
    page = _page_of(standing.brand_id)
    _require_fit(standing)
    if PublicIncident.objects.filter(incident=standing, merged_into=None).exists():
        raise PublicAlready
    public = PublicIncident(
        brand_id=standing.brand_id,
        incident=standing,
        status_at=now,
        created_at=now,
        updated_at=now,
    )
    propose(public, _checked({"titles": titles, "summaries": summaries}, page), actor)
    public.save(force_insert=True)
    _record(public, "publicincident.worded", actor, now, **_waiting(public))
    return public


@transaction.atomic
def reword_incident(
    *,
    public_incident: PublicIncident,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    **fields: Mapping[str, str],
) -> PublicIncident:
    """Propose other words; the public reads the approved ones until these are approved."""
    locked = _lock(public_incident, expected_version)
    present = locked.proposal or {"titles": locked.titles, "summaries": locked.summaries}
    if not propose(locked, _checked({**present, **fields}, _page_of(locked.brand_id)), actor):
        return locked
    save_change(locked, *PROPOSAL_FIELDS, now=now)
    _record(locked, "publicincident.worded", actor, now, **_waiting(locked))
    return locked


@transaction.atomic
def make_public(
    *,
    public_incident: PublicIncident,
    revision: int,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> PublicIncident:
    """Approve the words that were read and let everybody read them.

    Refuses who worded them, another revision, a drill, a restricted and a merged incident. One
    that was taken off the page needs no new words to come back: it is approved once more.
    """
    locked = _lock(public_incident, expected_version)
    _require_fit(locked.incident)
    if locked.proposal is None and locked.withdrawn_at is not None:
        locked.proposal = {"titles": locked.titles, "summaries": locked.summaries}
    was_public = locked.is_public
    approved = take_over(locked, revision=revision, actor=actor, now=now)
    locked.titles, locked.summaries = approved["titles"], approved["summaries"]
    locked.made_public_at = locked.made_public_at or now
    locked.withdrawn_at, locked.withdrawn_reason = None, ""
    shown = ("titles", "summaries", "made_public_at", "withdrawn_at", "withdrawn_reason")
    save_change(locked, *APPROVED_FIELDS, *shown, now=now)
    verb = "publicincident.reworded" if was_public else "publicincident.made_public"
    _record(locked, verb, actor, now, revision=revision, waits_on=None)
    return locked


@transaction.atomic
def move_public(
    *,
    public_incident: PublicIncident,
    status: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> PublicIncident:
    """Tell the public where it stands now; refuses what is not public."""
    locked = _lock(public_incident, expected_version)
    if not locked.is_public:
        raise NotPublic
    before = locked.status
    if before == status:
        return locked
    locked.status, locked.status_at = PublicIncidentStatus(status), now
    save_change(locked, "status", "status_at", now=now)
    _record(locked, "publicincident.moved", actor, now, **{"from": before, "to": status})
    return locked


@transaction.atomic
def withdraw_public(
    *,
    public_incident: PublicIncident,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> PublicIncident:
    """Take it off the page, and say why; it can be made public again."""
    require_reason(reason)
    locked = lock_for_change(public_incident, expected_version=expected_version)
    if not locked.is_public:
        raise NotPublic
    take_off(locked, reason=reason, actor=actor, now=now)
    return locked


def take_off(locked: PublicIncident, *, reason: str, actor: Actor, now: datetime) -> None:
    """Take a locked one off the page and record it."""
    locked.withdrawn_at, locked.withdrawn_reason = now, reason
    save_change(locked, "withdrawn_at", "withdrawn_reason", now=now)
    _record(locked, "publicincident.withdrawn", actor, now, reason=reason)


@transaction.atomic
def take_off_restricted(*, incident_id: UUID, actor: Actor, now: datetime) -> None:
    """Take an incident off the page that was just restricted; the chain is locked already."""
    rows = PublicIncident.objects.select_for_update(of=("self",), no_key=True)
    for public in rows.filter(incident_id=incident_id):
        if public.is_public:
            take_off(public, reason=str(_("The incident was restricted.")), actor=actor, now=now)


def move_public_incident(public: PublicIncident, *, into: UUID | str, now: datetime) -> None:
    """Let a public text tell of the incident that its own was merged into."""
    public.incident_id = into
    save_change(public, "incident", now=now)
    touch_page(brand_id=public.brand_id, now=now)


def merge_into(
    public: PublicIncident, there: PublicIncident, *, into: UUID | str, now: datetime
) -> None:
    """Lead the readers of a public text to another one, whose incident goes on."""
    PublicIncident.objects.filter(merged_into=public).update(merged_into=there)
    public.incident_id = into
    public.merged_into = there
    public.proposal = None
    save_change(public, "incident", "merged_into", "proposal", now=now)
    touch_page(brand_id=public.brand_id, now=now)


def _lock(public_incident: PublicIncident, expected_version: int | None) -> PublicIncident:
    """Lock one that still stands for itself."""
    locked = lock_for_change(public_incident, expected_version=expected_version)
    require_standing(locked.incident)
    if locked.merged_into_id is not None:
        raise PublicAlready
    return locked


def _page_of(brand_id: UUID) -> PublicPage:
    page = PublicPage.objects.filter(brand_id=brand_id).first()
    if page is None:
        raise NoPage
    return page


def _require_fit(incident: Incident) -> None:
    if incident.mode == Mode.DRILL:
        raise NotForThePublic(_("Nothing of a drill leaves the house."))
    if incident.is_restricted:
        raise NotForThePublic(_("This incident is restricted. Open it to every member first."))


def _checked(fields: Mapping[str, Any], page: PublicPage) -> dict[str, Any]:
    titles = checked_words(fields["titles"], longest=TITLE_LENGTH, field="titles")
    summaries = checked_words(fields["summaries"], longest=SUMMARY_LENGTH, field="summaries")
    require_words(titles, page.main_language, field="titles")
    require_words(summaries, page.main_language, field="summaries")
    return {"titles": titles, "summaries": summaries}


def _waiting(public: PublicIncident) -> dict[str, object]:
    return {"revision": public.revision, "waits_on": waits_on(role=Role.APPROVER)}


def _record(public: PublicIncident, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    touch_page(brand_id=public.brand_id, now=now)
    record_event(
        brand_id=public.brand_id,
        incident_id=public.incident_id,
        verb=verb,
        instance=public,
        actor=actor,
        now=now,
        data=data,
    )
