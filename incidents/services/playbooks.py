"""Playbooks: made, changed, and their versions written and brought into use."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from incidents.models import Lesson, Playbook, PlaybookVersion, VersionStatus
from incidents.rules.triggers import words_of
from incidents.services.playbook_steps import checked_steps

WORDS_LIMIT = 100


class PlaybookExists(DomainError):
    """The brand has a playbook of this name."""

    code = "playbook_exists"
    detail = _("There is a playbook of this name already.")


class DraftExists(DomainError):
    """A playbook has one draft at a time."""

    code = "draft_exists"
    detail = _("There is a draft of this playbook already. Change that one.")


class NotADraft(DomainError):
    """What was published stands."""

    code = "not_a_draft"
    detail = _("A version that was published never changes. Begin a new draft.")


class DraftOutdated(DomainError):
    """Another version came into use since the draft was begun; publishing would undo it."""

    code = "draft_outdated"


@transaction.atomic
def create_playbook(
    *, brand: Brand, actor: Actor, now: datetime, steps: Any = None, **fields: Any
) -> Playbook:
    """Make a playbook with its first draft; refuses a name that is taken, and wrong steps."""
    lock_chain(brand.pk)
    _check_words(fields.get("words", []))
    written = _steps_of_draft(steps)
    try:
        with transaction.atomic():
            playbook = Playbook.objects.create(
                brand=brand, created_at=now, updated_at=now, **fields
            )
    except IntegrityError as error:
        raise PlaybookExists from error
    record_event(
        brand_id=brand.pk,
        verb="playbook.created",
        instance=playbook,
        actor=actor,
        now=now,
        data={"name": playbook.name},
    )
    _begin_draft(playbook, written, None, "", actor, now)
    return playbook


@transaction.atomic
def change_playbook(
    *, playbook: Playbook, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> Playbook:
    """Change its name, its triggers, or whether it is active; refuses a name that is taken."""
    locked = lock_for_change(playbook, expected_version=expected_version)
    _check_words(fields.get("words", []))
    changed = differing(locked, fields)
    if not changed:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    try:
        with transaction.atomic():
            save_change(locked, *changed, now=now)
    except IntegrityError as error:
        raise PlaybookExists from error
    record_event(
        brand_id=locked.brand_id,
        verb="playbook.changed",
        instance=locked,
        actor=actor,
        now=now,
        data={"fields": sorted(changed)},
    )
    return locked


@transaction.atomic
def draft_version(
    *, playbook: Playbook, actor: Actor, now: datetime, steps: Any = None, note: str = ""
) -> PlaybookVersion:
    """Begin a draft with the steps in use, or with others; refuses a second draft."""
    lock_chain(playbook.brand_id)
    if playbook.versions.filter(status=VersionStatus.DRAFT).exists():
        raise DraftExists
    present = published_version(playbook)
    written = present.steps if steps is None and present else _steps_of_draft(steps)
    return _begin_draft(playbook, written, present, note, actor, now)


@transaction.atomic
def change_version(
    *,
    playbook_version: PlaybookVersion,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    **fields: Any,
) -> PlaybookVersion:
    """Change the steps or the note of a draft, or say on which version it is based now.

    Refuses what was published, wrong steps, and a base that is not in use.
    """
    locked = lock_for_change(playbook_version, expected_version=expected_version)
    if not locked.is_draft:
        raise NotADraft
    if "steps" in fields:
        fields["steps"] = _steps_of_draft(fields["steps"])
    if "based_on" in fields and fields["based_on"] != published_version(locked.playbook):
        sentence = _("Name the version of this playbook that is in use.")
        raise InvalidInput(errors={"based_on": [sentence]})
    changed = differing(locked, fields)
    if not changed:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    save_change(locked, *changed, now=now)
    _record(locked, "changed", actor, now, fields=sorted(changed))
    return locked


@transaction.atomic
def publish_version(
    *, playbook_version: PlaybookVersion, actor: Actor, now: datetime, expected_version: int | None
) -> PlaybookVersion:
    """Bring a draft into use and retire the version before it.

    Refuses what was published already, a draft without steps, and one that would undo a version
    published since it was begun (`DraftOutdated`).
    """
    locked = lock_for_change(playbook_version, expected_version=expected_version)
    if not locked.is_draft:
        raise NotADraft
    checked_steps(locked.steps)
    present = published_version(locked.playbook)
    if present is not None and locked.based_on_id != present.pk:
        raise DraftOutdated(
            _(
                "Version %d was published since this draft was begun. Take over what is new in "
                "it, and set based_on to it."
            )
            % present.number
        )
    _retire(present, actor, now)
    _put_in_use(locked, actor, now)
    save_change(locked, "status", "published_at", "published_by", now=now)
    _record(locked, "published", actor, now, note=locked.note)
    return locked


def publish_steps(
    *,
    playbook: Playbook,
    steps: Sequence[dict[str, Any]],
    lesson: Lesson,
    note: str,
    actor: Actor,
    now: datetime,
) -> PlaybookVersion:
    """Bring checked steps into use as a version that names its lesson; a draft stays a draft.

    The caller holds the chain.
    """
    present = published_version(playbook)
    _retire(present, actor, now)
    version = PlaybookVersion(
        brand_id=playbook.brand_id,
        playbook=playbook,
        number=_next_number(playbook),
        steps=steps,
        note=note,
        based_on=present,
        lesson=lesson,
        created_at=now,
        updated_at=now,
    )
    _put_in_use(version, actor, now)
    version.save(force_insert=True)
    _record(version, "published", actor, now, note=note, lesson=lesson.pk)
    return version


def published_version(playbook: Playbook) -> PlaybookVersion | None:
    """Return the version in use, None before the first."""
    return playbook.versions.filter(status=VersionStatus.PUBLISHED).first()


def _begin_draft(
    playbook: Playbook,
    steps: list[dict[str, Any]],
    present: PlaybookVersion | None,
    note: str,
    actor: Actor,
    now: datetime,
) -> PlaybookVersion:
    draft = PlaybookVersion.objects.create(
        brand_id=playbook.brand_id,
        playbook=playbook,
        number=_next_number(playbook),
        steps=steps,
        note=note,
        based_on=present,
        created_at=now,
        updated_at=now,
    )
    _record(draft, "drafted", actor, now)
    return draft


def _put_in_use(version: PlaybookVersion, actor: Actor, now: datetime) -> None:
    version.status = VersionStatus.PUBLISHED
    version.published_at = now
    version.published_by_id = actor.person_id


def _retire(version: PlaybookVersion | None, actor: Actor, now: datetime) -> None:
    if version is not None:
        version.status = VersionStatus.RETIRED
        save_change(version, "status", now=now)
        _record(version, "retired", actor, now)


def _next_number(playbook: Playbook) -> int:
    return (playbook.versions.aggregate(last=Max("number"))["last"] or 0) + 1


def _steps_of_draft(steps: Any) -> list[dict[str, Any]]:
    """Return the steps in full; a draft may still have none."""
    return checked_steps(steps) if steps or not isinstance(steps, list | None) else []


def _check_words(words: Sequence[str]) -> None:
    if len(words) > WORDS_LIMIT:
        sentence = _("Give at most %d words or phrases.") % WORDS_LIMIT
        raise InvalidInput(errors={"words": [sentence]})
    if any(not words_of(word) for word in words):
        raise InvalidInput(errors={"words": [_("Each needs at least one letter or digit.")]})


def _record(
    version: PlaybookVersion, verb: str, actor: Actor, now: datetime, **data: object
) -> None:
    record_event(
        brand_id=version.brand_id,
        verb=f"playbookversion.{verb}",
        instance=version,
        actor=actor,
        now=now,
        data={"playbook": version.playbook_id, "number": version.number, **data},
    )
