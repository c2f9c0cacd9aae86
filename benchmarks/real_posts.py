"""A run over real posts: imported as files, pushed as webhooks, analysed, and counted again.

`--data DIR` names a directory of `SET.train.jsonl.gz` with `id`, `lang` and `text` a line. Each
set becomes a platform. The posts have no times and no engagement: imported, they were said when
they came; pushed, they get times of the last 48 hours with a burst, and likes.
"""

import argparse
import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from benchmarks.load import Api, run_load, signed_push
from benchmarks.recounting import find_deviations
from benchmarks.scenery import Tenant, bodies_of, make_tenant
from benchmarks.stage import Stage, say
from crisisapi.local.home import CHECKOUT
from monitoring.models import Delivery, Mention
from monitoring.selectors.recount import find_differences

_SUFFIX = ".train.jsonl.gz"
_BATCH = 500
_HOURS = 48
_GROWN_BATCHES = 20
_PATIENCE = 1800.0


def main(stage: Stage, options: list[str]) -> None:
    """Import, push, wait for the analysis, compare; raises when a count is off by one."""
    parser = argparse.ArgumentParser(prog="real_posts")
    parser.add_argument("--data", type=Path, required=True)
    files = sorted(parser.parse_args(options).data.glob(f"*{_SUFFIX}"))
    if not files:
        raise AssertionError(f"There is no *{_SUFFIX} in that directory.")
    imported, pushed = make_tenant("files", "file"), make_tenant("hooks")
    stage.start("web")
    _refuse_collisions(files)
    _import_all(stage, imported, files)
    stage.start("worker", "live", "beat")
    _wait_for_analysis("analysis of the import, language as declared", imported)
    _push_all(stage, pushed, files)
    _wait_for_analysis("analysis behind the push, language found out", pushed)
    for tenant in (imported, pushed):
        _compare(stage, tenant)
    _print_languages(imported, pushed)
    _print_sizes()
    say(_managed("verify_events").strip())


def _posts(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _refuse_collisions(files: Sequence[Path]) -> None:
    seen = Counter(post["id"] for file in files for post in _posts(file))
    say(f"{sum(seen.values()):,} posts in {len(files)} files")
    if len(seen) != sum(seen.values()):
        raise AssertionError("An id stands in two sets; each set needs a source of its own.")


def _import_all(stage: Stage, tenant: Tenant, files: Sequence[Path]) -> None:
    largest = max(files, key=lambda file: file.stat().st_size)
    reports, seconds = [], 0.0
    for file in files:
        report = stage.home.path / f"{_platform(file)}.rejected.jsonl"
        arguments = _import_arguments(tenant, file, report)
        if file == largest:
            seconds += _kill_half_way(tenant, file, arguments)
        began, before = time.perf_counter(), Mention.objects.count()
        said = _managed(*arguments)
        took = time.perf_counter() - began
        seconds += took
        stored = Mention.objects.count() - before
        say(f"{_platform(file)}: {stored:,} in {took:.1f} s; {' '.join(said.split())}")
        reports.append(report)
    count = Mention.objects.filter(brand=tenant.brand).count()
    say(f"import: {count:,} mentions, {count / seconds:,.0f}/s, with the starts of the command")
    reasons = Counter(
        json.loads(line)["code"] for report in reports for line in report.read_text().splitlines()
    )
    say(f"rejected lines: {dict(reasons) or 'none'}")


def _import_arguments(tenant: Tenant, file: Path, report: Path) -> list[str]:
    return [
        "import_mentions",
        str(file),
        f"--source={tenant.source.slug}",
        "--map=language=lang",
        f"--set=platform={_platform(file)}",
        f"--report={report}",
    ]


def _platform(file: Path) -> str:
    return file.name.removesuffix(_SUFFIX)


def _kill_half_way(tenant: Tenant, file: Path, arguments: Sequence[str]) -> float:
    lines = sum(1 for _ in _posts(file))
    mine = Mention.objects.filter(brand=tenant.brand, platform=_platform(file))
    command = [sys.executable, "manage.py", *arguments]
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.DEVNULL) as process:
        while mine.count() < lines // 2 and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    took, stored = time.perf_counter() - began, mine.count()
    say(f"{_platform(file)}: killed (-9) after {stored:,} of {lines:,}, {stored / took:,.0f}/s")
    if stored % _BATCH:
        raise AssertionError("A batch was stored by half.")
    return took


