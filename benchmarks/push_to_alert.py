"""How long after a push the storm in it is an alert, while others keep coming in.

Counted from the last byte of the request: to the first answer of GET /alerts/ that shows the alert,
and to the last byte of the post that a webhook of the team receives. Each probe is a storm about a
query of its own, which two weeks of usual talk went before; web, workers and beat run as in
`make run`.
"""

import argparse
import os
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

from django.utils import timezone

from benchmarks.load import Api, Connection, signed_push
from benchmarks.scenery import Tenant, bodies_of, make_mentions, make_tenant
from benchmarks.stage import Stage, say
from benchmarks.streaming import stream
from crisisapi.common.actors import SYSTEM
from crisisapi.local.ports import HOST
from messaging.models import NotificationTarget, Way
from monitoring.models import AlertRule, BucketDelta, Query, Watched
from monitoring.services.queries import add_query
from monitoring.services.rollups import fold_buckets

_STORM = 100
_DAYS = 15
_WARM_UP = 5
_LOOK_EVERY = 0.02
_BETWEEN = 0.637
_PATIENCE = 60.0


def main(stage: Stage, options: list[str]) -> None:
    """Push storms alone, then into a steady stream, and print how long their alerts took."""
    parser = argparse.ArgumentParser(prog="push_to_alert")
    parser.add_argument("--probes", type=int, default=60)
    parser.add_argument("--rate", type=int, default=200, help="mentions a second beside them")
    terms = parser.parse_args(options)
    tenant = make_tenant("bench")
    rules = [_watch(tenant, number) for number in range(2 * (_WARM_UP + terms.probes))]
    _fill(tenant, None, timezone.now())
    AlertRule.objects.create(brand=tenant.brand, name="All", watched=Watched.BURST)
    while fold_buckets():
        pass
    # The webhook stands on this machine.
    os.environ["OUTBOUND_ALLOW_PRIVATE_HOSTS"] = "true"
    with _webhook() as (port, arrived):
        _tell(tenant, port)
        stage.start("web", "worker", "live", "beat")
        api = Api(stage.port, tenant.token)
        waiting = iter(rules)
        for rate in (0, terms.rate):
            with stream(stage, tenant, rate):
                probes = [next(waiting) for _probe in range(_WARM_UP + terms.probes)]
                took = [_measure(stage, tenant, api, rule, arrived) for rule in probes]
            # Left out: each process of the worker loads the language model at its first mention.
            took = took[_WARM_UP:]
            say(f"{rate} mentions/s beside it, {len(took)} storms of {_STORM} mentions:")
            _print("answered 202", [one for one, _, _ in took])
            _print("alert in the API", [one for _, one, _ in took])
            _print("posted to the webhook", [one for _, _, one in took])


def _watch(tenant: Tenant, number: int) -> AlertRule:
    """Save a query with usual talk of two weeks, and the rule that watches it."""
    now = timezone.now()
    query = add_query(
        brand=tenant.brand, name=f"Storm {number}", expression=f"storm{number}", actor=SYSTEM,
        now=now,
    )  # fmt: skip
    Query.objects.filter(pk=query.pk).update(created_at=now - timedelta(days=2 * _DAYS))
    query.rereadings.all().delete()
    _fill(tenant, query.pk, now)
    return AlertRule.objects.create(
        brand=tenant.brand, query=query, name=f"Storm {number}", watched=Watched.BURST,
        grouping_minutes=0,
    )  # fmt: skip


def _fill(tenant: Tenant, query_id: UUID | None, now: datetime) -> None:
    start = now.replace(minute=0, second=0, microsecond=0) - timedelta(days=_DAYS)
    BucketDelta.objects.bulk_create(
        BucketDelta(
            brand=tenant.brand,
            query_id=query_id,
            platform="x",
            language="en",
            started_at=start + place * timedelta(minutes=15),
            mentions=1 + place % 3,
            analysed=1 + place % 3,
            neutral=1 + place % 3,
        )
        for place in range(_DAYS * 96)
    )


def _tell(tenant: Tenant, port: int) -> None:
    NotificationTarget.objects.create(
        brand=tenant.brand, way=Way.CHAT, name="#crisis", address=f"http://{HOST}:{port}/"
    )


def _measure(
    stage: Stage, tenant: Tenant, api: Api, rule: AlertRule, arrived: dict[str, float]
) -> tuple[float, float, float]:
    [body] = bodies_of(_storm(rule.name.split()[1]), _STORM)
    request = signed_push(tenant.source, f"probe-{rule.pk}", body)
    with Connection(stage.port) as connection:
        began = time.perf_counter()
        status, answer = connection.ask(request)
    answered = time.perf_counter() - began
    if status != 202:
        raise AssertionError(f"A storm was answered {status}: {answer[:300]!r}")
    shown = 0.0
    while not shown or rule.name not in arrived:
        now = time.perf_counter()
        if not shown and api.get(f"alerts/?rule={rule.pk}")["results"]:
            shown = time.perf_counter() - began
        if now - began > _PATIENCE:
            raise AssertionError(f"{rule.name} raised no alert, or nobody was told.")
        time.sleep(_LOOK_EVERY)
    # Not in step with what comes in beside it.
    time.sleep(_BETWEEN)
    return answered, shown, arrived[rule.name] - began


def _storm(number: str) -> list[dict[str, object]]:
    mentions = make_mentions(_STORM, seed=100_000 + int(number))
    now = timezone.now().isoformat()
    return [
        {**one, "text": f"storm{number} {one['text']}", "published_at": now} for one in mentions
    ]


@contextmanager
def _webhook() -> Iterator[tuple[int, dict[str, float]]]:
    """Receive posts, and note when the last byte of the first about each storm was there."""
    arrived: dict[str, float] = {}

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            at = time.perf_counter()
            for name in {f"Storm {part.split(':')[0]}" for part in body.split("Storm ")[1:]}:
                arrived.setdefault(name, at)
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer((HOST, 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port, arrived
    finally:
        server.shutdown()


def _print(what: str, seconds: Sequence[float]) -> None:
    percentiles = statistics.quantiles(seconds, n=20)
    say(
        f"  {what:24} p50 {percentiles[9] * 1000:6.0f} ms   p95 {percentiles[18] * 1000:6.0f} ms"
        f"   most {max(seconds) * 1000:6.0f} ms"
    )
