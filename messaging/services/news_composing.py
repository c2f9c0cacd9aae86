"""News made into notifications: one for all that is due for an incident at a target."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext as _

from crisisapi.accounts.models import Circle
from crisisapi.accounts.selectors.circles import readers_among
from crisisapi.events.models import Event
from incidents.models import Incident, sentence_of
from messaging.models import NewsItem, NotificationTarget, OutgoingNotification, Urgency
from messaging.rules.notification_kinds import urgency_of

BATCH = 200


@dataclass(frozen=True)
class Line:
    """One piece of news, in the language that is active."""

    sentence: str
    event: Event
    details: Mapping[str, object]

    @property
    def occurred_at(self) -> datetime:
        """When it happened."""
        return self.event.occurred_at

    @property
    def urgency(self) -> int:
        """What comes before what."""
        return urgency_of(self.event.verb)

    @property
    def is_urgent(self) -> bool:
        """Whether it stands out."""
        return self.urgency < Urgency.USUAL


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
    waiting = NewsItem.objects.filter(outgoing=None, due_at__lte=now).values("target_id")
    first = waiting.annotate(urgency=Min("urgency"), since=Min("due_at"))
    targets = first.order_by("urgency", "since").values_list("target_id", flat=True)[:BATCH]
    return sum(_gather(target_id, now) for target_id in targets)


def compose(outgoing: OutgoingNotification) -> Composed | None:
    """Return what to say in the active language; None when nothing of it may be seen any more."""
    items = list(outgoing.items.select_related("event").order_by("event_id"))
    about = {item.incident_id for item in items}
    told = {one for one in about if _may_see(outgoing.target, one)}
    seen = [item for item in items if item.incident_id in told]
    if not seen:
        return None
    incidents = Incident.objects.in_bulk(told - {None})
    stories = tuple(_stories(seen, incidents))
    return Composed(_subject(stories), stories)


def link_of(story: Story) -> str:
    """Return where people look at an incident."""
    if story.incident is None:
        return settings.PUBLIC_URL
    path = reverse("admin:incidents_incident_change", args=[story.incident.pk])
    return f"{settings.PUBLIC_URL}{path}"


@transaction.atomic
def _gather(target_id: UUID, now: datetime) -> int:
    locked = NotificationTarget.objects.select_for_update(skip_locked=True, of=("self",))
    target = locked.filter(pk=target_id).first()
    if target is None:
        return 0
    due = NewsItem.objects.filter(target=target, outgoing=None, due_at__lte=now)
    groups: dict[tuple[bool, UUID | None], list[NewsItem]] = {}
    for item in due.order_by("event_id"):
        key = (True, None) if item.is_digest else (False, item.incident_id)
        groups.setdefault(key, []).append(item)
    for (_is_digest, incident_id), items in groups.items():
        outgoing = OutgoingNotification.objects.create(
            brand_id=target.brand_id,
            target=target,
            incident_id=incident_id,
            urgency=min(item.urgency for item in items),
            due_at=now,
            created_at=now,
        )
        NewsItem.objects.filter(pk__in=[item.pk for item in items]).update(outgoing=outgoing)
    return len(groups)


def _may_see(target: NotificationTarget, incident_id: UUID | None) -> bool:
    if target.person_id is None:  # nothing restricted was queued; it may be restricted since
        is_closed = incident_id and Circle.objects.filter(subject_id=incident_id).exists()
        return not is_closed
    readers = readers_among([target.person_id], brand_id=target.brand_id, subject_id=incident_id)
    return bool(readers)


def _stories(items: Iterable[NewsItem], incidents: Mapping[UUID, Incident]) -> Iterable[Story]:
    groups: dict[UUID | None, list[Line]] = {}
    for item in items:
        verb = str(item.details.get("verb", item.event.verb))
        sentence = item.text or sentence_of(verb, item.details)
        line = Line(sentence, item.event, item.details)
        groups.setdefault(item.incident_id, []).append(line)
    for incident_id, lines in groups.items():
        incident = incidents.get(incident_id) if incident_id else None
        yield Story(incident, tuple(sorted(lines, key=lambda line: line.urgency)))


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
