"""Work of the floor that listens; each finds its rows itself and is safe to run twice."""

import time
from collections.abc import Callable
from functools import partial
from uuid import UUID

import structlog
from celery import shared_task
from django.utils import timezone

from crisisapi.accounts.models import Brand
from crisisapi.common.mail import MailSession
from crisisapi.common.nudges import nudge, nudge_taken
from messaging.tasks import tell_news
from monitoring.rules.transformer import BadTransformer
from monitoring.selectors.author_recount import find_false_authors
from monitoring.selectors.echo_recount import count_false_echo_counts, count_false_echoes
from monitoring.selectors.narrative_recount import find_miscounted
from monitoring.selectors.recount import count_false_matches, find_differences
from monitoring.selectors.sketch_recount import find_false_sketches
from monitoring.services.analysers import looks_twice
from monitoring.services.analysis import analyse_batch
from monitoring.services.asked import fold_asked
from monitoring.services.asked_repairing import find_false_asking
from monitoring.services.author_counts import fold_authors
from monitoring.services.echo_rollups import fold_echoes
from monitoring.services.erasing import erase_next
from monitoring.services.fetching import due_sources, fetch_next, fetch_source
from monitoring.services.goals import due_goals, measure_goal
from monitoring.services.grouping import group_next
from monitoring.services.keeping import remove_old_deliveries
from monitoring.services.listening import note_unheard
from monitoring.services.looks_due import look_at_causes
from monitoring.services.narrating import refresh_next
from monitoring.services.ranking import incidents_to_rank, rank_authors
from monitoring.services.refusals import note_refusals
from monitoring.services.removing import remove_old_gone_posts
from monitoring.services.report_mails import (
    due_report_mails,
    give_up_report_mails,
    send_report_mail,
)
from monitoring.services.report_schedules import order_due
from monitoring.services.reports import expire_reports, make_next
from monitoring.services.rereadings import reread_next
from monitoring.services.response_effects import due_effects, measure_milestone
from monitoring.services.retention import forget_old_mentions
from monitoring.services.rollups import fold_buckets
from monitoring.services.second_looks import are_looks_due, look_next, remove_old_looks
from monitoring.services.signals import incidents_to_measure, measure_signals
from monitoring.services.silence import count_hours, end_silences, find_silences
from monitoring.services.sketches import fold_sketches
from monitoring.services.watching import sweep_rules, watch_next

log = structlog.get_logger(__name__)

# Others of the same queue, who raise alerts and tell of them, get their turn between two runs.
READ_SECONDS = 2.0
# Shorter than the soft limit, so that a run ends by itself between two batches.
RUN_SECONDS = 40.0
REMOVING_SECONDS = 1500.0
GOALS_A_RUN = 500
EFFECTS_A_RUN = 100
INCIDENTS_A_RUN = 500
MAILS_A_RUN = 200


@shared_task(name="monitoring.analyse_mentions", soft_time_limit=60, time_limit=90)
def analyse_mentions() -> None:
    """Analyse what waits, batch by batch, each judged at once; then fold what that counted.

    What is left after a while goes behind those who wait for their turn.
    """
    nudge_taken("monitoring.analyse_mentions")
    end = time.monotonic() + READ_SECONDS
    while analyse_batch(now=timezone.now()):
        nudge(watch_alerts)
        if time.monotonic() > end:
            nudge(analyse_mentions)
            break
    fold_buckets()
    fold_sketches()
    fold_echoes()
    fold_authors(now=timezone.now())
    fold_asked()


@shared_task(name="monitoring.watch_alerts", soft_time_limit=60, time_limit=90)
def watch_alerts() -> None:
    """Judge what was touched, query by query; who answers for an alert is told at once.

    What is left after a while goes behind those who wait for their turn.
    """
    nudge_taken("monitoring.watch_alerts")
    end = time.monotonic() + READ_SECONDS
    while (alerts := watch_next(now=timezone.now())) is not None:
        if alerts:
            nudge(tell_news)
        if time.monotonic() > end:
            nudge(watch_alerts)
            break


@shared_task(name="monitoring.sweep_alerts", soft_time_limit=60, time_limit=90)
def sweep_alerts() -> None:
    """Look for silence and for talk back to normal."""
    if sweep_rules(now=timezone.now()):
        nudge(tell_news)


