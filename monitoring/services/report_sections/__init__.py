"""The parts of a report, in their order: one registry, from which each format is made.

A part that says nothing of the public is left out of a report for it. Add yours here, in a file of
its own.
"""

from collections.abc import Callable, Sequence

from monitoring.rules.reports.document import Section
from monitoring.selectors.story import Story
from monitoring.services.report_sections.authors import authors_section
from monitoring.services.report_sections.commitments import commitments_section
from monitoring.services.report_sections.effects import effects_section
from monitoring.services.report_sections.facts import facts_section
from monitoring.services.report_sections.goals import goals_section
from monitoring.services.report_sections.key_messages import key_messages_section
from monitoring.services.report_sections.lessons import lessons_section
from monitoring.services.report_sections.messages import messages_section
from monitoring.services.report_sections.narratives import narratives_section
from monitoring.services.report_sections.numbers import numbers_section
from monitoring.services.report_sections.public import (
    public_commitments_section,
    public_facts_section,
    public_numbers_section,
    public_summary_section,
    public_updates_section,
)
from monitoring.services.report_sections.summary import summary_section
from monitoring.services.report_sections.talk import public_talk_section, talk_section
from monitoring.services.report_sections.timeline import timeline_section

__all__ = ["INTERNAL", "PUBLIC", "Part"]


Part = Callable[[Story], Section | None]

INTERNAL: Sequence[Part] = (
    summary_section,
    numbers_section,
    talk_section,
    authors_section,
    narratives_section,
    messages_section,
    key_messages_section,
    effects_section,
    timeline_section,
    facts_section,
    goals_section,
    commitments_section,
    lessons_section,
)
PUBLIC: Sequence[Part] = (
    public_summary_section,
    public_numbers_section,
    public_talk_section,
    public_updates_section,
    public_facts_section,
    public_commitments_section,
)
