"""What a review learns of the talk: how much there was, its worst hour, before and after."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Min

from incidents.models import Incident, Review
from incidents.services.reviews import add_to_record
from messaging.models import Message
from monitoring.rules.windows import HOUR
from monitoring.selectors.metrics import (
    Counts,
    Series,
    incident_query_id,
    incident_window,
    read_series,
)


def add_metrics(*, review_id: UUID, now: datetime) -> None:
    """Add the section `metrics` to the record of a review that is being recorded."""
    review = Review.objects.select_related("incident").get(pk=review_id)
    content = metrics_of(review.incident, now=now)
    add_to_record(review_id=review_id, section="metrics", content=content)


def metrics_of(incident: Incident, *, now: datetime) -> dict[str, Any]:
    """Return totals, the hour with most mentions, and the talk before and after we first spoke.

    Counts come in whole hours; the hour in which the first message was published is in neither
    part. Shares are of the mentions whose sentiment is known, from 0 to 1.
    """
    window = incident_window(incident, now=now, width=HOUR)
    query_id = incident_query_id(incident)
    series = read_series(brand_id=incident.brand_id, query_id=query_id, window=window)
    spoken = Message.objects.filter(incident=incident).aggregate(at=Min("published_at"))["at"]
    return {
        "since": window.start,
        "until": window.end,
        "totals": _shown(sum((counts for _at, counts in series), start=Counts())),
        "peak": _peak(series),
        "first_published_at": spoken,
        "before_first_publication": _part(series, spoken, is_before=True),
        "after_first_publication": _part(series, spoken, is_before=False),
    }


def _peak(series: Series) -> dict[str, Any] | None:
    at, counts = max(series, key=lambda row: row[1].mentions, default=(None, Counts()))
    return {"started_at": at, "mentions": counts.mentions} if counts.mentions else None


def _part(series: Series, spoken: datetime | None, *, is_before: bool) -> dict[str, Any] | None:
    if spoken is None:
        return None
    total = Counts()
    for started_at, counts in series:
        if (started_at + HOUR <= spoken) if is_before else (started_at > spoken):
            total += counts
    return _shown(total)


def _shown(counts: Counts) -> dict[str, Any]:
    known = counts.positive + counts.neutral + counts.negative
    return {
        "mentions": counts.mentions,
        "negative": counts.negative,
        "negative_share": round(counts.negative / known, 4) if known else None,
        "engagement": counts.engagement,
        "reach": counts.reach,
    }
