"""The shapes in which the public page is shown."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from incidents.rules.tasks import PublicState
from messaging.models import NumberUnit, PublicIncidentStatus, PublicPage
from messaging.rules.figures import figure
from messaging.rules.public_text import Paragraph, paragraphs_of
from messaging.rules.words import direction_of


@dataclass(frozen=True)
class Words:
    """A text and the language it is in."""

    text: str
    language: str

    @property
    def direction(self) -> str:
        """Which way it runs."""
        return direction_of(self.language)

    @property
    def paragraphs(self) -> list[Paragraph]:
        """The text in paragraphs, with its links."""
        return paragraphs_of(self.text)


@dataclass(frozen=True)
class UpdateView:
    """An update as it is shown; of one taken down only that it was there."""

    id: UUID
    incident_id: UUID
    language: str
    title: str
    body: str
    published_at: datetime
    changed_at: datetime
    withdrawn_at: datetime | None
    corrected_by: UUID | None
    corrects: tuple[UUID, ...]

    @property
    def direction(self) -> str:
        """Which way it runs."""
        return direction_of(self.language)

    @property
    def paragraphs(self) -> list[Paragraph]:
        """The body in paragraphs, with its links."""
        return paragraphs_of(self.body)


@dataclass(frozen=True)
class CommitmentView:
    """What was promised, and what has become of it."""

    id: UUID
    promise: str
    promised_at: datetime
    due_at: datetime
    state: PublicState
    ended_at: datetime | None


@dataclass(frozen=True)
class NumberView:
    """A number with what it means."""

    id: UUID
    label: Words
    value: float
    unit: str
    as_of: datetime
    source: Words

    @property
    def figure(self) -> str:
        """The value as people read it."""
        return figure(self.value, self.unit)

    @property
    def unit_name(self) -> str:
        """The unit, where the figure does not say it itself."""
        named = (NumberUnit.HOURS, NumberUnit.DAYS, NumberUnit.POINTS)
        return str(NumberUnit(self.unit).label) if self.unit in named else ""


@dataclass(frozen=True)
class IncidentView:
    """An incident as the public is told of it."""

    id: UUID
    title: Words
    summary: Words
    status: PublicIncidentStatus
    status_at: datetime
    made_public_at: datetime
    changed_at: datetime
    updates: list[UpdateView] = field(default_factory=list)
    elsewhere: dict[str, int] = field(default_factory=dict)
    commitments: list[CommitmentView] = field(default_factory=list)
    numbers: list[NumberView] = field(default_factory=list)

    @property
    def is_resolved(self) -> bool:
        """Whether it is over."""
        return self.status == PublicIncidentStatus.RESOLVED

    @property
    def latest(self) -> UpdateView | None:
        """The last update that stands."""
        return next((one for one in self.updates if one.withdrawn_at is None), None)

    @property
    def kept(self) -> int:
        """How many promises were kept."""
        return sum(one.state in ("kept", "kept_late") for one in self.commitments)


@dataclass(frozen=True)
class PageView:
    """The page of a brand in one language."""

    page: PublicPage
    language: str
    title: Words
    intro: Words
    incidents: list[IncidentView]
    changed_at: datetime

    @property
    def current(self) -> list[IncidentView]:
        """Incidents that are not resolved, the newest first."""
        return [one for one in self.incidents if not one.is_resolved]

    @property
    def past(self) -> list[IncidentView]:
        """Incidents that are resolved, the last one first."""
        return [one for one in self.incidents if one.is_resolved]
