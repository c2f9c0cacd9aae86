"""What is known, and how much is not."""

from django.utils.translation import gettext as _

from incidents.models import Fact, FactStatus
from monitoring.rules.reports.document import Block, Entries, Entry, Paragraph, Section
from monitoring.selectors.charts.wording import moment_text, number_text
from monitoring.selectors.story import Story

FACTS_LIMIT = 100


def facts_section(story: Story) -> Section | None:
    """Return confirmed facts that stand; of the others only how many there are."""
    facts = Fact.objects.filter(incident=story.incident, superseded_by=None)
    confirmed = facts.filter(status=FactStatus.CONFIRMED).order_by("decided_at", "id")
    entries = [
        Entry(
            fact.statement,
            note=_("Confirmed %(when)s.") % {"when": moment_text(fact.decided_at, story)}
            if fact.decided_at
            else "",
        )
        for fact in confirmed[:FACTS_LIMIT]
    ]
    others = [
        _count(facts.filter(status=status).count(), status)
        for status in (FactStatus.UNCONFIRMED, FactStatus.FALSE)
    ]
    said = " ".join(one for one in others if one)
    blocks: list[Block] = [Entries(entries)] if entries else []
    if said:
        blocks.append(Paragraph(said, is_quiet=True))
    return Section("facts", _("What is known"), blocks) if blocks else None


def _count(count: int, status: FactStatus) -> str:
    if not count:
        return ""
    if status == FactStatus.UNCONFIRMED:
        return _("Not confirmed yet: %(count)s.") % {"count": number_text(count)}
    return _("Turned out to be false: %(count)s.") % {"count": number_text(count)}
