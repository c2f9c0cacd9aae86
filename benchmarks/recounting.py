"""An independent recount: raw rows, added up in Python, against an answer of the metrics."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from monitoring.models import Mention

_SUMMED = ("likes", "comments", "shares", "reach")
_Counts = Counter[str]


def find_deviations(answer: dict[str, Any], brand_id: UUID) -> list[tuple[str, str, int, int]]:
    """Return (where, which count, as answered, as recounted) for every count that is off."""
    since, until = (datetime.fromisoformat(answer[name]) for name in ("since", "until"))
    width = timedelta(minutes=5) if answer["bucket"] == "5m" else timedelta(hours=1)
    totals: _Counts = Counter()
    platforms: dict[str, _Counts] = defaultdict(Counter)
    series: dict[datetime, _Counts] = defaultdict(Counter)
    rows = Mention.objects.filter(brand_id=brand_id).values_list(
        "platform", "published_at", "analysed_at", "sentiment", *_SUMMED
    )
    for platform, said_at, analysed_at, sentiment, *sums in rows.iterator(chunk_size=5000):
        if not since <= said_at < until:
            continue
        counts = _counts(analysed_at, sentiment, sums)
        totals.update(counts)
        platforms[platform].update(counts)
        # The window starts at the start of a bucket.
        series[since + (said_at - since) // width * width].update(counts)
    deviations = _off("totals", answer["totals"], totals)
    for shown in answer["platforms"]:
        name = shown["platform"]
        deviations += _off(name, shown, platforms.pop(name, Counter()))
    for shown in answer["series"]:
        at = datetime.fromisoformat(shown["started_at"])
        deviations += _off(str(at), shown, series.pop(at, Counter()))
    # What was recounted and not shown at all.
    for where, counts in [*platforms.items(), *series.items()]:
        deviations.append((str(where), "mentions", 0, counts["mentions"]))
    return deviations


def _counts(analysed_at: datetime | None, sentiment: str, sums: list[int]) -> dict[str, int]:
    counts = dict(zip(_SUMMED, sums, strict=True))
    counts["engagement"] = counts["likes"] + counts["comments"] + counts["shares"]
    counts["mentions"] = 1
    if analysed_at is not None:
        counts |= {"analysed": 1, sentiment: 1}
    return counts


def _off(where: str, shown: dict[str, Any], counts: _Counts) -> list[tuple[str, str, int, int]]:
    names = [name for name, value in shown.items() if isinstance(value, int)]
    return [
        (where, name, shown[name], counts[name]) for name in names if shown[name] != counts[name]
    ]
