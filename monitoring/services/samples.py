"""Samples of mentions to judge: drawn once, and kept."""

from datetime import datetime, timedelta
from random import Random, SystemRandom

from django.db import transaction
from django.utils.translation import gettext as _

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import Actor
from crisisapi.common.errors import InvalidInput
from crisisapi.events.services.log import lock_chain, record_event
from monitoring.models import Sample, SampledMention
from monitoring.models.sample import SIZE_LIMIT
from monitoring.rules.windows import DAY, FIVE_MINUTES, Window, align
from monitoring.selectors.drawing import Drawn, draw_mentions

USUAL_RANGE = 30 * DAY
LONGEST_RANGE = 92 * DAY
USUAL_SIZE = 100


@transaction.atomic
def draw_sample(
    *,
    brand: Brand,
    actor: Actor,
    now: datetime,
    size: int = USUAL_SIZE,
    language: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    chance: Random | None = None,
) -> Sample:
    """Draw mentions of the last thirty days, or of a range, for people to judge.

    Refuses a range that ends before it begins or is longer than 92 days, and one with nothing in
    it that was read.
    """
    lock_chain(brand.pk)
    window = _window(since, until, now)
    _check_size(size)
    found, total = draw_mentions(
        brand_id=brand.pk,
        language=language,
        window=window,
        size=size,
        chance=chance or SystemRandom(),
    )
    if not found:
        raise InvalidInput(errors={"since": [_("Nothing was read in this time and language.")]})
    sample = Sample.objects.create(
        brand=brand,
        language=language,
        since=window.start,
        until=window.end,
        size=size,
        drawn=len(found),
        population=total,
        drawn_by_id=actor.person_id,
        created_at=now,
    )
    _keep(sample, found)
    _record(sample, actor, now)
    return sample


def _window(since: datetime | None, until: datetime | None, now: datetime) -> Window:
    try:
        end = until or now
        start = since or end - USUAL_RANGE
        if start >= end:
            raise InvalidInput(errors={"since": [_("Give a time before `until`.")]})
        if end - start > LONGEST_RANGE:
            sentence = _("Draw from at most %(days)d days.")
            days = LONGEST_RANGE // timedelta(days=1)
            raise InvalidInput(errors={"since": [sentence % {"days": days}]})
        return align(start, end, FIVE_MINUTES)
    except OverflowError as error:
        raise InvalidInput(errors={"until": [_("This is too far from today.")]}) from error


def _check_size(size: int) -> None:
    if not 1 <= size <= SIZE_LIMIT:
        sentence = _("Draw between 1 and %(most)d mentions.")
        raise InvalidInput(errors={"size": [sentence % {"most": SIZE_LIMIT}]})


def _keep(sample: Sample, found: list[Drawn]) -> None:
    SampledMention.objects.bulk_create(
        SampledMention(
            sample=sample,
            mention_id=one.id,
            place=place,
            language=one.language,
            analyser=one.analyser,
        )
        for place, one in enumerate(found, start=1)
    )


def _record(sample: Sample, actor: Actor, now: datetime) -> None:
    record_event(
        brand_id=sample.brand_id,
        verb="sample.drawn",
        instance=sample,
        actor=actor,
        now=now,
        data={
            "language": sample.language,
            "since": sample.since,
            "until": sample.until,
            "drawn": sample.drawn,
            "population": sample.population,
        },
    )
