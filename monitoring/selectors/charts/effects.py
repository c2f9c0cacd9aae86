"""The chart of what our messages did to the talk."""

from typing import Any

from django.utils.translation import gettext as _

from monitoring.models import EffectReason, EffectVerdict, ResponseEffect
from monitoring.rules.charts import IntervalChart, IntervalRow
from monitoring.selectors.charts.wording import isolated, words_of
from monitoring.selectors.story import Story


def effect_chart(story: Story) -> IntervalChart:
    """Return by how much each publication changed the number of mentions, with its interval."""
    rows = [effect_row(effect) for effect in story.effects]
    summary = "; ".join(
        f"{row.label}: {row.text}. {' '.join(reasons_of(effect))}"
        for row, effect in zip(rows, story.effects, strict=True)
    )
    return IntervalChart(
        words=words_of(
            story,
            _("What our messages did to the talk"),
            summary or _("No message has been measured yet."),
            _(
                "Mentions against what would have come without the message, with the interval "
                "of 90 %; filled where it may be said aloud."
            ),
        ),
        rows=rows,
        sides=(_("fewer mentions"), _("more mentions")),
    )


def effect_row(effect: ResponseEffect) -> IntervalRow:
    """Return one measurement: its verdict, and its interval where there is one."""
    relative = (effect.volume or {}).get("relative")
    publication = effect.publication
    return IntervalRow(
        label=f"{publication.message.title} · {publication.channel.name}",
        text=str(EffectVerdict(effect.verdict).label),
        interval=(relative["low"], relative["middle"], relative["high"]) if relative else None,
        is_clear=(effect.volume or {}).get("direction") in ("fell", "rose"),
    )


def reasons_of(effect: ResponseEffect) -> list[str]:
    """Return why the verdict is so, in sentences."""
    return [str(EffectReason(code).label) for code in effect.reasons]


def interval_text(found: dict[str, Any] | None) -> str:
    """Return a difference with its interval in per cent; empty where there is none."""
    if not found:
        return ""
    low, middle, high = (f"{found[name]:+.0%}".replace("-", "−") for name in _ENDS)
    return isolated(f"{middle} ({low} … {high})")


_ENDS = ("low", "middle", "high")