@shared_task(name="monitoring.fold_buckets", soft_time_limit=60, time_limit=90)
def fold_deltas() -> None:
    """Fold deltas until none is left."""
    end = time.monotonic() + RUN_SECONDS
    while time.monotonic() < end and fold_buckets():
        pass
    while time.monotonic() < end and fold_sketches():
        pass
    while time.monotonic() < end and fold_echoes():
        pass
    while time.monotonic() < end and fold_authors(now=timezone.now()):
        pass
    while time.monotonic() < end and fold_asked():
        pass


@shared_task(name="monitoring.reread_mentions", soft_time_limit=60, time_limit=90)
def reread_mentions() -> None:
    """Read again what somebody asked for, batch by batch, and fold what that changed."""
    nudge_taken("monitoring.reread_mentions")
    end = time.monotonic() + RUN_SECONDS
    while time.monotonic() < end and reread_next(now=timezone.now()):
        fold_buckets()
        fold_sketches()
        fold_echoes()
        fold_authors(now=timezone.now())


@shared_task(name="monitoring.sweep_looks", soft_time_limit=60, time_limit=90)
def sweep_looks() -> None:
    """Have the slow tier look at what is due, and remove what is over."""
    now = timezone.now()
    remove_old_looks(now=now)
    look_at_causes(now=now)
    if looks_twice() and are_looks_due(now=now):
        nudge(look_again_at_mentions)


@shared_task(name="monitoring.look_again", soft_time_limit=100, time_limit=120)
def look_again_at_mentions() -> None:
    """Judge again what is worth it, batch by batch, and fold what that changed."""
    nudge_taken("monitoring.look_again")
    if not looks_twice():
        return
    end = time.monotonic() + RUN_SECONDS
    try:
        while time.monotonic() < end and look_next(now=timezone.now()):
            fold_buckets()
            fold_sketches()
            fold_echoes()
            fold_authors(now=timezone.now())
    except BadTransformer as error:
        log.error("transformer.bad", reason=str(error))


@shared_task(name="monitoring.group_mentions", soft_time_limit=60, time_limit=90)
def group_mentions() -> None:
    """Put together what was read, batch by batch, then look at the narratives that changed."""
    nudge_taken("monitoring.group_mentions")
    end = time.monotonic() + RUN_SECONDS
    while time.monotonic() < end and group_next(now=timezone.now()):
        pass
    while time.monotonic() < end and refresh_next(now=timezone.now()):
        pass


@shared_task(name="monitoring.measure_effects", soft_time_limit=60, time_limit=90)
def measure_effects() -> None:
    """Measure what publications did, as soon as each has reached a milestone."""
    end = time.monotonic() + RUN_SECONDS
    now = timezone.now()
    for publication, milestone in due_effects(now=now, limit=EFFECTS_A_RUN):
        if time.monotonic() > end:
            break
        measure_milestone(publication=publication, milestone=milestone, now=now)


@shared_task(name="monitoring.measure_goals", soft_time_limit=60, time_limit=90)
def measure_goals() -> None:
    """Measure every goal that is due."""
    now = timezone.now()
    for goal in due_goals(now=now, limit=GOALS_A_RUN):
        measure_goal(goal=goal, now=now)


@shared_task(name="monitoring.measure_signals", soft_time_limit=60, time_limit=90)
def measure_incident_signals() -> None:
    """Measure the signals of every active incident, the longest not measured first."""
    end = time.monotonic() + RUN_SECONDS
    for incident in incidents_to_measure(limit=INCIDENTS_A_RUN):
        if time.monotonic() > end:
            return
        measure_signals(incident=incident, now=timezone.now())


@shared_task(name="monitoring.rank_authors", soft_time_limit=60, time_limit=90)
def rank_authors_of_incidents() -> None:
    """Rank the authors of every incident that is due, the longest not tried first."""
    end = time.monotonic() + RUN_SECONDS
    now = timezone.now()
    for incident_id in incidents_to_rank(now=now, limit=INCIDENTS_A_RUN):
        if time.monotonic() > end:
            return
        rank_authors(incident_id=incident_id, now=now)


@shared_task(name="monitoring.recount_buckets", soft_time_limit=1700, time_limit=1800)
def recount_buckets() -> None:
    """Compare the rollups of every brand with its raw rows; a difference is an error."""
    for brand in Brand.objects.order_by("slug"):
        for name, recount in _RECOUNTS.items():
            if found := recount(brand.pk):
                log.error(name, brand=str(brand.pk), found=found)


