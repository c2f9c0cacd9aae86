"""Who moves the talk, for the team.

A report is kept by whoever has it: nobody is named in it but by the team's own word, so that
whoever is forgotten later is in no report either.
"""

from django.utils.translation import gettext as _

from incidents.models.stakeholder import Stance
from monitoring.models import Influence
from monitoring.rules.reports.document import Cell, Section, Table
from monitoring.rules.stance import alignment_of
from monitoring.selectors.charts.wording import number_text, platform_text, share_text
from monitoring.selectors.stances import overall_stance
from monitoring.selectors.story import Story

AUTHORS_SHOWN = 10


def authors_section(story: Story) -> Section | None:
    """Return the ten who move the incident most; none before they were ranked."""
    ranked = Influence.objects.filter(incident=story.incident).order_by("rank")
    rows = [_row(one) for one in ranked.select_related("author__stakeholder")[:AUTHORS_SHOWN]]
    title = _("Who moves the talk")
    columns = (
        _("Who"),
        _("Influence"),
        _("Answers"),
        _("Shares"),
        _("People moved"),
        _("Stance"),
        _("Says what we say"),
    )
    return Section("authors", title, [Table(title, columns, rows)]) if rows else None


def _row(one: Influence) -> list[Cell]:
    stance = Stance(overall_stance(one.author)).label
    return [
        Cell(_who(one)),
        Cell(f"{one.score:.1f}", one.score, "number"),
        *(
            Cell(number_text(each), each, "number")
            for each in (one.answers, one.shares, one.people)
        ),
        Cell(str(stance)),
        _alignment(one),
    ]


def _who(one: Influence) -> str:
    if one.author.stakeholder is not None:
        return one.author.stakeholder.name
    return _("An account on %(platform)s") % {"platform": platform_text(one.author.platform)}


def _alignment(one: Influence) -> Cell:
    found = alignment_of(repeats=one.repeats, disputes=one.disputes, mentions=one.said)
    if found is None:
        return Cell("–")
    return Cell(share_text(found.low, found.value, found.high), round(found.value, 4), "share")
