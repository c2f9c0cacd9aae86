"""The body of a webhook that tells news, as Standard Webhooks recommends: type, timestamp, data.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import translation

from incidents.models import Incident, details_read
from messaging.models import NotificationTarget
from messaging.services.news_composing import Composed, Line, Story, link_of

# News beyond these are counted only: receivers take some tens of kilobytes.
MOST_NEWS = 50
TESTED = "notificationtarget.tested"


def body_of(target: NotificationTarget, composed: Composed, *, now: datetime) -> dict[str, Any]:
    """Return what happened, the most urgent first, in the active language.

    `type` and `timestamp` are those of the most urgent event; without any it is a trial.
    """
    lines = [(line, story) for story in composed.stories for line in story.lines]
    lines.sort(key=lambda pair: pair[0].urgency)
    news = [_told(line, story) for line, story in lines] or [_trial(target, composed, now)]
    return {
        "type": news[0]["verb"],
        "timestamp": news[0]["occurred_at"],
        "data": {
            "brand": target.brand.slug,
            "language": translation.get_language(),
            "subject": composed.subject,
            "incident": _incident(composed),
            "count": len(news),
            "news": news[:MOST_NEWS],
        },
    }


def _incident(composed: Composed) -> dict[str, Any] | None:
    """Return the incident that all of it is about, None when there is none or there are several."""
    stories = composed.stories
    if len(stories) != 1 or stories[0].incident is None:
        return None
    return _shown(stories[0].incident, link_of(stories[0]))


def _shown(incident: Incident, link: str) -> dict[str, Any]:
    return {
        "id": incident.pk,
        "reference": incident.reference,
        "title": incident.title,
        "status": incident.status,
        "severity": incident.severity,
        "link": link,
    }


def _told(line: Line, story: Story) -> dict[str, Any]:
    return {
        "verb": line.event.verb,
        "occurred_at": line.occurred_at,
        "object_type": line.event.object_type,
        "object_id": line.event.object_id,
        "incident_id": story.incident.pk if story.incident else None,
        "sentence": line.sentence,
        "details": _details(line.details),
    }


def _details(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the sentence is made of, without which sentence it is."""
    return {name: one for name, one in details_read(details).items() if name != "verb"}


def _trial(target: NotificationTarget, composed: Composed, now: datetime) -> dict[str, Any]:
    return {
        "verb": TESTED,
        "occurred_at": now,
        "object_type": "notificationtarget",
        "object_id": target.pk,
        "incident_id": None,
        "sentence": composed.subject,
        "details": {},
    }