_RECOUNTS: dict[str, Callable[[UUID], int]] = {
    "rollups.differ": lambda brand_id: len(find_differences(brand_id)),
    "matches.differ": count_false_matches,
    "echoes.differ": lambda brand_id: (
        count_false_echo_counts(brand_id) + count_false_echoes(brand_id)
    ),
    "asking.differs": lambda brand_id: len(find_false_asking(brand_id)),
    "narratives.differ": lambda brand_id: len(find_miscounted(brand_id)),
    "sketches.differ": lambda brand_id: len(find_false_sketches(brand_id)),
    "authors.differ": lambda brand_id: len(find_false_authors(brand_id)),
}


@shared_task(name="monitoring.remove_deliveries", soft_time_limit=1700, time_limit=1800)
def remove_deliveries() -> None:
    """Remove deliveries of every brand whose time is over; what is left goes the next night."""
    end = time.monotonic() + REMOVING_SECONDS
    for brand in Brand.objects.order_by("slug"):
        left = max(0.0, end - time.monotonic())
        remove_old_deliveries(brand_id=brand.pk, now=timezone.now(), seconds=left)
    remove_old_gone_posts(now=timezone.now())


@shared_task(name="monitoring.forget_mentions", soft_time_limit=1700, time_limit=1800)
def forget_mentions() -> None:
    """Erase words and authors whose time is over; what is left goes the next night."""
    end = time.monotonic() + REMOVING_SECONDS
    for brand in Brand.objects.filter(mentions_kept_days__isnull=False).order_by("slug"):
        left = max(0.0, end - time.monotonic())
        forget_old_mentions(brand=brand, now=timezone.now(), seconds=left)


@shared_task(name="monitoring.erase_authors", soft_time_limit=60, time_limit=90)
def erase_authors() -> None:
    """Take one step of erasing after the other, while others may do the same."""
    nudge_taken("monitoring.erase_authors")
    end = time.monotonic() + RUN_SECONDS
    while time.monotonic() < end and erase_next(now=timezone.now()):
        pass
    fold_authors(now=timezone.now())


@shared_task(name="monitoring.fetch_sources", soft_time_limit=60, time_limit=90)
def fetch_sources() -> None:
    """Have somebody ask what is due, and say which streams nobody listens to."""
    now = timezone.now()
    note_unheard(now=now)
    if due_sources(now=now, limit=1):
        nudge(fetch_due)


@shared_task(name="monitoring.fetch_due", soft_time_limit=100, time_limit=120)
def fetch_due() -> None:
    """Ask one source after the other, the longest due first, while others join in."""
    nudge_taken("monitoring.fetch_due")
    end = time.monotonic() + RUN_SECONDS
    while time.monotonic() < end and fetch_next(more=partial(nudge, fetch_due)):
        nudge(analyse_mentions)


@shared_task(name="monitoring.fetch_source", soft_time_limit=100, time_limit=120)
def fetch_one(source_id: str) -> None:
    """Ask the one source that somebody waits for; a stream is left to those who listen."""
    nudge_taken("monitoring.fetch_source", source_id)
    if UUID(source_id) in due_sources(now=timezone.now()) and fetch_source(UUID(source_id)):
        nudge(analyse_mentions)


@shared_task(name="monitoring.watch_sources", soft_time_limit=60, time_limit=90)
def watch_sources() -> None:
    """Tell of sources that have fallen silent, or are heard again; note what was refused."""
    note_refusals()
    end = time.monotonic() + RUN_SECONDS
    while count_hours(now=timezone.now()) and time.monotonic() < end:
        pass
    end_silences(now=timezone.now())
    find_silences(now=timezone.now())


@shared_task(name="monitoring.make_reports", soft_time_limit=60, time_limit=90)
def make_reports() -> None:
    """Order what schedules ask for, make what waits, mail what is ready, remove what is over."""
    nudge_taken("monitoring.make_reports")
    end = time.monotonic() + RUN_SECONDS
    order_due(now=timezone.now())
    while time.monotonic() < end and make_next(now=timezone.now()):
        pass
    expire_reports(now=timezone.now())
    give_up_report_mails(now=timezone.now())
    with MailSession() as session:
        for mail_id in due_report_mails(now=timezone.now(), limit=MAILS_A_RUN):
            if time.monotonic() > end:
                return
            send_report_mail(mail_id=mail_id, session=session, clock=timezone.now)
