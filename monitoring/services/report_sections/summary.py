"""What happened, and how grave it is."""

from django.utils.translation import gettext as _

from incidents.models import Kind, Legitimacy, Responsibility, Severity, Status
from monitoring.rules.reports.document import Block, Cell, Paragraph, Section, Table
from monitoring.selectors.charts.wording import moment_text
from monitoring.selectors.story import Story


def summary_section(story: Story) -> Section:
    """Return what is known of the incident, in the words of the team."""
    incident = story.incident
    rows = [
        (_("Status"), str(Status(incident.status).label)),
        (_("Severity"), str(Severity(incident.severity).label)),
        (_("Kind"), str(Kind(incident.kind).label)),
        (_("Attack or concern"), str(Legitimacy(incident.legitimacy).label)),
        (_("Responsibility"), str(Responsibility(incident.responsibility).label)),
        (_("Started"), moment_text(incident.started_at, story)),
    ]
    if incident.ended_at:
        rows.append((_("Ended"), moment_text(incident.ended_at, story)))
    blocks: list[Block] = [Paragraph(incident.summary)] if incident.summary else []
    if incident.cause:
        blocks.append(Paragraph(_("Cause: %(cause)s") % {"cause": incident.cause}))
    cells = [(Cell(name), Cell(said)) for name, said in rows]
    title = _("What happened")
    return Section("summary", title, [*blocks, Table(title, ("", ""), cells)])
