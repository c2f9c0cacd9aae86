"""What our messages did, where it was measured."""

from django.utils.translation import gettext as _

from monitoring.models import EffectVerdict, ResponseEffect
from monitoring.rules.reports.document import Cell, Picture, Section, Table
from monitoring.selectors.charts import CHARTS
from monitoring.selectors.charts.effects import interval_text, reasons_of
from monitoring.selectors.story import Story


def effects_section(story: Story) -> Section | None:
    """Return each measurement with its interval and its reasons; none before the first one."""
    if not story.effects:
        return None
    title = _("What it did")
    columns = (_("Message"), _("Verdict"), _("Mentions"), _("Negative share"), _("Why"))
    rows = [_row(effect) for effect in story.effects]
    chart = Picture("effect", CHARTS["effect"](story))
    return Section("effects", title, [chart, Table(title, columns, rows)])


def _row(effect: ResponseEffect) -> list[Cell]:
    publication = effect.publication
    volume = (effect.volume or {}).get("relative")
    negative = (effect.negative_share or {}).get("absolute")
    return [
        Cell(f"{publication.message.title} · {publication.channel.name}"),
        Cell(str(EffectVerdict(effect.verdict).label)),
        Cell(interval_text(volume) or "–", volume and round(volume["middle"], 4), "share"),
        Cell(interval_text(negative) or "–", negative and round(negative["middle"], 4), "share"),
        Cell(" ".join(reasons_of(effect))),
    ]
