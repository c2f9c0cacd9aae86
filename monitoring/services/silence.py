"""Silence: sources that bring nothing although they usually would, and those heard again."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, F, Sum
from django.db.models.functions import Greatest, TruncHour

from crisisapi.common.actors import SYSTEM
from crisisapi.events.services.log import lock_chain, record_event
from monitoring.models import Delivery, HeardHour, Intake, SourceState
from monitoring.rules.silence import DAYS, LEAST_GAP, Silence, rounded, silence_of
from monitoring.services.intakes import ACTIVE_SOURCES, interval_of, waited_on
from monitoring.sources import PROVIDERS

# A delivery is stored in the end by then; its hour is complete.
SETTLED = timedelta(minutes=3)
# What is counted of the time before anybody counted, and how much of it at once.
BEFORE = timedelta(days=DAYS + 1)
AT_ONCE = timedelta(hours=6)
KEPT = timedelta(days=35)
SOURCES_AT_ONCE = 100
# Of a source that is asked, so many rounds may bring nothing.
ROUNDS = 3


def count_hours(*, now: datetime) -> bool:
    """Count what came in the hours that are over, some of them; returns whether more are left."""
    until = (now - SETTLED).replace(minute=0, second=0, microsecond=0)
    behind = Intake.objects.filter(counted_until__lt=until) | Intake.objects.filter(
        counted_until=None, source__created_at__lt=until
    )
    rows = behind.values_list("source__brand", "counted_until", "source__created_at")
    begun: dict[UUID, datetime] = {}
    for brand_id, counted_until, created_at in rows:
        since = counted_until or max(_hour(created_at), until - BEFORE)
        begun[brand_id] = min(since, begun.get(brand_id, since))
    for brand_id, since in begun.items():
        _count(brand_id, since, min(until, since + AT_ONCE))
    HeardHour.objects.filter(started_at__lt=now - KEPT).delete()
    return any(since + AT_ONCE < until for since in begun.values())


def find_silences(*, now: datetime) -> int:
    """Tell of the sources that have fallen silent, each once; returns how many.

    Not of those that are paused, or failing anyway: of these people know.
    """
    listening = [kind for kind, one in PROVIDERS.items() if one.is_pushed or one.is_fetched]
    quiet = (
        Intake.objects.filter(source__is_active=True, source__kind__in=listening, silent_since=None)
        .exclude(state__in=[SourceState.PAUSED, SourceState.FAILING])
        .annotate(quiet_since=Greatest("heard_at", "listening_since"))
        .filter(quiet_since__lte=now - LEAST_GAP)
        .select_related("source__brand")
    )
    intakes = list(quiet)
    found: list[tuple[Any, Silence]] = []
    for place in range(0, len(intakes), SOURCES_AT_ONCE):
        found += _silent(intakes[place : place + SOURCES_AT_ONCE], now)
    return sum(_tell_silence(intake, silence, now) for intake, silence in found)


def end_silences(*, now: datetime) -> int:
    """Tell of the sources that are heard again; returns how many."""
    over = Intake.objects.filter(heard_at__gt=F("silent_since")).select_related("source")
    return sum(_tell_heard(intake, now) for intake in over)


def _count(brand_id: UUID, since: datetime, until: datetime) -> None:
    """Count whole hours of a brand anew; the same again gives the same."""
    stored = Delivery.objects.filter(
        brand=brand_id, created_at__gte=since, created_at__lt=until, accepted__gt=0
    )
    hours = stored.annotate(hour=TruncHour("created_at", tzinfo=UTC)).order_by()
    sums = hours.values_list("source", "hour").annotate(total=Sum("accepted"))
    with transaction.atomic():
        HeardHour.objects.bulk_create(
            [HeardHour(source_id=one, started_at=at, mentions=total) for one, at, total in sums],
            update_conflicts=True,
            unique_fields=["source", "started_at"],
            update_fields=["mentions"],
        )
        mine = Intake.objects.filter(source__brand=brand_id, source__created_at__lt=until)
        mine.exclude(counted_until__gte=until).update(counted_until=until)


def _silent(quiet: Sequence[Any], now: datetime) -> Iterator[tuple[Any, Silence]]:
    first = min(one.quiet_since for one in quiet) - BEFORE
    counts: dict[UUID, dict[datetime, int]] = {}
    rows = HeardHour.objects.filter(source__in=[one.pk for one in quiet], started_at__gte=first)
    for source_id, hour, mentions in rows.values_list("source_id", "started_at", "mentions"):
        counts.setdefault(source_id, {})[hour] = mentions
    for one in quiet:
        provider = PROVIDERS[one.source.kind]
        silence = silence_of(
            counts.get(one.pk, {}),
            heard_at=one.quiet_since,
            known_since=one.listening_since,
            now=now,
            zone=ZoneInfo(one.source.brand.time_zone),
            patience=ROUNDS * interval_of(one.source) if provider.is_fetched else LEAST_GAP,
        )
        if silence is not None:
            yield one, silence


@transaction.atomic
def _tell_silence(intake: Any, silence: Silence, now: datetime) -> bool:
    source = intake.source
    lock_chain(source.brand_id)
    still = Intake.objects.filter(
        Exists(ACTIVE_SOURCES), pk=intake.pk, silent_since=None, heard_at=intake.heard_at
    )
    if not still.update(silent_since=silence.since, usual_per_hour=silence.usual):
        return False
    _record(
        intake,
        "source.silent",
        now,
        since=silence.since.isoformat(),
        hours=rounded((now - silence.since) / timedelta(hours=1)),
        usual=rounded(silence.usual),
        waits_on=waited_on(is_failing=True),
    )
    return True


@transaction.atomic
def _tell_heard(intake: Intake, now: datetime) -> bool:
    lock_chain(intake.source.brand_id)
    still = Intake.objects.filter(pk=intake.pk, silent_since=intake.silent_since)
    if not still.update(silent_since=None, usual_per_hour=None):
        return False
    state = Intake.objects.get(pk=intake.pk).state
    since = intake.silent_since.isoformat() if intake.silent_since else ""
    waits_on = waited_on(is_failing=state == SourceState.FAILING)
    _record(intake, "source.heard_again", now, since=since, waits_on=waits_on)
    return True


def _record(intake: Intake, verb: str, now: datetime, **data: object) -> None:
    source = intake.source
    record_event(
        brand_id=source.brand_id,
        verb=verb,
        instance=source,
        actor=SYSTEM,
        now=now,
        data={"name": source.name, **data},
    )


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
