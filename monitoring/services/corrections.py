"""People's word on mentions: it wins over the analyser, now and when it reads again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crisisapi.common.actors import Actor
from crisisapi.common.database import server_cursor
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.events.services.log import lock_chain, record_event
from monitoring.models import Correction, Mention, Sample, SampledMention
from monitoring.services.matching import matched
from monitoring.services.reading import Reading, lock_readings, save_readings

# What an analyser finds, and a person may overrule.
_FOUND = (
    "language",
    "sentiment",
    "sentiment_score",
    "sentiment_confidence",
    "emotions",
    "intents",
)


class MentionUnread(DomainError):
    """There is nothing to correct yet."""

    code = "mention_unread"
    detail = gettext_lazy("This mention has not been read yet. Try again in a few seconds.")


class MentionGone(DomainError):
    """Nobody can read it any more."""

    code = "mention_gone"
    detail = gettext_lazy("This mention was deleted or erased: there is nothing left to judge.")


class ReadAnew(DomainError):
    """Another result would be confirmed than the person saw."""

    code = "read_anew"
    detail = gettext_lazy("The mention was read anew meanwhile. Look at it again.")


class NotCorrected(DomainError):
    """There is nothing to take back."""

    code = "not_corrected"
    detail = gettext_lazy("No correction of this mention holds.")


@dataclass(frozen=True)
class Verdict:
    """What a person says of a mention; what is left out stays as the analyser finds it."""

    sentiment: str
    language: str = ""
    emotions: Sequence[str] | None = None
    intents: Sequence[str] | None = None

    def columns(self) -> dict[str, Any]:
        """Return the columns it sets; a person's word has no score and no confidence."""
        said: dict[str, Any] = {
            "sentiment": self.sentiment,
            "sentiment_score": None,
            "sentiment_confidence": None,
        }
        if self.language:
            said["language"] = self.language
        if self.emotions is not None:
            said["emotions"] = dict.fromkeys(sorted(set(self.emotions)), 1.0)
        if self.intents is not None:
            said["intents"] = sorted(set(self.intents))
        return said


@transaction.atomic
def correct_mention(
    *,
    mention: Mention,
    verdict: Verdict,
    actor: Actor,
    now: datetime,
    sample: Sample | None = None,
) -> Mention:
    """Let a person's word hold from now on, and count the mention by it.

    An earlier correction is replaced as a whole; saying the same again leaves no trace. With a
    sample it feeds the published accuracy. Refuses what nobody has read, what is gone, and a
    sample that the mention was not drawn in.
    """
    lock_chain(mention.brand_id)
    drawn = _drawn(sample, mention)
    with server_cursor() as cursor:
        (before,) = lock_readings(cursor, [mention.pk])
        _check(before)
        found = _found(before)
        after = _judged(before, found, verdict, actor, now)
        if drawn is None and _says_the_same(before, after):
            return mention
        save_readings(cursor, [before], matched([after]))
    correction = _keep(before, found, verdict, actor, now)
    if drawn is not None:
        SampledMention.objects.filter(pk=drawn.pk).update(correction=correction)
    verb = "corrected" if verdict.sentiment != found["sentiment"] else "confirmed"
    _record(mention, verb, actor, now, **_told(correction, before, sample))
    mention.refresh_from_db()
    return mention


def confirm_mention(*, mention: Mention, sentiment: str, actor: Actor, now: datetime) -> Mention:
    """Let the sentiment that a person saw hold, whatever an analyser says later.

    Refuses as `correct_mention`, and when another one is known by now: `ReadAnew`.
    """
    with transaction.atomic():
        lock_chain(mention.brand_id)
        with server_cursor() as cursor:
            (row,) = lock_readings(cursor, [mention.pk])
        _check(row)
        if row.sentiment != sentiment:
            raise ReadAnew
        return correct_mention(mention=mention, verdict=_what_is_shown(row), actor=actor, now=now)