def _push_all(stage: Stage, tenant: Tenant, files: Sequence[Path]) -> None:
    chance = random.Random(48)
    now = timezone.now()
    mentions = [
        _pushed(post, _platform(file), _moment(chance, now), chance)
        for file in files
        for post in _posts(file)
    ]
    # As they come in life: all sets mixed.
    chance.shuffle(mentions)
    requests = [
        signed_push(tenant.source, f"push-{number}", body)
        for number, body in enumerate(bodies_of(mentions, _BATCH))
    ]
    load = run_load(stage.port, requests, connections=8)
    say(
        f"push: {len(mentions):,} mentions, {len(mentions) / load.seconds:,.0f}/s in batches of "
        f"{_BATCH}, worker and beat at work; p50 {load.percentile(50) * 1000:,.0f} ms, "
        f"p99 {load.percentile(99) * 1000:,.0f} ms"
    )
    grown = mentions[: _GROWN_BATCHES * _BATCH]
    for mention in grown:
        mention["likes"] += 3
    again = [
        signed_push(tenant.source, f"again-{number}", body)
        for number, body in enumerate(bodies_of(grown, _BATCH))
    ]
    load = run_load(stage.port, again, connections=8)
    say(f"pushed again with more likes: {len(grown) / load.seconds:,.0f}/s")


def _moment(chance: random.Random, now: datetime) -> datetime:
    # Four in ten belong to the burst: most within two hours, ten hours ago.
    in_burst = chance.random() < 0.4
    hours = 10 - chance.expovariate(1.0) if in_burst else chance.uniform(0, _HOURS)
    return now - timedelta(hours=min(max(hours, 0.01), _HOURS - 0.01))


def _pushed(
    post: dict[str, Any], platform: str, moment: datetime, chance: random.Random
) -> dict[str, Any]:
    return {
        "id": post["id"],
        "text": post["text"],
        "platform": platform,
        "published_at": moment.isoformat(),
        "likes": int(chance.paretovariate(1.2)),
        "reach": chance.randrange(5_000),
    }


def _wait_for_analysis(what: str, tenant: Tenant) -> None:
    waiting = Mention.objects.filter(brand=tenant.brand, analysed_at=None)
    left = waiting.count()
    began = time.perf_counter()
    while waiting.exists():
        if time.perf_counter() - began > _PATIENCE:
            raise AssertionError("The analysis did not end.")
        time.sleep(0.1)
    took = time.perf_counter() - began
    say(f"{what}: {left:,} mentions in {took:.1f} s, {left / took:,.0f}/s")


def _compare(stage: Stage, tenant: Tenant) -> None:
    api = Api(stage.port, tenant.token)
    started_at = timezone.now() - timedelta(hours=_HOURS - 12)
    incident = api.post(
        "incidents/",
        brand=tenant.brand.slug,
        title="A run over real posts",
        started_at=started_at.isoformat(),
    )
    for bucket in ("5m", "1h"):
        answer = api.get(f"incidents/{incident['id']}/metrics/?bucket={bucket}")
        deviations = find_deviations(answer, tenant.brand.pk)
        say(
            f"{tenant.brand.slug}, {bucket}: {answer['totals']['mentions']:,} mentions, "
            f"{answer['totals']['negative']:,} negative, {len(answer['platforms'])} platforms, "
            f"{len(answer['series'])} buckets; {len(deviations)} deviate from the recount"
        )
        if deviations:
            raise AssertionError(str(deviations[:3]))
    if differences := find_differences(tenant.brand.pk):
        raise AssertionError(f"{len(differences)} rollups differ: {differences[:3]}")


def _print_languages(imported: Tenant, pushed: Tenant) -> None:
    found = Counter(Mention.objects.filter(brand=pushed.brand).values_list("language", flat=True))
    say("languages found: " + ", ".join(f"{name} {n:,}" for name, n in found.most_common(12)))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT told.language, count(*), count(*) FILTER (WHERE told.language = found.language)
            FROM monitoring_mention told JOIN monitoring_mention found USING (external_id)
            WHERE told.brand_id = %s AND found.brand_id = %s GROUP BY 1 ORDER BY 2 DESC
            """,
            [imported.brand.pk, pushed.brand.pk],
        )
        rows = cursor.fetchall()
    told = (f"{name} {same / count:.1%} of {count:,}" for name, count, same in rows)
    say("as declared: " + ", ".join(told))


def _print_sizes() -> None:
    count = Mention.objects.count()
    with connection.cursor() as cursor:
        for model in (Mention, Delivery):
            cursor.execute("SELECT pg_total_relation_size(%s)", [model._meta.db_table])
            size = cursor.fetchone()[0]
            say(f"{model._meta.verbose_name_plural}: {size / count:,.0f} bytes of disk a mention")


def _managed(*arguments: str) -> str:
    result = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=CHECKOUT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise AssertionError(f"manage.py {arguments[0]}: {result.stderr[-2000:]}")
    return result.stdout
