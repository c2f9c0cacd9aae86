"""What charts say, in the reader's language."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language, get_language_bidi, gettext_lazy, override
from django.utils.translation import gettext as _

from incidents.models import Status
from messaging.models import Platform
from monitoring.rules.charts import Marker, Words
from monitoring.selectors.story import Story

EMOTION_NAMES = {
    "anger": gettext_lazy("anger"),
    "fear": gettext_lazy("fear"),
    "sadness": gettext_lazy("sadness"),
    "joy": gettext_lazy("joy"),
    "hope": gettext_lazy("hope"),
    "sympathy": gettext_lazy("sympathy"),
}
_MARKERS = 12
_LABEL_LENGTH = 60


class Clocked(Protocol):
    """What is told by the clock of a brand."""

    @property
    def zone(self) -> ZoneInfo:
        """That clock."""


def words_of(
    story: Story, title: str, summary: str, *notes: str, markers: Sequence[Marker] = ()
) -> Words:
    """Return what is said beside a chart: whose it is, by which clock, what the signs mean."""
    said = [*notes, *marker_texts(story, markers)]
    if not story.is_in_report:
        said = [*_heading(story), *said, zone_text(story)]
    return plain_words(title, summary, *said)


def plain_words(title: str, summary: str, *said: str) -> Words:
    """Return what is said beside a chart, in the active language."""
    return Words(
        title=title,
        summary=summary,
        note=" ".join(note for note in said if note),
        nothing=_("Nothing was counted yet"),
        is_rtl=get_language_bidi(),
        day=partial(_day_in, get_language() or "en"),
    )


def _heading(story: Story) -> list[str]:
    incident = story.incident
    said = [_("This is a drill: nothing of it happened.")] if story.is_drill else []
    return [*said, f"{incident.reference} · {quoted(incident.title)}."]


def zone_text(story: Clocked) -> str:
    """Say by which clock times are told."""
    return _("Times are those of %(zone)s.") % {"zone": story.zone.key}


def day_text(day: date) -> str:
    """Return a day as it stands on an axis."""
    # Translators: how a day is written, in the letters of Django's date formats.
    return date_format(day, _("j M"))


def _day_in(language: str, day: date) -> str:
    """Return a day in the language of the chart, whoever draws it."""
    with override(language):
        return day_text(day)


def moment_text(moment: datetime, story: Clocked) -> str:
    """Return a moment by the clock of the brand."""
    local = moment.astimezone(story.zone)
    return f"{day_text(local.date())} {local:%H:%M}"


def markers_of(story: Story) -> list[Marker]:
    """Return what happened within the window, the first of it where there is too much."""
    start, end = story.window.start, story.window.end
    if story.is_public:
        return [one for one in _public_markers(story) if start <= one.at <= end][:_MARKERS]
    spoken = [Marker(one.at, one.title, is_publication=True) for one in story.spoken]
    turns = [Marker(at, str(Status(to).label)) for at, to in story.turns]
    inside = [marker for marker in [*spoken, *turns] if start <= marker.at <= end]
    first = [marker for marker in inside if marker.is_publication][:_MARKERS]
    first += [marker for marker in inside if not marker.is_publication][: _MARKERS - len(first)]
    return sorted(first, key=lambda marker: marker.at)


def _public_markers(story: Story) -> list[Marker]:
    """Return the updates that everybody can read; of the rest the public is not told."""
    told = story.told(get_language() or "en")
    updates = [one for one in (told.updates if told else []) if one.withdrawn_at is None]
    markers = [Marker(one.published_at, one.title, is_publication=True) for one in updates]
    return sorted(markers, key=lambda marker: marker.at)


def marker_texts(story: Clocked, markers: Sequence[Marker]) -> list[str]:
    """Return what each numbered sign stands for."""
    return [
        f"{number}) {quoted(_shortened(marker.label))} ({moment_text(marker.at, story)})."
        for number, marker in enumerate(markers, start=1)
    ]


def platform_text(platform: str) -> str:
    """Return the name of a platform as people write it."""
    return str(Platform(platform).label) if platform in Platform.values else platform


def number_text(value: float) -> str:
    """Return a whole number with its thousands."""
    return f"{value:,.0f}"


def share_text(low: float, value: float, high: float) -> str:
    """Return a share with its interval."""
    return isolated(f"{value:.0%} ({low:.0%}–{high:.0%})")


def range_text(low: str, high: str) -> str:
    """Return from where to where a number may lie."""
    return isolated(f"{low}–{high}")


def isolated(said: str) -> str:
    """Return numbers that stay from left to right within a sentence from the right."""
    return f"\u2066{said}\u2069" if get_language_bidi() else said


def quoted(said: str) -> str:
    """Return words of any language that leave the order of those around them alone."""
    return f"\u2068{said}\u2069"


def _shortened(label: str) -> str:
    return label if len(label) <= _LABEL_LENGTH else f"{label[:_LABEL_LENGTH].rstrip()}…"
