"""Charts of the talk over time: how much there is, and how it sounds."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from monitoring.models import Sentiment
from monitoring.rules.charts import Layer, Line, StackChart, TimeChart
from monitoring.rules.charts.palette import BLUE, LIGHT, VERMILLION
from monitoring.rules.charts.scales import grouped
from monitoring.rules.counts import Counts
from monitoring.rules.intervals import Share, share
from monitoring.rules.windows import DAY, FIVE_MINUTES, HOUR
from monitoring.selectors.charts.wording import (
    markers_of,
    moment_text,
    number_text,
    share_text,
    words_of,
)
from monitoring.selectors.story import Story

# Shares of a few mentions say nothing: buckets are put together to about so many.
_SHARE_POINTS = 48


def volume_chart(story: Story) -> TimeChart:
    """Return mentions over time, and the negative ones among them."""
    series = story.metrics.series
    markers = markers_of(story)
    return TimeChart(
        words=words_of(story, _volume_title(story), _volume_summary(story), markers=markers),
        start=story.window.start,
        end=story.window.end,
        zone=story.zone,
        lines=[
            Line(
                _("all mentions"),
                BLUE,
                [(at, counts.mentions) for at, counts in series],
                is_filled=True,
            ),
            Line(
                _("negative"),
                VERMILLION,
                [(at, counts.negative) for at, counts in series],
                dash="6 4",
            ),
        ],
        markers=markers,
    )


def sentiment_chart(story: Story) -> StackChart:
    """Return mentions over time by their sentiment; those nobody could tell are left out."""
    series, totals, markers = story.metrics.series, story.metrics.totals, markers_of(story)
    negative = _negative_text(totals)
    unknown = _("Left out: %(count)s without a known sentiment.") % {
        "count": number_text(totals.mentions - totals.known)
    }
    parts = (
        ("negative", VERMILLION, "hatched"),
        ("neutral", LIGHT, "plain"),
        ("positive", BLUE, "dotted"),
    )
    return StackChart(
        words=words_of(
            story,
            _("Mentions by sentiment"),
            negative,
            negative,
            unknown if totals.mentions > totals.known else "",
            markers=markers,
        ),
        start=story.window.start,
        end=story.window.end,
        zone=story.zone,
        starts=[at for at, _counts in series],
        width=story.window.width,
        layers=[
            Layer(
                str(Sentiment(name).label),
                colour,
                [getattr(counts, name) for _at, counts in series],
                pattern,  # type: ignore[arg-type]  # one of the three
            )
            for name, colour, pattern in parts
        ],
        markers=markers,
    )


def negative_chart(story: Story) -> TimeChart:
    """Return the share of negative mentions over time, with its interval."""
    points = _shares(story)
    negative = _negative_text(story.metrics.totals)
    markers = markers_of(story)
    return TimeChart(
        words=words_of(
            story,
            _("Share of negative mentions"),
            negative,
            negative,
            _("The band is its interval of 95 %."),
            markers=markers,
        ),
        start=story.window.start,
        end=story.window.end,
        zone=story.zone,
        lines=[
            Line(
                _("negative"),
                VERMILLION,
                [(at, found.value if found else None) for at, found in points],
                band=[(found.low, found.high) if found else None for _at, found in points],
            )
        ],
        unit="share",
        markers=markers,
    )


def _shares(story: Story) -> list[tuple[datetime, Share | None]]:
    """Return the share of each stretch, at its middle."""
    series = story.metrics.series
    starts = [at for at, _counts in series]
    step, groups = grouped(starts, story.window.end, story.zone, _SHARE_POINTS)
    found = []
    for at, places in groups:
        counts = sum((series[place][1] for place in places), start=Counts())
        found.append((_middle(at, step, story), share(counts.negative, counts.known)))
    return found


def _middle(at: datetime, step: timedelta, story: Story) -> datetime:
    """Return the middle of a stretch, of the last one the middle of what there is of it."""
    start, end = max(at, story.window.start), min(at + step, story.window.end)
    return start + (end - start) / 2


def _volume_title(story: Story) -> str:
    titles = {
        FIVE_MINUTES: _("Mentions in five minutes"),
        HOUR: _("Mentions an hour"),
        DAY: _("Mentions a day"),
    }
    return titles[story.window.width]


def _volume_summary(story: Story) -> str:
    totals, series = story.metrics.totals, story.metrics.series
    at, most = _peak(series)
    return _(
        "%(count)s mentions from %(since)s to %(until)s; most of them, %(most)s, at %(at)s. "
        "%(negative)s"
    ) % {
        "count": number_text(totals.mentions),
        "since": moment_text(story.window.start, story),
        "until": moment_text(story.window.end, story),
        "most": number_text(most),
        "at": moment_text(at, story),
        "negative": _negative_text(totals),
    }


def _peak(series: Sequence[tuple[datetime, Counts]]) -> tuple[datetime, int]:
    at, counts = max(series, key=lambda point: point[1].mentions)
    return at, counts.mentions


def _negative_text(counts: Counts) -> str:
    found = share(counts.negative, counts.known)
    if found is None:
        return _("The sentiment is not known yet.")
    shown = share_text(found.low, found.value, found.high)
    return _("%(share)s of the mentions with a known sentiment are negative.") % {"share": shown}
