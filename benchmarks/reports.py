"""What making a report costs, by format, for an incident of few mentions and of very many.

Two brands share the tables, each with an incident of a day and its query, which found every fourth
mention; rows are made in SQL and counted as the workers count. The report of the one and of the
other are made by turns, in this process. Trust the ratios, not the times.
"""

import argparse
import statistics
import time
from datetime import timedelta

from django.utils import timezone

from benchmarks.metrics import fill, query_of, settle
from benchmarks.scenery import Tenant, make_tenant
from benchmarks.stage import Stage, say
from crisisapi.common.actors import SYSTEM
from incidents.models import Incident
from incidents.services.incidents import open_incident
from monitoring.models import Query, QueryKind, ReportAudience, ReportFormat
from monitoring.services.report_writing import write_report

_LANGUAGES = ("en", "he")


def main(_stage: Stage, options: list[str]) -> None:
    """Fill, write reports by turns, and print medians, sizes and how many times longer it takes."""
    parser = argparse.ArgumentParser(prog="reports")
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=7)
    terms = parser.parse_args(options)
    small, large = _incident("small", terms.small), _incident("large", terms.large)
    settle()
    say(f"{'median in ms, at mentions:':28}{terms.small:>10,}{terms.large:>12,}{'times':>8}")
    for name in ReportFormat.values:
        for language in _LANGUAGES:
            _compare(name, language, small, large, terms.times)


def _incident(slug: str, count: int) -> Incident:
    tenant = make_tenant(slug)
    query = query_of(tenant)
    fill(tenant, query, count)
    return _opened(tenant, query)


def _opened(tenant: Tenant, query: Query) -> Incident:
    now = timezone.now()
    incident = open_incident(
        brand=tenant.brand,
        title="Kettles · קומקומים",
        started_at=now - timedelta(hours=23, minutes=50),
        actor=SYSTEM,
        now=now,
    )
    Query.objects.filter(pk=query.pk).update(incident=incident, kind=QueryKind.INCIDENT)
    return incident


def _compare(name: str, language: str, small: Incident, large: Incident, times: int) -> None:
    # The first one warms up: fonts, caches.
    turns = [[_spent(one, name, language) for one in (small, large)] for _turn in range(times + 1)]
    shorter, longer = (statistics.median(one) for one in zip(*turns[1:], strict=True))
    size = len(_written(large, name, language)) / 1024
    say(
        f"{f'{name}, {language}':28}{shorter * 1000:10.0f}{longer * 1000:12.0f}"
        f"{longer / shorter:8.2f}   {size:8,.0f} kB"
    )


def _spent(incident: Incident, name: str, language: str) -> float:
    began = time.perf_counter()
    _written(incident, name, language)
    return time.perf_counter() - began


def _written(incident: Incident, name: str, language: str) -> bytes:
    return write_report(
        incident,
        audience=ReportAudience.INTERNAL,
        language=language,
        format_name=name,
        now=timezone.now(),
    ).content
