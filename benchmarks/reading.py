"""How fast mentions are read: analysed, matched, saved and counted, beside the analyser alone.

In one process, by turns: the analyser over the same texts without a database, then whole batches
with no query, with a hundred and with a thousand, and with ten and a thousand key messages. Trust
the ratios, not the rates.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable

from django.utils import timezone

from benchmarks.scenery import Tenant, bodies_of, make_mentions, make_tenant
from benchmarks.stage import Stage, say
from incidents.models import Incident
from messaging.models import KeyMessage
from monitoring.models import Mention, Query
from monitoring.services.analysers import chosen_analyser
from monitoring.services.analysis import analyse_batch
from monitoring.services.asked import fold_asked
from monitoring.services.author_counts import fold_authors
from monitoring.services.deliveries import receive_delivery
from monitoring.services.echo_rollups import fold_echoes
from monitoring.services.rollups import fold_buckets
from monitoring.services.sketches import fold_sketches

_Texts = list[tuple[str, str]]

_ALONE, _FOLDED = "analyser alone", "folding what that counted"


def main(_stage: Stage, options: list[str]) -> None:
    """Read round by round, and print the medians and their ratio to the analyser alone."""
    parser = argparse.ArgumentParser(prog="reading")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--mentions", type=int, default=3_000, help="for each figure of a round")
    terms = parser.parse_args(options)
    tenants = {f"{number} queries": _tenant(number) for number in (0, 100, 1_000)}
    tenants |= {f"{number} key messages": _speaking(number) for number in (10, 1_000)}
    rates: dict[str, list[float]] = {}
    # The first one warms up: models, caches, prepared statements.
    for turn in range(terms.rounds + 1):
        for name, rate in _round(tenants, turn, terms.mentions).items():
            rates.setdefault(name, []).extend([rate] if turn else [])
    alone = rates[_ALONE]
    for name, found in rates.items():
        ratios = [rate / each for rate, each in zip(found, alone, strict=True)]
        say(
            f"{name:28}{statistics.median(found):10,.0f}/s   {statistics.median(ratios):.2f}"
            f" ({min(ratios):.2f} to {max(ratios):.2f}) x the analyser"
        )


def _tenant(queries: int) -> Tenant:
    tenant = make_tenant(f"with-{queries}")
    rows = [
        Query(
            brand=tenant.brand,
            name=f"Query {number}",
            expression=f'"product{number} handle" OR (model{number} AND kettle) OR ברק{number}',
        )
        for number in range(queries)
    ]
    Query.objects.bulk_create(rows)
    return tenant


def _speaking(key_messages: int) -> Tenant:
    tenant = make_tenant(f"says-{key_messages}")
    now, chance = timezone.now(), random.Random(key_messages)
    incident = Incident(
        brand=tenant.brand, reference="INC-1", title="Kettles", started_at=now, opened_at=now
    )
    Incident.objects.bulk_create([incident])
    rows = [
        KeyMessage(
            brand=tenant.brand,
            incident=incident,
            texts={
                "en": f"Every {words[0]} of the kettle {words[1]} gets a {words[2]} handle",
                "he": f"כל מי שקנה קומקום {words[3]} יקבל {words[4]} ידית {words[5]}",
            },
        )
        for words in ([_word(chance) for _ in range(6)] for _ in range(key_messages))
    ]
    KeyMessage.objects.bulk_create(rows)
    return tenant


def _word(chance: random.Random) -> str:
    return "".join(chance.choices("bdfgklmnprstvz", k=6))


def _round(tenants: dict[str, Tenant], turn: int, count: int) -> dict[str, float]:
    mentions = make_mentions(count, seed=turn)
    texts = [(one["text"], one["language"]) for one in mentions]
    analyser = chosen_analyser()
    rates = {_ALONE: _rate(count, lambda: _in_batches(analyser.analyse_all, texts))}
    folded = 0.0
    for what, tenant in tenants.items():
        for place, body in enumerate(bodies_of(mentions, 500)):
            name = f"{turn}-{place}"
            source = tenant.source
            receive_delivery(source=source, external_id=name, body=body, now=timezone.now())
        rates[f"read with {what}"] = _rate(count, _read)
        folded += 1 / _rate(count, _fold)
    if Mention.objects.filter(analysed_at__isnull=True).exists():
        raise AssertionError("Not all was read.")
    return rates | {_FOLDED: len(tenants) / folded}


def _rate(count: int, act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return count / (time.perf_counter() - began)


def _in_batches(
    act: Callable[[list[tuple[str, str]]], object], texts: list[tuple[str, str]]
) -> None:
    for first in range(0, len(texts), 500):
        act(texts[first : first + 500])


def _read() -> None:
    while analyse_batch(now=timezone.now()):
        pass


def _fold() -> None:
    folds = (fold_buckets, fold_sketches, fold_echoes, fold_asked)
    while any(fold() for fold in folds) or fold_authors(now=timezone.now()):
        pass
