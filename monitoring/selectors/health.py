"""How listening to a source goes, in words a person can act on."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from monitoring.models import Source, SourceState
from monitoring.rules.silence import rounded

# Refusals older than this are history.
REFUSALS_TOLD = timedelta(hours=24)


def health_in_words(source: Source, *, now: datetime) -> list[str]:
    """Return sentences on its state, silence and refused pushes, in the reader's language.

    Times are those of the brand, and refusals are told of as long as they go on. No
    query where source, intake and brand are loaded.
    """
    return [*_state(source, now), *_silence(source, now), *_refusals(source, now)]


def _state(source: Source, now: datetime) -> Iterator[str]:
    intake = source.intake
    heard, error = _at(source, intake.succeeded_at, now), intake.error_detail
    if intake.state == SourceState.PAUSED:
        yield _("Paused: it takes nothing.")
    elif intake.state == SourceState.ACTIVE:
        yield (
            _("Heard, the last time at %s.") % heard
            if heard
            else _("It has not been heard so far.")
        )
    elif intake.state == SourceState.DEGRADED:
        yield _("Not all of it is heard since %(time)s: %(reason)s") % {
            "time": _at(source, intake.error_at, now),
            "reason": error,
        }
    elif heard:
        yield _("Not heard since %(time)s: %(reason)s") % {"time": heard, "reason": error}
    else:
        yield _("It was never heard: %s") % error


def _silence(source: Source, now: datetime) -> Iterator[str]:
    intake = source.intake
    if intake.silent_since:
        yield _("Nothing new since %(time)s, usually %(usual)s mentions an hour.") % {
            "time": _at(source, intake.silent_since, now),
            "usual": rounded(intake.usual_per_hour or 0.0),
        }


def _refusals(source: Source, now: datetime) -> Iterator[str]:
    intake = source.intake
    if intake.refused_at is None or now - intake.refused_at > REFUSALS_TOLD:
        return
    if intake.refused_code == "signature_invalid":
        said = _("Somebody signs with another secret: %(times)s times since %(since)s.")
    elif intake.refused_code == "timestamp_out_of_tolerance":
        said = _("The clock of a sender is wrong: %(times)s refused since %(since)s.")
    else:
        said = _("Somebody pushes without a right signature: %(times)s times since %(since)s.")
    yield said % {"times": intake.refused_times, "since": _at(source, intake.refused_since, now)}


def _at(source: Source, moment: datetime | None, now: datetime) -> str:
    """Return the time at the brand's place, with its day where that is not today."""
    if moment is None:
        return ""
    zone = ZoneInfo(source.brand.time_zone)
    local = moment.astimezone(zone)
    time = f"{local:%H:%M}"
    if local.date() == now.astimezone(zone).date():
        return time
    return _("%(day)s, %(time)s") % {"day": date_format(local, "j F"), "time": time}
