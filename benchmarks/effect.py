"""How far response effects can be trusted: simulated crises, and placebo dates of real volumes.

`--cases N` of each simulated scene; `--data DIR` names CSV files of `timestamp,value` in buckets of
five minutes, on which `--dates N` random dates and as many at peaks are called publications.
"""

import argparse
import csv
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.stage import Stage, say
from benchmarks.storms import Scene, make_scene
from monitoring.rules.arrays import Numbers
from monitoring.rules.effect.measuring import Effect, Response, measure_effect
from monitoring.rules.effect.observed import Observed
from monitoring.rules.effect.verdicts import Verdict

DESIGNED = (
    Scene("calm, 6 h", storm=0),
    Scene("storm, 1 h", horizon=1),
    Scene("storm, 6 h", since=8),
    Scene("storm, 24 h", horizon=24, since=12),
    Scene("storm, 72 h", horizon=72, since=24, fall=20),
    Scene("helps by 30 %", effect=-0.3, share_effect=-0.1),
    Scene("helps by 60 %", effect=-0.6, share_effect=-0.2),
    Scene("hurts by 40 %", effect=0.4, share_effect=0.1),
)
# Kinds of crisis that had no part in choosing the method's constants.
UNSEEN = (
    Scene("few mentions", base=10, storm=6),
    Scene("falls as a power", course="power", since=10, horizon=24),
    Scene("plateau", course="plateau", since=8, fall=10),
    Scene("control query", control=0.3, since=8),
    Scene("lingers for 12 hours", wander=0.3, lingers=12, horizon=24, since=12),
    Scene("lingers for half an hour", wander=0.4, lingers=0.5),
    Scene("very over-dispersed", gamma=3),
    Scene("waves of its own", jumps=2, since=8),
    Scene("ten days of history", days=10),
    Scene("helps by 30 %, control", control=0.3, since=8, effect=-0.3, share_effect=-0.1),
)
_CLAIMS = (Verdict.HELPED, Verdict.HURT)
_HORIZONS = (1, 6, 24)
_HISTORY = 8 * 288


@dataclass
class Tally:
    """How often the interval held the truth, and what was said."""

    told: int = 0
    cases: int = 0
    held: int = 0
    share_told: int = 0
    share_held: int = 0
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.verdicts: Counter[str] = Counter()
        self.widths: list[float] = []

    def add(self, effect: Effect, scene: Scene, seconds: float) -> None:
        """Count a case; one without an interval says nothing of coverage."""
        self.cases += 1
        self.seconds += seconds
        self.verdicts[effect.verdict] += 1
        if effect.volume and effect.volume.relative:
            interval = effect.volume.relative
            self.told += 1
            self.held += interval.low <= scene.effect <= interval.high
            self.widths.append(interval.high - interval.low)
        if effect.negative_share:
            points = effect.negative_share.absolute
            self.share_told += 1
            self.share_held += points.low <= scene.share_effect <= points.high


def main(stage: Stage | None, options: list[str]) -> None:
    """Print coverage of the simulated scenes, and false effects on placebo dates."""
    parser = argparse.ArgumentParser(prog="effect")
    parser.add_argument("--cases", type=int, default=500)
    parser.add_argument("--dates", type=int, default=100)
    parser.add_argument("--data", type=Path)
    given = parser.parse_args(options)
    for scene in (*DESIGNED, *UNSEEN) if given.cases else ():
        _say_tally(scene.name, simulate(scene, cases=given.cases))
    if given.data:
        _try_placebos(given.data, dates=given.dates)


def simulate(scene: Scene, *, cases: int, seed: int = 0) -> Tally:
    """Return what the measurement says of so many crises of a kind."""
    tally = Tally()
    for case in range(cases):
        observed, response = make_scene(scene, seed + case)
        started = time.process_time()
        effect = measure_effect(observed, response)
        tally.add(effect, scene, time.process_time() - started)
    return tally


def _say_tally(name: str, tally: Tally) -> None:
    held = tally.held / max(1, tally.told)
    share = tally.share_held / max(1, tally.share_told)
    width = float(np.median(tally.widths)) if tally.widths else float("nan")
    said = ", ".join(f"{word} {count}" for word, count in tally.verdicts.most_common())
    say(
        f"{name:28s} volume held {held:.1%} of {tally.told}, width {width:.2f};"
        f" share held {share:.1%} of {tally.share_told};"
        f" {1000 * tally.seconds / tally.cases:.0f} ms; {said}"
    )


def _try_placebos(directory: Path, *, dates: int) -> None:
    for hours in _HORIZONS:
        for kind in ("random", "peak"):
            verdicts: Counter[str] = Counter()
            outside = told = 0
            for path in sorted(directory.glob("*.csv")):
                for effect in placebos(path, kind=kind, hours=hours, dates=dates):
                    verdicts[effect.verdict] += 1
                    if effect.volume and effect.volume.relative:
                        told += 1
                        interval = effect.volume.relative
                        outside += not interval.low <= 0 <= interval.high
            false = sum(verdicts[word] for word in _CLAIMS) / sum(verdicts.values())
            said = ", ".join(f"{word} {count}" for word, count in verdicts.most_common())
            say(
                f"placebo, {kind}, {hours} h: false effects {false:.1%},"
                f" 90 % interval without 0: {outside / max(1, told):.1%} of {told}; {said}"
            )


def placebos(path: Path, *, kind: str, hours: int, dates: int) -> Iterator[Effect]:
    """Yield what is said of publications that never were."""
    observed = _read(path)
    random = np.random.default_rng(len(path.name) + hours)
    last = len(observed.mentions) - hours * 12
    moments = random.integers(_HISTORY, last, size=dates)
    if kind == "peak":
        moments = np.minimum(_peaks(observed.mentions, last, dates), last)
        moments = np.minimum(moments + random.integers(6, 12 * 12, size=len(moments)), last)
    for at in moments:
        published_at = observed.started_at + int(at) * timedelta(minutes=5)
        until = published_at + timedelta(hours=hours)
        past = max(0, int(at) - 28 * 288)
        span = slice(past, int(at) + hours * 12)
        yield measure_effect(_cut(observed, span), Response(published_at, until, now=until))


def _cut(observed: Observed, span: slice) -> Observed:
    return replace(
        observed,
        started_at=observed.started_at + span.start * timedelta(minutes=5),
        mentions=observed.mentions[span],
        negative=observed.negative[span],
        known=observed.known[span],
        engagement=observed.engagement[span],
        missing=observed.missing[span],
    )


def _read(path: Path) -> Observed:
    with path.open() as lines:
        rows = list(csv.DictReader(lines))
    values = np.array([float(row["value"]) for row in rows])
    nothing = np.zeros(len(values))
    started_at = datetime.fromisoformat(rows[0]["timestamp"]).replace(tzinfo=UTC)
    return Observed(started_at, values, nothing, nothing, nothing, nothing.astype(bool))


def _peaks(values: Numbers, last: int, count: int) -> Numbers:
    """Return the highest hours, of each twelve hours one, after the first days."""
    hourly = np.convolve(values, np.ones(12), mode="same")
    blocks = np.arange(_HISTORY, last - 144, 144)
    tops = np.array([block + int(np.argmax(hourly[block : block + 144])) for block in blocks])
    usual = np.array([np.median(values[max(0, top - 2016) : top]) + 1 for top in tops])
    return tops[np.argsort(hourly[tops] / usual)[::-1][:count]]
