"""What the public is told: approved words, and facts that published messages rest on."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incidents.models import Fact
from messaging.models import Message, PublicIncidentStatus
from messaging.selectors.public_shapes import IncidentView
from monitoring.rules.reports.document import (
    Cell,
    Entries,
    Entry,
    Figure,
    Figures,
    Paragraph,
    Section,
    Table,
)
from monitoring.selectors.charts.wording import moment_text
from monitoring.selectors.story import Story
from monitoring.services.report_sections.commitments import STATES
from monitoring.services.report_sections.facts import FACTS_LIMIT


def public_summary_section(story: Story) -> Section | None:
    """Return the summary that was approved for everybody, and where it stands."""
    told = _told(story)
    if told is None:
        return None
    status = str(PublicIncidentStatus(told.status).label)
    said = _("%(status)s, since %(when)s") % {
        "status": status,
        "when": moment_text(told.status_at, story),
    }
    blocks = [Paragraph(told.summary.text)] if told.summary.text else []
    return Section("summary", _("What happened"), [*blocks, Paragraph(said, is_quiet=True)])


def public_numbers_section(story: Story) -> Section | None:
    """Return the numbers that were approved for everybody."""
    told = _told(story)
    if told is None or not told.numbers:
        return None
    figures = [
        Figure(
            one.label.text,
            f"{one.figure} {one.unit_name}".strip(),
            f"{one.source.text} · {moment_text(one.as_of, story)}",
            one.value,
        )
        for one in told.numbers
    ]
    return Section("numbers", _("The numbers"), [Figures(figures)])


def public_updates_section(story: Story) -> Section | None:
    """Return the updates that stand, the newest first."""
    told = _told(story)
    standing = [one for one in (told.updates if told else []) if one.withdrawn_at is None]
    entries = [Entry(one.title, one.body, moment_text(one.published_at, story)) for one in standing]
    return Section("messages", _("What we said"), [Entries(entries)]) if entries else None


def public_facts_section(story: Story) -> Section | None:
    """Return confirmed facts that something published rests on; what was never said stays in."""
    published = Message.objects.public().filter(incident=story.incident, published_at__isnull=False)
    facts = Fact.objects.holding().filter(incident=story.incident, messages__in=published)
    statements = facts.order_by("decided_at", "id").distinct()[:FACTS_LIMIT]
    entries = [Entry(fact.statement) for fact in statements]
    return Section("facts", _("What is known"), [Entries(entries)]) if entries else None


def public_commitments_section(story: Story) -> Section | None:
    """Return the promises that everybody may see."""
    told = _told(story)
    rows = [
        (
            Cell(one.promise),
            Cell(moment_text(one.due_at, story), one.due_at.astimezone(story.zone), "moment"),
            Cell(str(STATES[one.state])),
        )
        for one in (told.commitments if told else [])
    ]
    title = _("What we promised")
    columns = (_("Promise"), _("By"), _("State"))
    return Section("commitments", title, [Table(title, columns, rows)]) if rows else None


def _told(story: Story) -> IncidentView | None:
    return story.told(get_language() or "en")
