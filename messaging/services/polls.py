"""Polls: worded, approved by other eyes, opened, closed, withdrawn."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand, Role
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import InvalidInput, StaleVersion, require_reason
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from incidents.models import Incident
from incidents.services.standing import lock_standing
from messaging.models import Poll, PollStatus, PublicPage
from messaging.rules.polls import QUESTION_LENGTH, flaws_of_options
from messaging.services.decisions import FourEyes
from messaging.services.proposals import checked_words, require_words
from messaging.services.public_pages import touch_page
from messaging.services.steps import WrongStatus, waits_on

_WORDED = ("questions", "options", "selection")
_UNASKED = (PollStatus.DRAFT, PollStatus.APPROVED)


@transaction.atomic
def draft_poll(
    *, brand: Brand, actor: Actor, now: datetime, incident: Incident | None = None, **fields: Any
) -> Poll:
    """Word a poll; it waits for the approval of somebody else.

    Refuses an incident of another brand, languages that options lack, and a time that is over.
    """
    lock_chain(brand.pk)
    _check_incident(brand.pk, incident)
    poll = Poll(
        brand=brand,
        incident=incident,
        author_id=actor.person_id,
        created_at=now,
        updated_at=now,
        **fields,
    )
    _check(poll, now)
    poll.save(force_insert=True)
    _record(poll, "poll.drafted", actor, now, revision=1, waits_on=waits_on(role=Role.APPROVER))
    return poll


@transaction.atomic
def change_poll(
    *, poll: Poll, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> Poll:
    """Change a poll nobody was asked yet; another wording takes its approval back."""
    locked = lock_for_change(poll, expected_version=expected_version)
    _require(locked, *_UNASKED)
    changed = differing(locked, fields)
    if not changed:
        return locked
    if "incident" in changed:
        _check_incident(locked.brand_id, changed["incident"])
    for name, value in changed.items():
        setattr(locked, name, value)
    _check(locked, now)
    worded = [name for name in _WORDED if name in changed]
    if worded:
        locked.revision += 1
        locked.author_id = actor.person_id
        locked.status, locked.approved_hash = PollStatus.DRAFT, ""
        locked.approved_by = locked.approved_at = None
    save_change(locked, *changed, *_APPROVAL, "revision", "author", now=now)
    told: dict[str, object] = {"fields": sorted(changed), "revision": locked.revision}
    if worded:
        told["waits_on"] = waits_on(role=Role.APPROVER)
    _record(locked, "poll.changed", actor, now, **told)
    return locked


@transaction.atomic
def approve_poll(
    *, poll: Poll, revision: int, actor: Actor, now: datetime, expected_version: int | None
) -> Poll:
    """Approve the wording that was read; refuses who worded it, and another revision."""
    locked = lock_for_change(poll, expected_version=expected_version)
    _require(locked, PollStatus.DRAFT)
    if locked.revision != revision:
        raise StaleVersion
    if actor.person_id is None:
        raise FourEyes(_("Only a person can approve what the public is told."))
    if actor.person_id == locked.author_id:
        raise FourEyes
    locked.status, locked.approved_hash = PollStatus.APPROVED, locked.present_hash
    locked.approved_by_id, locked.approved_at = actor.person_id, now
    save_change(locked, *_APPROVAL, now=now)
    _record(locked, "poll.approved", actor, now, revision=revision, waits_on=None)
    return locked


@transaction.atomic
def open_poll(*, poll: Poll, actor: Actor, now: datetime, expected_version: int | None) -> Poll:
    """Ask the public; refuses a wording that was not approved, and a time that is over."""
    locked = lock_for_change(poll, expected_version=expected_version)
    _require(locked, PollStatus.APPROVED)
    if locked.closes_at <= now:
        raise WrongStatus(_("Its time is over: give a later one to close at."))
    locked.status, locked.opened_at = PollStatus.OPEN, now
    save_change(locked, "status", "opened_at", now=now)
    _record(locked, "poll.opened", actor, now)
    return locked


@transaction.atomic
def close_poll(
    *,
    poll: Poll,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    reason: str = "",
) -> Poll:
    """Take no more ballots; what was counted stays to be seen."""
    locked = lock_for_change(poll, expected_version=expected_version)
    _require(locked, PollStatus.OPEN)
    locked.status, locked.closed_at, locked.status_reason = PollStatus.CLOSED, now, reason
    save_change(locked, "status", "closed_at", "status_reason", now=now)
    ballots = locked.ballots.count()
    _record(locked, "poll.closed", actor, now, reason=reason, ballots=ballots)
    return locked


@transaction.atomic
def withdraw_poll(
    *, poll: Poll, reason: str, actor: Actor, now: datetime, expected_version: int | None
) -> Poll:
    """Take it off the page, and say why; its ballots are kept."""
    require_reason(reason)
    locked = lock_for_change(poll, expected_version=expected_version)
    if locked.status == PollStatus.WITHDRAWN:
        return locked
    locked.status, locked.status_reason = PollStatus.WITHDRAWN, reason
    save_change(locked, "status", "status_reason", now=now)
    _record(locked, "poll.withdrawn", actor, now, reason=reason, waits_on=None)
    return locked


def due_polls(*, now: datetime) -> list[UUID]:
    """Return the ids of polls whose time has come to open or to close."""
    opening = Poll.objects.filter(status=PollStatus.APPROVED, opens_at__lte=now, closes_at__gt=now)
    closing = Poll.objects.filter(status=PollStatus.OPEN, closes_at__lte=now)
    return list((opening | closing).order_by("pk").values_list("pk", flat=True)[:200])


def turn_poll(*, poll_id: UUID, now: datetime) -> None:
    """Open or close a poll whose time has come; whoever comes second changes nothing."""
    poll = Poll.objects.get(pk=poll_id)
    turned: dict[str, Any] = {
        "poll": poll,
        "actor": SYSTEM,
        "now": now,
        "expected_version": poll.version,
    }
    try:
        if poll.status == PollStatus.APPROVED and poll.opens_at and poll.opens_at <= now:
            open_poll(**turned)
        elif poll.status == PollStatus.OPEN and poll.closes_at <= now:
            close_poll(**turned)
    except (StaleVersion, WrongStatus):
        return


_APPROVAL = ("status", "approved_hash", "approved_by", "approved_at")


def _require(poll: Poll, *statuses: PollStatus) -> None:
    if poll.status not in statuses:
        raise WrongStatus(
            _("This cannot be done with a poll that is: %s.") % poll.get_status_display()
        )


def _check(poll: Poll, now: datetime) -> None:
    poll.questions = checked_words(poll.questions, longest=QUESTION_LENGTH, field="questions")
    page = PublicPage.objects.filter(brand_id=poll.brand_id).first()
    main = page.main_language if page else next(iter(poll.questions), "he")
    require_words(poll.questions, main, field="questions")
    flaw = next(flaws_of_options(poll.options, sorted(poll.questions)), None)
    if flaw is not None:
        place = ".".join(("options", *flaw.path))
        raise InvalidInput(errors={place: [_FLAWS[flaw.code] % flaw.params]})
    poll.options = [
        {language: text.strip() for language, text in option.items()} for option in poll.options
    ]
    _check_times(poll, now)


_FLAWS: Mapping[str, Any] = {
    "options": _("Give %(least)d to %(most)d options."),
    "languages": _("Give each option in the languages of the question: %(languages)s."),
    "length": _("Give a text of at most %(most)d characters in each language."),
    "same": _("Give options that differ."),
}


def _check_times(poll: Poll, now: datetime) -> None:
    if poll.closes_at <= now:
        raise InvalidInput(errors={"closes_at": [_("Give a time to come.")]})
    if poll.opens_at is not None and poll.opens_at >= poll.closes_at:
        raise InvalidInput(errors={"opens_at": [_("It opens before it closes.")]})


def _check_incident(brand_id: UUID, incident: Incident | None) -> None:
    if incident is None:
        return
    if incident.brand_id != brand_id:
        raise InvalidInput(errors={"incident": [_("The incident belongs to another brand.")]})
    lock_standing(incident)


def _record(poll: Poll, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    touch_page(brand_id=poll.brand_id, now=now)
    record_event(
        brand_id=poll.brand_id,
        incident_id=poll.incident_id,
        verb=verb,
        instance=poll,
        actor=actor,
        now=now,
        data=data,
    )
