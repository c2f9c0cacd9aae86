"""The talk around a moment, as the rules of response effect and recovery take it."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from incidents.models import Incident
from monitoring.models import Query, QueryKind
from monitoring.rules.arrays import Numbers
from monitoring.rules.counts import Counts
from monitoring.rules.effect.gaps import find_gaps
from monitoring.rules.effect.observed import Observed
from monitoring.rules.windows import FIVE_MINUTES, Window, bucket_start
from monitoring.selectors.metrics import incident_query_id, read_series

HISTORY = timedelta(days=28)
CONTROLS_LIMIT = 5
# A query heard of less often has no usual talk to compare with: then all of the brand's is used.
_USUAL_LEAST = 200


@dataclass(frozen=True)
class Talk:
    """Counts around a moment; of which query (null: all mentions) and which controls.

    `analysed` is the share of mentions after the moment that have been read.
    """

    observed: Observed
    query_id: UUID | None
    control_ids: tuple[UUID, ...]
    analysed: float

    def fingerprint(self, *others: object) -> str:
        """Return a SHA-256 of every count and of what else the answer depends on."""
        digest = hashlib.sha256(repr((self.observed.started_at.isoformat(), *others)).encode())
        told = self.observed
        for series in (told.mentions, told.negative, told.known, told.engagement, *told.controls):
            digest.update(series.astype("<i8").tobytes())
        digest.update(told.missing.tobytes())
        return digest.hexdigest()


def read_talk(incident: Incident, *, about: datetime, until: datetime) -> Talk:
    """Return the talk of four weeks before a moment and from there until `until`.

    Of the incident's query where it was heard of often enough before, else of the brand. It
    begins with the first mention of the brand; hours are those of the brand's time zone.
    """
    window = Window(
        bucket_start(about - HISTORY, FIVE_MINUTES), bucket_start(until, FIVE_MINUTES), FIVE_MINUTES
    )
    of_brand = _read(incident, window, None)
    missing = find_gaps(of_brand.mentions)
    query_id = incident_query_id(incident)
    of_query = _read(incident, window, query_id) if query_id else of_brand
    before = _steps(window, about)
    # What the storm itself brought says nothing of what is usual.
    if of_query.mentions[: _steps(window, min(about, incident.started_at))].sum() < _USUAL_LEAST:
        query_id, of_query = None, of_brand
    control_ids = tuple(_controls(incident, besides=query_id))
    controls = tuple(_read(incident, window, each).mentions for each in control_ids)
    observed = Observed(
        window.start.astimezone(ZoneInfo(incident.brand.time_zone)),
        of_query.mentions,
        of_query.negative,
        of_query.known,
        of_query.engagement,
        missing,
        controls,
    )
    after = float(of_query.mentions[before:].sum())
    analysed = float(of_query.analysed[before:].sum()) / after if after else 1.0
    return Talk(_since_heard(observed, of_brand.mentions), query_id, control_ids, analysed)


def _steps(window: Window, moment: datetime) -> int:
    """Return how many buckets of a window are over by a moment."""
    return max(0, (bucket_start(moment, FIVE_MINUTES) - window.start) // FIVE_MINUTES)


@dataclass(frozen=True)
class _Series:
    mentions: Numbers
    negative: Numbers
    known: Numbers
    engagement: Numbers
    analysed: Numbers


def _read(incident: Incident, window: Window, query_id: UUID | None) -> _Series:
    length = max(0, (window.end - window.start) // FIVE_MINUTES)
    rows = np.zeros((5, length))
    found = read_series(brand_id=incident.brand_id, window=window, query_id=query_id)
    for started_at, counts in found:
        rows[:, (started_at - window.start) // FIVE_MINUTES] = _numbers(counts)
    return _Series(*rows)


def _numbers(counts: Counts) -> tuple[int, ...]:
    return counts.mentions, counts.negative, counts.known, counts.engagement, counts.analysed


def _controls(incident: Incident, *, besides: UUID | None) -> list[UUID]:
    kinds = (QueryKind.CONTROL, QueryKind.COMPETITOR)
    queries = Query.objects.active().filter(brand_id=incident.brand_id, kind__in=kinds)
    # Controls proper first: they were chosen for this.
    chosen = sorted(queries, key=lambda one: (one.kind != QueryKind.CONTROL, one.pk))
    return [query.pk for query in chosen if query.pk != besides][:CONTROLS_LIMIT]


def _since_heard(observed: Observed, of_brand: Numbers) -> Observed:
    heard = np.flatnonzero(of_brand)
    first = int(heard[0]) if heard.size else 0
    span = slice(first, None)
    return replace(
        observed,
        started_at=observed.started_at + first * FIVE_MINUTES,
        mentions=observed.mentions[span],
        negative=observed.negative[span],
        known=observed.known[span],
        engagement=observed.engagement[span],
        missing=observed.missing[span],
        controls=tuple(control[span] for control in observed.controls),
    )
