"""How long after a push its mentions are analysed and counted, while others keep coming in.

Counted from the last byte of the request to the first answer of GET /incidents/{id}/metrics/
in which every mention pushed so far is analysed; web, workers and beat run as in `make run`.
"""

import argparse
import statistics
import time
from collections.abc import Sequence
from datetime import timedelta
from itertools import islice

from django.utils import timezone

from benchmarks.load import Api, Connection, signed_push
from benchmarks.scenery import Tenant, bodies_of, make_mentions, make_tenant
from benchmarks.stage import Stage, say
from benchmarks.streaming import stream

_PROBE = "probe"
_PROBE_MENTIONS = 10
_LOOK_EVERY = 0.01
_BETWEEN = 0.137
_WARM_UP = 20
_PATIENCE = 60.0


def main(stage: Stage, options: list[str]) -> None:
    """Push probes alone, then into a steady stream, and print how long they took."""
    parser = argparse.ArgumentParser(prog="push_to_metrics")
    parser.add_argument("--probes", type=int, default=100)
    parser.add_argument("--rate", type=int, default=200, help="mentions a second beside them")
    terms = parser.parse_args(options)
    tenant = make_tenant("bench")
    stage.start("web", "worker", "live", "beat")
    api = Api(stage.port, tenant.token)
    started_at = (timezone.now() - timedelta(hours=1)).isoformat()
    incident = api.post("incidents/", brand="bench", title="Kettles", started_at=started_at)["id"]
    path = f"incidents/{incident}/metrics/?platform={_PROBE}"
    probes = iter(_probes(2 * (_WARM_UP + terms.probes)))
    sent = 0
    for rate in (0, terms.rate):
        with stream(stage, tenant, rate):
            took = []
            for body in islice(probes, _WARM_UP + terms.probes):
                sent += 1
                took.append(_measure(stage, tenant, api, path, body, sent))
        # Left out: each process of the worker loads the language model at its first mention.
        took = took[_WARM_UP:]
        say(f"{rate} mentions/s beside it, {len(took)} probes of {_PROBE_MENTIONS} mentions:")
        _print("stored and counted (202 answered)", [answered for answered, _ in took])
        _print("analysed and in the metrics", [seen for _, seen in took])


def _probes(count: int) -> list[bytes]:
    mentions = make_mentions(count * _PROBE_MENTIONS, seed=1)
    for mention in mentions:
        mention |= {"platform": _PROBE, "published_at": timezone.now().isoformat()}
    return bodies_of(mentions, _PROBE_MENTIONS)


def _measure(
    stage: Stage, tenant: Tenant, api: Api, path: str, body: bytes, number: int
) -> tuple[float, float]:
    request = signed_push(tenant.source, f"probe-{number}", body)
    with Connection(stage.port) as connection:
        began = time.perf_counter()
        status, answer = connection.ask(request)
    answered = time.perf_counter() - began
    if status != 202:
        raise AssertionError(f"A probe was answered {status}: {answer[:300]!r}")
    while api.get(path)["totals"]["analysed"] < number * _PROBE_MENTIONS:
        if time.perf_counter() - began > _PATIENCE:
            raise AssertionError(f"Probe {number} was not analysed.")
        time.sleep(_LOOK_EVERY)
    seen = time.perf_counter() - began
    # Not in step with what comes in beside it.
    time.sleep(_BETWEEN)
    return answered, seen


def _print(what: str, seconds: Sequence[float]) -> None:
    percentiles = statistics.quantiles(seconds, n=20)
    say(
        f"  {what:36} p50 {percentiles[9] * 1000:6.0f} ms   p95 {percentiles[18] * 1000:6.0f} ms"
        f"   most {max(seconds) * 1000:6.0f} ms"
    )
