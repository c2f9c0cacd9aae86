"""What charts and reports tell of an incident, each part read once, where it is asked for."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from crisisapi.events.models import Event
from incidents.models import Incident
from incidents.models.incident import Mode
from incidents.rules.lifecycle import VERB
from incidents.selectors.merged import with_merged
from messaging.models import Publication, PublicIncident, PublicPage
from messaging.selectors.public_shapes import IncidentView
from messaging.selectors.public_view import view_incident
from monitoring.models import Query, QueryKind, ResponseEffect
from monitoring.rules.counts import Counts
from monitoring.rules.windows import Window
from monitoring.selectors.metrics import (
    Metrics,
    incident_query_id,
    incident_window,
    read_counts,
    read_metrics,
)

# Shares of voice compare no more than these, those with most mentions.
VOICES_LIMIT = 12
MOMENTS_LIMIT = 60


@dataclass(frozen=True)
class Spoken:
    """A message as it first reached the public, and through how many channels it went."""

    message_id: UUID
    title: str
    at: datetime
    channels: tuple[str, ...]


@dataclass
class Story:
    """An incident at a moment, as the team or as the public is told of it.

    What is read of it is read in the transaction of the reader.
    """

    incident: Incident
    now: datetime
    is_public: bool = False
    # In a report the heading says once what each chart by itself has to say.
    is_in_report: bool = False

    @property
    def is_drill(self) -> bool:
        """Whether none of it happened."""
        return self.incident.mode == Mode.DRILL

    @cached_property
    def public(self) -> tuple[PublicPage, PublicIncident] | None:
        """The page of the brand and what it tells of the incident; None where it tells nothing."""
        page = PublicPage.objects.select_related("brand").filter(brand=self.incident.brand).first()
        shown = PublicIncident.objects.shown().filter(incident=self.incident).first()
        return (page, shown) if page and shown else None

    def told(self, language: str) -> IncidentView | None:
        """Return what the public is told, in a language."""
        if self.public is None:
            return None
        if language not in self._told:
            page, shown = self.public
            view = view_incident(page, shown, language, now=self.now)
            self._told[language] = view.incidents[0]
        return self._told[language]

    @cached_property
    def _told(self) -> dict[str, IncidentView]:
        return {}

    @cached_property
    def zone(self) -> ZoneInfo:
        """The clock of the brand."""
        return ZoneInfo(self.incident.brand.time_zone)

    @cached_property
    def window(self) -> Window:
        """From the start of the incident to its end, or to now."""
        return incident_window(self.incident, now=self.now)

    @cached_property
    def query_id(self) -> UUID | None:
        """The query whose mentions are counted; None where all of the brand's are."""
        return incident_query_id(self.incident)

    @cached_property
    def metrics(self) -> Metrics:
        """Counts of the window, in all and bucket by bucket."""
        return read_metrics(
            brand_id=self.incident.brand_id, query_id=self.query_id, window=self.window
        )

    @cached_property
    def turns(self) -> list[tuple[datetime, str]]:
        """When the incident came to another status, and which."""
        events = Event.objects.of_incident(self.incident.pk).filter(verb__in=VERB.values())
        said = events.order_by("position").values_list("occurred_at", "data")
        return [(at, str(data["to"])) for at, data in said if data.get("to")]

    @cached_property
    def spoken(self) -> list[Spoken]:
        """Messages that reached the public, in the order in which they did."""
        out = Publication.objects.filter(
            message__incident_id__in=self.subject_ids, published_at__isnull=False
        )
        rows = out.order_by("published_at", "id").values_list(
            "message_id", "message__title", "published_at", "channel__name"
        )
        found: dict[UUID, Spoken] = {}
        for message_id, title, at, channel in rows:
            if at is None:
                continue  # left out by the query
            first = found.get(message_id) or Spoken(message_id, title, at, ())
            channels = (*first.channels, channel)
            found[message_id] = Spoken(message_id, title, first.at, channels)
        return list(found.values())

    @cached_property
    def effects(self) -> list[ResponseEffect]:
        """The latest measurement of each publication, in the order of their publication."""
        rows = ResponseEffect.objects.current().filter(
            publication__message__incident_id__in=self.subject_ids
        )
        related = ("publication__message", "publication__channel")
        return list(rows.select_related(*related).order_by("since", "id"))

    @cached_property
    def voices(self) -> list[tuple[str, Counts]]:
        """What each active query of the brand found in the window, most first."""
        queries = Query.objects.active().filter(brand_id=self.incident.brand_id)
        own = queries.exclude(kind=QueryKind.INCIDENT) | queries.filter(incident=self.incident)
        found = [
            (
                name,
                read_counts(brand_id=self.incident.brand_id, query_id=pk, window=self.window),
            )
            for pk, name in own.order_by("name").values_list("pk", "name")[:VOICES_LIMIT]
        ]
        return sorted(found, key=lambda voice: -voice[1].mentions)

    @cached_property
    def subject_ids(self) -> list[UUID]:
        """The incident and what was merged into it."""
        return with_merged(self.incident.pk)
