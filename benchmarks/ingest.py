"""How fast mentions come in over signed HTTP, beside what the database itself can take.

All figures of a round are taken one after the other in one run; trust the ratios, not the rates.
Before each, the tables are emptied and a checkpoint is made; only repetitions find what was
stored just before.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from benchmarks.load import Load, run_load, signed_push
from benchmarks.scenery import Tenant, bodies_of, make_mentions, make_tenant
from benchmarks.stage import Stage, machine_seconds, say
from crisisapi.common.database import server_cursor
from crisisapi.common.ids import uuid7
from monitoring.rules.incoming import COUNTERS

_CONNECTIONS = 8
_TABLES = "monitoring_mention, monitoring_delivery, monitoring_bucketdelta, monitoring_bucket"
_COPY_TABLE = "benchmark_mention"
_COPIED = (
    "id, created_at, brand_id, source_id, delivery_id, external_id, platform, url, text, "
    "author_handle, author_name, author_followers, published_at, language, "
    "likes, comments, shares, reach, sentiment, analyser, "
    "author_external_id, author_profile, parent_id, source_sentiment, revision"
)
_COPY_CHUNK = 256


@dataclass(frozen=True)
class Figure:
    """What one measurement of one round gave; processor time in microseconds per mention."""

    rate: float
    processor: dict[str, float]
    foreign: float
    p50: float = 0.0
    p99: float = 0.0


@dataclass(frozen=True)
class Material:
    """What is sent in a round."""

    tenant: Tenant
    mentions: Sequence[dict[str, Any]]
    plain_port: int
    run: str


Measure = Callable[[Stage, Material], tuple[int, Load]]


def main(stage: Stage, options: list[str]) -> None:
    """Measure round by round; print every figure, then the medians."""
    parser = argparse.ArgumentParser(prog="ingest")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--mentions", type=int, default=40_000, help="in a round, for the fast")
    terms = parser.parse_args(options)
    tenant = make_tenant("bench")
    _make_copy_table()
    stage.start("web")
    plain_port = stage.start_web("plain", "benchmarks.drf_settings")
    rounds: list[dict[str, Figure]] = []
    # The first one warms up: imports, connections, prepared statements, files that grow.
    for number in range(terms.rounds + 1):
        mentions = make_mentions(terms.mentions if number else 4_000, seed=number)
        material = Material(tenant, mentions, plain_port, f"round-{number}")
        figures = {name: _figure(stage, material, name) for name in _MEASURES}
        if number:
            rounds.append(figures)
            _print_round(number, figures)
    _print_medians(rounds)


def _make_copy_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {_COPY_TABLE} (LIKE monitoring_mention INCLUDING ALL)")


def _empty_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {_TABLES}, {_COPY_TABLE} CASCADE")
        cursor.execute("CHECKPOINT")


def _figure(stage: Stage, material: Material, name: str) -> Figure:
    if name not in _REPETITIONS:
        _empty_tables()
    measure = _MEASURES[name]
    before, machine = stage.processor_seconds(), machine_seconds()
    count, load = measure(stage, material)
    after, machine = stage.processor_seconds(), machine_seconds() - machine
    used = {part: after[part] - before[part] for part in after}
    used["client"] = load.own_seconds
    # What others used of the machine while we measured, in processors.
    foreign = max(0.0, machine - sum(used.values())) / load.seconds
    return Figure(
        rate=count / load.seconds,
        processor={part: seconds / count * 1e6 for part, seconds in used.items()},
        foreign=foreign,
        p50=load.percentile(50) if load.latencies else 0.0,
        p99=load.percentile(99) if load.latencies else 0.0,
    )


def _copy(stage: Stage, material: Material) -> tuple[int, Load]:
    lines = [_copy_line(mention, material.tenant) for mention in material.mentions]
    chunks = [
        b"".join(lines[first : first + _COPY_CHUNK]) for first in range(0, len(lines), _COPY_CHUNK)
    ]
    began, own = time.perf_counter(), time.process_time()
    with (
        transaction.atomic(),
        server_cursor() as cursor,
        cursor.copy(f"COPY {_COPY_TABLE} ({_COPIED}) FROM STDIN") as copy,
    ):
        for chunk in chunks:
            copy.write(chunk)
    load = Load(time.perf_counter() - began, time.process_time() - own, [])
    return len(lines), load


def _copy_line(mention: dict[str, Any], tenant: Tenant) -> bytes:
    author = mention["author"]
    values = [
        uuid7(),
        "2026-03-04 12:00Z",
        tenant.brand.pk,
        tenant.source.pk,
        tenant.source.pk,
        *(mention[name] for name in ("id", "platform", "url", "text")),
        *(author[name] for name in ("handle", "name", "followers")),
        *(mention[name] for name in ("published_at", "language", *COUNTERS)),
        *[""] * 6,
        0,
    ]
    return ("\t".join(map(str, values)) + "\n").encode()


def _pushing(size: int, share: float = 1.0, run: str = "first") -> Measure:
    """Return the measurement of signed batches; the tail of a name makes deliveries distinct."""

    def measure(stage: Stage, material: Material) -> tuple[int, Load]:
        mentions = material.mentions[: int(len(material.mentions) * share)]
        requests = [
            signed_push(material.tenant.source, f"{material.run}-{size}-{run}-{number}", body)
            for number, body in enumerate(bodies_of(mentions, size))
        ]
        return len(mentions), run_load(stage.port, requests, connections=_CONNECTIONS)

    return measure


def _plainly(stage: Stage, material: Material) -> tuple[int, Load]:
    mentions = [_flat(item) for item in material.mentions[: len(material.mentions) // 4]]
    requests = [
        signed_push(material.tenant.source, f"plain-{number}", body)
        for number, body in enumerate(bodies_of(mentions, 100))
    ]
    return len(mentions), run_load(material.plain_port, requests, connections=_CONNECTIONS)


def _flat(mention: dict[str, Any]) -> dict[str, Any]:
    author = {f"author_{name}": value for name, value in mention["author"].items()}
    return {
        "external_id": mention["id"],
        **author,
        **{name: value for name, value in mention.items() if name not in ("id", "author")},
    }


_COPYING, _HUNDRED, _AGAIN, _PLAIN = "COPY", "push 100", "known, 100", "DRF bulk, 100"
# Each known batch comes as a new delivery with the mentions of the one measured before it.
_MEASURES: dict[str, Measure] = {
    _COPYING: _copy,
    _HUNDRED: _pushing(100),
    _AGAIN: _pushing(100, run="again"),
    "same delivery": _pushing(100, run="again"),
    "push 500": _pushing(500),
    "push 1": _pushing(1, share=0.05),
    _PLAIN: _plainly,
}
_REPETITIONS = {_AGAIN, "same delivery"}


def _print_round(number: int, figures: dict[str, Figure]) -> None:
    say(f"\nround {number}: mentions/s, and processor time in µs per mention")
    say(
        f"{'':15}{'rate':>9}{'x COPY':>8}{'x DRF':>7}{'p50 ms':>8}{'p99 ms':>8}"
        f"{'web':>7}{'postgres':>9}{'client':>7}{'others busy':>12}"
    )
    for name, figure in figures.items():
        web = figure.processor["web"] + figure.processor["plain"]
        say(
            f"{name:15}{figure.rate:9,.0f}{figure.rate / figures[_COPYING].rate:8.2f}"
            f"{figure.rate / figures[_PLAIN].rate:7.2f}{figure.p50 * 1000:8.1f}"
            f"{figure.p99 * 1000:8.1f}{web:7.0f}{figure.processor['postgres']:9.0f}"
            f"{figure.processor['client']:7.1f}{figure.foreign:12.2f}"
        )


def _print_medians(rounds: Sequence[dict[str, Figure]]) -> None:
    say(f"\nmedians of {len(rounds)} rounds, and (least to most)")
    for name in _MEASURES:
        to_copy = [figures[name].rate / figures[_COPYING].rate for figures in rounds]
        to_plain = [figures[name].rate / figures[_PLAIN].rate for figures in rounds]
        rates = [figures[name].rate for figures in rounds]
        say(
            f"{name:15}{statistics.median(rates):9,.0f}/s   {_spread(to_copy)} x COPY   "
            f"{_spread(to_plain)} x DRF"
        )
    fresh = [figures[_AGAIN].rate / figures[_HUNDRED].rate for figures in rounds]
    say(f"known mentions at {_spread(fresh)} x the speed of new ones")


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"
