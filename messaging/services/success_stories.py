"""Success stories: told, changed, released to be cited, taken back."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError, InvalidInput, require_reason
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from incidents.models import Incident, LessonStatus, Review, ReviewStatus
from incidents.services.standing import lock_standing, require_standing
from messaging.models import SuccessStory

# What may change without somebody looking at the story again.
_BESIDE = {"tags", "kind", "expires_on", "incident"}
_SEEN_TO_WORK = (LessonStatus.VERIFIED, LessonStatus.ADOPTED)


class StoryNotThere(DomainError):
    """The story is not where this step starts from."""

    code = "wrong_status"


@transaction.atomic
def tell_story(*, brand: Brand, actor: Actor, now: datetime, **fields: Any) -> SuccessStory:
    """Write a story down; it may be cited once released.

    Refuses an incident of another brand, and one merged into another.
    """
    lock_chain(brand.pk)
    story = SuccessStory(brand=brand, created_at=now, updated_at=now, **fields)
    _check(story)
    if story.incident is not None:
        lock_standing(story.incident)
    story.search = story.words()
    story.save(force_insert=True)
    _record(story, "successstory.told", actor, now, title=story.title)
    return story


@transaction.atomic
def change_story(
    *, story: SuccessStory, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> SuccessStory:
    """Change a story; one worded anew has to be released again.

    Refuses to move it to an incident of another brand, or to one merged into another.
    """
    locked = lock_for_change(story, expected_version=expected_version)
    changed = differing(locked, fields)
    if not changed:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    _check(locked)
    if "incident" in changed and locked.incident is not None:
        lock_standing(locked.incident)
    is_taken_back = locked.is_citable and not set(changed) <= _BESIDE
    if is_taken_back:
        _take_back(locked)
    locked.search = locked.words()
    save_change(locked, *changed, "search", *_RELEASE, now=now)
    data = {"fields": sorted(changed), "taken_back": is_taken_back}
    _record(locked, "successstory.changed", actor, now, **data)
    return locked


@transaction.atomic
def release_story(
    *, story: SuccessStory, actor: Actor, now: datetime, expected_version: int | None
) -> SuccessStory:
    """Let messages cite it; refuses figures nobody can check, and people who did not agree."""
    locked = lock_for_change(story, expected_version=expected_version)
    if locked.is_citable:
        raise StoryNotThere(_("This story was released already."))
    _require_releasable(locked, now)
    locked.is_citable = True
    locked.released_at = now
    locked.released_by_id = actor.person_id
    locked.status_reason = ""
    save_change(locked, *_RELEASE, now=now)
    _record(locked, "successstory.released", actor, now)
    return locked


@transaction.atomic
def retire_story(
    *,
    story: SuccessStory,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> SuccessStory:
    """Let no new message cite it, and say why; messages that did stay as they are."""
    require_reason(reason)
    locked = lock_for_change(story, expected_version=expected_version)
    if not locked.is_citable:
        raise StoryNotThere(_("This story is not released."))
    _take_back(locked)
    locked.status_reason = reason
    save_change(locked, *_RELEASE, now=now)
    _record(locked, "successstory.retired", actor, now, reason=reason)
    return locked


@transaction.atomic
def draft_story(*, incident: Incident, actor: Actor, now: datetime) -> SuccessStory:
    """Write a story down from the review of an incident and the lessons seen to work.

    Refuses an incident whose review is not completed: nobody has looked back at it yet.
    """
    lock_chain(incident.brand_id)
    require_standing(incident)
    reviews = Review.objects.filter(incident=incident, status=ReviewStatus.COMPLETED)
    review = reviews.order_by("-created_at").first()
    if review is None:
        raise StoryNotThere(_("Complete the review of the incident first."))
    return tell_story(
        brand=incident.brand,
        incident=incident,
        title=incident.title,
        language=incident.brand.main_language,
        kind=incident.kind,
        situation=_shortened(incident.summary or review.summary or incident.title),
        deed=_shortened(_deeds(incident, review) or incident.title),
        outcome=_shortened(review.summary),
        happened_on=_day(incident, incident.opened_at),
        actor=actor,
        now=now,
    )


_RELEASE = ("is_citable", "released_by", "released_at", "status_reason")


def _deeds(incident: Incident, review: Review) -> str:
    lessons = incident.lessons.filter(status__in=_SEEN_TO_WORK).order_by("created_at", "id")
    changes = [lesson.change or lesson.title for lesson in lessons[:10]]
    return "\n".join(text for text in [review.went_well, *changes] if text)


def _shortened(text: str) -> str:
    return text[:5_000]


def _day(incident: Incident, moment: datetime) -> Any:
    return moment.astimezone(ZoneInfo(incident.brand.time_zone)).date()


def _take_back(story: SuccessStory) -> None:
    story.is_citable = False
    story.released_by = None


def _check(story: SuccessStory) -> None:
    if story.incident is not None and story.incident.brand_id != story.brand_id:
        raise InvalidInput(errors={"incident": [_("The incident belongs to another brand.")]})
    if story.quote and not story.quoted:
        raise InvalidInput(errors={"quoted": [_("Say whose words the quote is.")]})


def _require_releasable(story: SuccessStory, now: datetime) -> None:
    errors: dict[str, list[object]] = {}
    if (story.quote or story.names_people) and not story.permission.strip():
        errors["permission"] = [_("Say who agreed to be quoted or named, when and how.")]
    sourced = all(figure.get("source") for figure in story.figures)
    if not sourced and not story.evidence_url:
        errors["evidence_url"] = [_("Say where the figures can be checked.")]
    today = now.astimezone(ZoneInfo(story.brand.time_zone)).date()
    if story.expires_on is not None and story.expires_on < today:
        errors["expires_on"] = [_("Give a day in the future.")]
    if errors:
        raise InvalidInput(errors=errors)


def _record(story: SuccessStory, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(
        brand_id=story.brand_id,
        incident_id=story.incident_id,
        verb=verb,
        instance=story,
        actor=actor,
        now=now,
        data=data,
    )