def _what_is_shown(row: Reading) -> Verdict:
    """Return the sentiment of a mention, and what else a person said of it before."""
    said = row.overruled or {}
    return Verdict(
        sentiment=row.sentiment,
        language=row.language if "language" in said else "",
        emotions=list(row.emotions) if "emotions" in said else None,
        intents=row.intents if "intents" in said else None,
    )


@transaction.atomic
def undo_correction(
    *, mention: Mention, actor: Actor, now: datetime, expected_version: int | None = None
) -> Mention:
    """Let the analyser's word hold again, its present one; raises `NotCorrected`.

    A sampled mention waits to be judged again.
    """
    lock_chain(mention.brand_id)
    with server_cursor() as cursor:
        (before,) = lock_readings(cursor, [mention.pk])
        if before.corrected_at is None:
            raise NotCorrected
        after = before._replace(**_found(before), **_UNCORRECTED)
        save_readings(cursor, [before], matched([after]))
    standing = Correction.objects.standing().filter(mention=mention)
    SampledMention.objects.filter(correction__in=standing).update(correction=None)
    standing.update(ended_at=now, is_undone=True)
    told = {"before": before.sentiment, "sentiment": after.sentiment, "analyser": after.analyser}
    _record(mention, "correction_undone", actor, now, **told)
    mention.refresh_from_db()
    return mention


_UNCORRECTED: dict[str, Any] = {"overruled": None, "corrected_at": None, "corrected_by_id": None}


def _drawn(sample: Sample | None, mention: Mention) -> SampledMention | None:
    if sample is None:
        return None
    drawn = SampledMention.objects.filter(sample=sample, mention=mention).first()
    if drawn is None:
        raise InvalidInput(errors={"sample": [_("This mention was not drawn in that sample.")]})
    return drawn


def _check(row: Reading) -> None:
    if row.removed_at is not None:
        raise MentionGone
    if row.analysed_at is None:
        raise MentionUnread


def _found(row: Reading) -> dict[str, Any]:
    """Return what the analyser says of a mention, also where a person overruled it."""
    return {name: getattr(row, name) for name in _FOUND} | (row.overruled or {})


def _judged(
    row: Reading, found: dict[str, Any], verdict: Verdict, actor: Actor, now: datetime
) -> Reading:
    said = verdict.columns()
    return row._replace(
        **(found | said),
        overruled={name: found[name] for name in said},
        corrected_at=now,
        corrected_by_id=actor.person_id,
    )


def _says_the_same(before: Reading, after: Reading) -> bool:
    when_and_who: dict[str, Any] = {"corrected_at": None, "corrected_by_id": None}
    return before.corrected_at is not None and (
        before._replace(**when_and_who) == after._replace(**when_and_who)
    )


def _keep(
    row: Reading, found: dict[str, Any], verdict: Verdict, actor: Actor, now: datetime
) -> Correction:
    Correction.objects.standing().filter(mention_id=row.id).update(ended_at=now)
    return Correction.objects.create(
        brand_id=row.brand_id,
        mention_id=row.id,
        sentiment=verdict.sentiment,
        language=verdict.language,
        emotions=None if verdict.emotions is None else sorted(set(verdict.emotions)),
        intents=None if verdict.intents is None else sorted(set(verdict.intents)),
        found_sentiment=found["sentiment"],
        found_language=found["language"],
        found_confidence=found["sentiment_confidence"],
        analyser=row.analyser,
        corrected_by_id=actor.person_id,
        created_at=now,
    )


def _told(correction: Correction, before: Reading, sample: Sample | None) -> dict[str, object]:
    """Return what an event says: never the words of the mention."""
    return {
        "before": before.sentiment,
        "sentiment": correction.sentiment,
        "language": correction.language or correction.found_language,
        "emotions": correction.emotions,
        "intents": correction.intents,
        "found": correction.found_sentiment,
        "analyser": correction.analyser,
        "sample": sample.pk if sample else None,
    }


def _record(mention: Mention, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(
        brand_id=mention.brand_id,
        verb=f"mention.{verb}",
        instance=mention,
        actor=actor,
        now=now,
        data=data,
    )
