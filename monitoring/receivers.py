"""What this floor hears."""

from typing import Any

from celery.signals import worker_process_init
from django.dispatch import receiver

from crisisapi.events.models import Event
from crisisapi.events.signals import event_recorded
from monitoring.services.alerts import move_alerts
from monitoring.services.analysers import chosen_analyser
from monitoring.services.asked_decisions import move_decisions
from monitoring.services.key_message_echoes import follow_key_messages
from monitoring.services.narratives import move_narratives
from monitoring.services.queries import move_queries
from monitoring.services.ranking import drop_ranking
from monitoring.services.report_schedules import end_of_incident
from monitoring.services.reports import move_reports
from monitoring.services.review_metrics import add_metrics
from monitoring.services.telling import tell_of_alerts, tell_of_sources


@worker_process_init.connect(dispatch_uid="monitoring.load_analyser")
def load_analyser(**_signal: object) -> None:
    """Load the language model and the lexicons before the first mention has to wait for them."""
    texts = ("Bonjour tout le monde, la bouilloire est cassée", "הקומקום נשבר")
    chosen_analyser().analyse_all([(text, "") for text in texts])


@receiver(event_recorded, dispatch_uid="monitoring.add_metrics_to_review")
def add_metrics_to_review(*, event: Event, **_: Any) -> None:
    """Add what was said in public to the record of a review, in the transaction that reads it."""
    if event.verb in ("review.drafted", "review.refreshed"):
        add_metrics(review_id=event.object_id, now=event.occurred_at)


@receiver(event_recorded, dispatch_uid="monitoring.tell_of_sources")
def tell_managers(*, event: Event, **_: Any) -> None:
    """Tell the managers of sources that fail or fall silent, and of those heard again."""
    if event.object_type == "source":
        tell_of_sources(event)


@receiver(event_recorded, dispatch_uid="monitoring.tell_of_alerts")
def tell_answering(*, event: Event, **_: Any) -> None:
    """Tell those who answer for an alert."""
    if event.object_type == "alert":
        tell_of_alerts(event)


@receiver(event_recorded, dispatch_uid="monitoring.follow_key_messages")
def look_for_key_messages(*, event: Event, **_: Any) -> None:
    """Look in what was said for key messages that are new or say something else."""
    if event.object_type in ("keymessage", "incident"):
        follow_key_messages(event)


@receiver(event_recorded, dispatch_uid="monitoring.follow_merged")
def follow_merged(*, event: Event, **_: Any) -> None:
    """Let what belongs to a merged incident go on where it goes on, which ranks authors anew."""
    if event.verb == "incident.merged":
        drop_ranking(event.object_id)
        into = event.data["into"]
        move_alerts(from_incident=event.object_id, into=into)
        move_queries(from_incident=event.object_id, into=into, now=event.occurred_at)
        move_decisions(from_incident=event.object_id, into=into)
        move_narratives(from_incident=event.object_id, into=into)
        move_reports(from_incident=event.object_id, into=into)


@receiver(event_recorded, dispatch_uid="monitoring.end_schedules")
def end_schedules(*, event: Event, **_: Any) -> None:
    """Mail no more reports of an incident that is over."""
    if event.verb in ("incident.closed", "incident.declined"):
        end_of_incident(incident_id=event.object_id, now=event.occurred_at)
