"""What the public of the example brand said in the weeks before: everyday talk, and one storm."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from math import exp
from pathlib import Path
from random import Random
from typing import Any

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
BEFORE, AFTER = 26 * _DAY, 23 * _DAY
# The storm rises for some hours, and would fall by e in so many more; once it was answered it
# falls faster.
_RISES, _PEAK, _FALLS, _FALLS_ANSWERED, _LASTS = 4, 13.0, 90.0, 5.0, 108
# Each everyday text is said twice: three times would make a narrative of it.
_TIMES_EVERYDAY = 2
_CALMED = 0.75
_HEBREW = 0.6
_PLATFORMS = ("x", "facebook", "instagram", "forum")


@lru_cache(maxsize=1)
def past_story() -> dict[str, Any]:
    """Return what happened, and the sentences that people said of it."""
    text = Path(__file__).with_name("demo_past.json").read_text("utf-8")
    story: dict[str, Any] = json.loads(text)
    return story


def past_mentions(began_at: datetime, *, answered_at: datetime) -> list[dict[str, Any]]:
    """Return all mentions in order, as a webhook brings them; the same for the same times."""
    story = past_story()
    random = Random(story["seed"])  # noqa: S311 - a story, no secret
    said = [*_everyday(story, began_at, random), *_storm(story, began_at, answered_at, random)]
    ordered = sorted(said, key=lambda one: (one[0], one[1]))
    return [_mention(number, *one, story, random) for number, one in enumerate(ordered)]


def _everyday(
    story: dict[str, Any], began_at: datetime, random: Random
) -> Iterator[tuple[datetime, str, str]]:
    told = [(lang, text) for lang, texts in story["talk"]["everyday"].items() for text in texts]
    told *= _TIMES_EVERYDAY
    random.shuffle(told)
    for place, (language, text) in enumerate(told):
        day = began_at - BEFORE + (BEFORE + AFTER) * place / len(told)
        yield day + random.uniform(-0.4, 0.4) * _DAY, language, text


def _storm(
    story: dict[str, Any], began_at: datetime, answered_at: datetime, random: Random
) -> Iterator[tuple[datetime, str, str]]:
    answered = (answered_at - began_at) / _HOUR
    owed = 0.0
    for minute in range(60 * _LASTS):
        hour = minute / 60
        owed += _rate(hour, answered) / 60
        while owed >= 1:
            owed -= 1
            calmed = hour > answered and random.random() < _CALMED
            language = "he" if random.random() < _HEBREW else "en"
            text = random.choice(story["talk"]["after" if calmed else "storm"][language])
            yield began_at + (hour + random.random() / 60) * _HOUR, language, text


def _rate(hour: float, answered: float) -> float:
    """Return mentions an hour."""
    if hour < _RISES:
        return _PEAK * hour / _RISES
    if hour < answered:
        return _PEAK * exp(-(hour - _RISES) / _FALLS)
    return _rate(answered - 1e-6, answered) * exp(-(hour - answered) / _FALLS_ANSWERED)


def _mention(
    number: int, at: datetime, language: str, text: str, story: dict[str, Any], random: Random
) -> dict[str, Any]:
    suffix = "_he" if language == "he" else ""
    name = random.choice(story["names"])
    followers = int(random.lognormvariate(5.5, 1.2))
    reach = int(followers * random.uniform(0.4, 1.6))
    platform = random.choice(_PLATFORMS)
    said = text.replace("{who}", random.choice(story["people" + suffix]))
    return {
        "id": f"past-{number:04d}",
        "platform": platform,
        "text": said.replace("{place}", random.choice(story["places" + suffix])),
        "author": {
            "handle": f"{name}_{random.randrange(10, 400)}",
            "name": name.capitalize(),
            "followers": followers,
        },
        "url": f"https://example.org/{platform}/past-{number:04d}",
        "published_at": at.isoformat(),
        "likes": int(reach * random.uniform(0, 0.06)),
        "comments": random.randrange(4),
        "shares": random.randrange(3),
        "reach": reach,
    }
