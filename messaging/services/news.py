"""News: the event log read for what people and teams outside of the service should be told."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from crisisapi.events.models import ChainHead, Event
from incidents.models import Notification
from messaging.models import NewsCursor, NewsItem, NotificationTarget, Timing, Urgency, Way
from messaging.rules.notification_kinds import is_pressing, is_urgent, kind_of, urgency_of
from messaging.rules.quiet_hours import SETTLE, awake_at, digest_at
from messaging.services.telling import tell_concerned, told_to_teams

BATCH = 200


@dataclass(frozen=True)
class _News:
    """One event as it is told at one target."""

    event: Event
    details: Mapping[str, Any]
    text: str = ""


_Told = tuple[NotificationTarget, _News]


def brands_with_news() -> list[UUID]:
    """Return the brands whose log has events that were not read for news."""
    read = NewsCursor.objects.filter(brand_id=OuterRef("brand_id")).values("position")
    heads = ChainHead.objects.annotate(read=Coalesce(Subquery(read), 0))
    return list(heads.filter(position__gt=F("read")).values_list("brand_id", flat=True))


@transaction.atomic
def spread_news(*, brand_id: UUID, now: datetime) -> int:
    """Read the next events of a brand and queue them for whom they concern; return how many.

    One worker at a time reads a brand; the place in the log moves in the same transaction.
    """
    cursor = _lock_cursor(brand_id)
    if cursor is None:
        return 0
    unread = Event.objects.filter(brand_id=brand_id, position__gt=cursor.position)
    events = list(unread.order_by("position")[:BATCH])
    if not events:
        return 0
    for event in events:
        tell_concerned(event)
    told = [event for event in events if kind_of(event.verb)]
    _queue([*_personal(told, brand_id), *_of_teams(told, brand_id)], now)
    cursor.position = events[-1].position
    cursor.save(update_fields=["position"])
    return len(events)


def _lock_cursor(brand_id: UUID) -> NewsCursor | None:
    NewsCursor.objects.bulk_create([NewsCursor(brand_id=brand_id)], ignore_conflicts=True)
    return NewsCursor.objects.select_for_update(skip_locked=True).filter(pk=brand_id).first()


def _personal(events: Iterable[Event], brand_id: UUID) -> Iterator[_Told]:
    """Yield what each person was told inside of the service, at each target of theirs."""
    by_id = {event.pk: event for event in events}
    rows = list(Notification.objects.filter(event__in=by_id.keys()))
    targets = _targets_of({row.recipient_id for row in rows}, brand_id)
    for row in rows:
        for target in targets.get(row.recipient_id, ()):
            yield target, _News(by_id[row.event_id], row.details, row.text)


def _of_teams(events: Iterable[Event], brand_id: UUID) -> Iterator[_Told]:
    """Yield what a whole team is told, which never includes what only a circle may see."""
    targets = NotificationTarget.objects.active().of_teams().filter(brand_id=brand_id)
    teams = list(targets.select_related("brand"))
    if not teams:
        return
    for event in events:
        details = told_to_teams(event)
        if details is not None:
            for target in teams:
                yield target, _News(event, details, str(event.data.get("text", "")))


def _targets_of(people: set[UUID], brand_id: UUID) -> dict[UUID, list[NotificationTarget]]:
    """Return the active targets of people; who has chosen nothing is told by mail."""
    _give_mailboxes(people, brand_id)
    rows = NotificationTarget.objects.active().filter(brand_id=brand_id, person__in=people)
    found: dict[UUID, list[NotificationTarget]] = {}
    for target in rows.select_related("brand", "person"):
        found.setdefault(target.person_id, []).append(target)  # type: ignore[arg-type]
    return found


def _give_mailboxes(people: set[UUID], brand_id: UUID) -> None:
    if not settings.MAIL_IS_ON:
        return
    having = NotificationTarget.objects.filter(brand_id=brand_id, person__in=people, way=Way.EMAIL)
    missing = people - set(having.values_list("person_id", flat=True))
    NotificationTarget.objects.bulk_create(
        [NotificationTarget(brand_id=brand_id, person_id=one, way=Way.EMAIL) for one in missing],
        ignore_conflicts=True,
    )


def _queue(told: Iterable[_Told], now: datetime) -> None:
    items = [_item(target, news, now) for target, news in told]
    wanted = [item for item in items if item is not None]
    NewsItem.objects.bulk_create(wanted, ignore_conflicts=True)


def _item(target: NotificationTarget, news: _News, now: datetime) -> NewsItem | None:
    timing = target.timing_of(kind_of(news.event.verb) or "")
    if timing == Timing.NEVER:
        return None
    is_digest = timing == Timing.DIGEST
    return NewsItem(
        target=target,
        event=news.event,
        incident_id=news.event.incident_id,
        details=dict(news.details),
        text=news.text,
        is_digest=is_digest,
        urgency=Urgency.USUAL if is_digest else urgency_of(news.event.verb),
        due_at=_due_at(target, news.event.verb, timing, now),
        created_at=now,
    )


def _due_at(target: NotificationTarget, verb: str, timing: str, now: datetime) -> datetime:
    if timing == Timing.DIGEST:
        due = digest_at(now, minutes=target.digest_minutes, zone=target.zone)
    else:
        due = now if is_pressing(verb) else now + SETTLE
        if target.wake_for_urgent and is_urgent(verb):
            return due
    hours = {"quiet_from": target.quiet_from, "quiet_until": target.quiet_until}
    return awake_at(due, **hours, zone=target.zone)
