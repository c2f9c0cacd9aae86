"""The numbers, each with how sure it is."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitoring.rules.counts import Counts
from monitoring.rules.intervals import share
from monitoring.rules.reports.document import Cell, Figure, Figures, Section, Table
from monitoring.selectors.authors import read_author_total
from monitoring.selectors.charts.wording import (
    isolated,
    number_text,
    platform_text,
    range_text,
    share_text,
)
from monitoring.selectors.story import Story
from monitoring.services.recovery import read_recovery

_RECOVERY = {
    "storm": gettext_lazy("The talk is not as usual yet."),
    "settling": gettext_lazy("The talk is usual, but not for a day yet."),
    "recovered": gettext_lazy("The talk has been usual for a day."),
    "cannot_tell": gettext_lazy("Too little is known of the time before."),
}


def numbers_section(story: Story) -> Section:
    """Return totals of the incident, and of each platform and language."""
    totals = story.metrics.totals
    title = _("The numbers")
    return Section(
        "numbers",
        title,
        [
            Figures([*_figures(story, totals), _recovery(story)]),
            _parts(_("Platforms"), _("Platform"), story.metrics.platforms, named=platform_text),
            _parts(_("Languages"), _("Language"), story.metrics.languages, named=_language),
        ],
    )


def _figures(story: Story, totals: Counts) -> list[Figure]:
    return [
        Figure(_("Mentions"), number_text(totals.mentions), value=totals.mentions),
        _negative(totals),
        _people(story, totals),
        Figure(
            _("Likes, comments and shares"), number_text(totals.engagement), value=totals.engagement
        ),
        Figure(_("Reach"), number_text(totals.reach), _("People reached, added up."), totals.reach),
    ]


def _people(story: Story, totals: Counts) -> Figure:
    """Return how many people spoke; mentions from before their authors were counted name none."""
    found = read_author_total(
        brand_id=story.incident.brand_id, query_id=story.query_id, window=story.window
    )
    label = _("People who spoke")
    if totals.mentions and not found.count:
        return Figure(label, "–", _("not known"))
    low, high = number_text(found.low), number_text(found.high)
    note = range_text(low, high) if low != high else ""
    return Figure(label, number_text(found.count), note, value=found.count)


def _negative(totals: Counts) -> Figure:
    found, label = share(totals.negative, totals.known), _("Share of negative mentions")
    if found is None:
        return Figure(label, "–", _("The sentiment is not known yet."))
    low, high = f"{found.low:.0%}", f"{found.high:.0%}"
    return Figure(label, f"{found.value:.0%}", range_text(low, high), round(found.value, 4))


def _recovery(story: Story) -> Figure:
    """Return how far the talk is from the usual."""
    found = read_recovery(story.incident, now=story.incident.ended_at or story.now)
    volume: dict[str, Any] | None = found["volume"]
    distance = f"{volume['distance']:+.0%}".replace("-", "−") if volume else "–"
    return Figure(
        _("Against the usual talk"),
        isolated(distance),
        str(_RECOVERY[found["state"]]),
        value=round(volume["distance"], 4) if volume else None,
    )


def _parts(name: str, of_what: str, parts: dict[str, Counts], *, named: Any) -> Table:
    columns = (
        of_what,
        _("Mentions"),
        _("Positive"),
        _("Neutral"),
        _("Negative"),
        _("Share of negative mentions"),
        _("Likes, comments and shares"),
        _("Reach"),
    )
    ordered = sorted(parts.items(), key=lambda part: -part[1].mentions)
    return Table(name, columns, [_row(named(part), counts) for part, counts in ordered])


def _row(name: str, counts: Counts) -> list[Cell]:
    numbers = (counts.mentions, counts.positive, counts.neutral, counts.negative)
    found = share(counts.negative, counts.known)
    shown = Cell("–")
    if found is not None:
        said = share_text(found.low, found.value, found.high)
        shown = Cell(said, round(found.value, 4), "share")
    return [
        Cell(name),
        *(number_cell(number) for number in numbers),
        shown,
        number_cell(counts.engagement),
        number_cell(counts.reach),
    ]


def number_cell(number: int) -> Cell:
    """Return a whole number as a cell."""
    return Cell(number_text(number), number, "number")


def _language(code: str) -> str:
    """Return the code of a language; what nobody has read yet has none."""
    return {"": _("not read yet"), "und": _("cannot be told")}.get(code, code)
