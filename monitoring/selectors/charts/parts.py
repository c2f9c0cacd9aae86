"""Charts of the parts of the talk: where it is, what it feels, about whom it is."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from monitoring.rules.charts import Bar, BarChart
from monitoring.rules.charts.palette import BLUE, GREEN, ORANGE
from monitoring.rules.counts import EMOTIONS
from monitoring.rules.intervals import share
from monitoring.selectors.charts.wording import (
    EMOTION_NAMES,
    number_text,
    platform_text,
    share_text,
    words_of,
)
from monitoring.selectors.story import Story


def platforms_chart(story: Story) -> BarChart:
    """Return mentions by platform, most first, with the share of negative ones."""
    rows = sorted(story.metrics.platforms.items(), key=lambda row: -row[1].mentions)
    bars = []
    for platform, counts in rows:
        negative = share(counts.negative, counts.known)
        said = number_text(counts.mentions)
        if negative is not None:
            shown = {"count": said, "share": f"{negative.value:.0%}"}
            said = _("%(count)s · %(share)s negative") % shown
        bars.append(Bar(platform_text(platform), counts.mentions, said))
    title = _("Mentions by platform")
    return BarChart(words_of(story, title, _listed(bars)), bars, colour=BLUE)


def emotions_chart(story: Story) -> BarChart:
    """Return the share of mentions in which each emotion was found, strongest first."""
    totals = story.metrics.totals
    found = {name: share(getattr(totals, name), totals.analysed) for name in EMOTIONS}
    bars = [
        Bar(
            str(EMOTION_NAMES[name]),
            one.value,
            share_text(one.low, one.value, one.high),
            (one.low, one.high),
        )
        for name, one in found.items()
        if one is not None and getattr(totals, name)
    ]
    bars.sort(key=lambda bar: -bar.value)
    note = _("Of %(count)s mentions that were read; one may have several. Intervals of 95 %%.") % {
        "count": number_text(totals.analysed)
    }
    words = words_of(story, _("Emotions in the mentions"), _listed(bars), note)
    return BarChart(words, bars, "share", ORANGE)


def voices_chart(story: Story) -> BarChart:
    """Return what each query of the brand found, as a share of what all of them found."""
    together = sum(counts.mentions for _name, counts in story.voices)
    bars = []
    for name, counts in story.voices:
        one = share(counts.mentions, together)
        if one is not None and counts.mentions:
            said = f"{share_text(one.low, one.value, one.high)} · {number_text(counts.mentions)}"
            bars.append(Bar(name, one.value, said, (one.low, one.high)))
    note = _("Of what these queries found; a mention counts once for each. Intervals of 95 %.")
    words = words_of(story, _("Share of voice"), _listed(bars), note)
    return BarChart(words, bars, "share", GREEN)


def _listed(bars: Sequence[Bar]) -> str:
    """Return all of it in words."""
    return "; ".join(f"{bar.label}: {bar.text}" for bar in bars) or _("Nothing was counted yet")
