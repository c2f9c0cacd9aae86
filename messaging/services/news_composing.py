"""News made into notifications: one for all that is due for an incident at a target."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from crisisapi.accounts.selectors.circles import readers_among
from incidents.models import Incident, sentence_of
from messaging.models import NewsItem, NotificationTarget, OutgoingNotification
from messaging.rules.notification_kinds import is_urgent

BATCH = 200


@dataclass(frozen=True)
class Line:
    """One piece of news, in the language that is active."""

    sentence: str
    occurred_at: datetime
    is_urgent: bool


@dataclass(frozen=True)
class Story:
    """What is new in one incident, the most urgent first; `incident` is None for the rest."""

    incident: Incident | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Composed:
    """A notification as it is read."""

    subject: str
    stories: tuple[Story, ...]


def compose_due(*, now: datetime) -> int:
    """Gather what is due into notifications to send; return how many were made."""
    waiting = NewsItem.objects.filter(outgoing=None, due_at__lte=now)
    targets = waiting.order_by().values_list("target_id", flat=True).distinct()[:BATCH]
    return sum(_gather(target_id, now) for target_id in targets)


def compose(outgoing: OutgoingNotification) -> Composed | None:
    """Return what to say in the active language; None when nothing of it may be seen any more."""
    items = list(outgoing.items.select_related("event").order_by("event_id"))
    seen = [item for item in items if _may_see(outgoing.target, item.incident_id)]
    if not seen:
        return None
    ids = {item.incident_id for item in seen if item.incident_id}
    incidents = Incident.objects.in_bulk(ids)
    stories = tuple(_stories(seen, incidents))
    return Composed(_subject(stories), stories)


@transaction.atomic
def _gather(target_id: UUID, now: datetime) -> int:
    locked = NotificationTarget.objects.select_for_update(skip_locked=True, of=("self",))
    target = locked.filter(pk=target_id).first()
    if target is None:
        return 0
    due = NewsItem.objects.filter(target=target, outgoing=None, due_at__lte=now)
    groups: dict[tuple[bool, UUID | None], list[UUID]] = {}
    for item in due.order_by("event_id"):
        key = (True, None) if item.is_digest else (False, item.incident_id)
        groups.setdefault(key, []).append(item.pk)
    for (_is_digest, incident_id), ids in groups.items():
        outgoing = OutgoingNotification.objects.create(
            brand_id=target.brand_id,
            target=target,
            incident_id=incident_id,
            due_at=now,
            created_at=now,
        )
        NewsItem.objects.filter(pk__in=ids).update(outgoing=outgoing)
    return len(groups)


def _may_see(target: NotificationTarget, incident_id: UUID | None) -> bool:
    if target.person_id is None:
        return True  # nothing restricted is ever queued for a team
    readers = readers_among([target.person_id], brand_id=target.brand_id, subject_id=incident_id)
    return bool(readers)


def _stories(items: Iterable[NewsItem], incidents: Mapping[UUID, Incident]) -> Iterable[Story]:
    groups: dict[UUID | None, list[Line]] = {}
    for item in items:
        verb = str(item.details.get("verb", item.event.verb))
        sentence = item.text or sentence_of(verb, item.details)
        line = Line(sentence, item.event.occurred_at, is_urgent(item.event.verb))
        groups.setdefault(item.incident_id, []).append(line)
    for incident_id, lines in groups.items():
        incident = incidents.get(incident_id) if incident_id else None
        yield Story(incident, tuple(sorted(lines, key=lambda line: not line.is_urgent)))


def _subject(stories: tuple[Story, ...]) -> str:
    count = sum(len(story.lines) for story in stories)
    if len(stories) > 1:
        said = {"count": count, "incidents": len(stories)}
        return _("%(count)s news of %(incidents)s incidents") % said
    story = stories[0]
    headline = _headline(story)
    more = f" (+{count - 1})" if count > 1 else ""
    if story.incident is None:
        return headline + more
    return _("%(reference)s · %(status)s · severity %(severity)s: %(headline)s") % {
        "reference": story.incident.reference,
        "status": story.incident.get_status_display(),
        "severity": story.incident.severity,
        "headline": headline + more,
    }


def _headline(story: Story) -> str:
    sentence = " ".join(story.lines[0].sentence.split())
    if story.incident is not None:
        sentence = sentence.removeprefix(f"{story.incident.reference}: ")
    return sentence if len(sentence) <= 120 else f"{sentence[:119]}…"
