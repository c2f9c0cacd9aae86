"""Simulated talk around a publication whose effect is known."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from monitoring.rules.arrays import Numbers
from monitoring.rules.effect.measuring import Response
from monitoring.rules.effect.observed import STEP, Observed

_HOUR = 12
_DAY = 24 * _HOUR
_STARTED_AT = datetime(2026, 3, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Scene:
    """A kind of crisis.

    `base` mentions an hour; the storm brings `storm` times as many more, begins `since` hours
    before the publication after a rise of `rise` hours, and falls in `fall` hours as `course` says
    (`exponential`, `power`, `plateau`); `wander` is the deviation of the logarithm of what lingers
    for `lingers` hours; `gamma` the shape of over-dispersion (0: none); `control` how much of the
    talk's wandering is shared with a control query; `effect` on the volume, `share_effect` on the
    negative share (points of 1) after the publication; `jumps` makes waves of their own in history.
    """

    name: str
    horizon: float = 6
    base: float = 120
    days: float = 21
    season: float = 0.5
    weekend: float = 0.8
    storm: float = 4
    since: float = 6
    fall: float = 8
    rise: float = 1
    course: str = "exponential"
    wander: float = 0.2
    lingers: float = 3
    gamma: float = 30
    control: float = 0
    effect: float = 0
    share: tuple[float, float] = (0.2, 0.6)
    share_effect: float = 0
    jumps: float = 0
    likes: float = field(default=1.0)


def make_scene(scene: Scene, seed: int) -> tuple[Observed, Response]:
    """Return what is observed in a scene, and the publication to be judged."""
    random = np.random.default_rng(seed)
    at = round(scene.days * _DAY) + int(random.integers(0, _DAY))
    length = at + round(scene.horizon * _HOUR)
    hours = np.arange(length) / _HOUR
    excess = _excess(scene, hours - (at / _HOUR - scene.since))
    calm = scene.base / _HOUR * _season(scene, hours) * (1 + _jumps(scene, random, length))
    common = _lingering(random, length, scene.control, 10)
    own = _lingering(random, length, scene.wander, scene.lingers)
    means = calm * (1 + excess) * np.exp(common + own)
    means[at:] *= 1 + scene.effect
    mentions = _counted(random, means, scene.gamma)
    share = (scene.share[0] + scene.share[1] * excess) / (1 + excess)
    share[at:] += scene.share_effect
    negative = random.binomial(mentions.astype(int), np.clip(share, 0, 1)).astype(float)
    likes = random.poisson(mentions * scene.likes * random.gamma(0.3, 1 / 0.3, length))
    controls: tuple[Numbers, ...] = ()
    if scene.control:
        other = calm * 2 * np.exp(common + _lingering(random, length, 0.1, 2))
        controls = (_counted(random, other, scene.gamma),)
    observed = Observed(
        started_at=_STARTED_AT,
        mentions=mentions,
        negative=negative,
        known=mentions,
        engagement=likes.astype(float),
        missing=np.zeros(length, dtype=bool),
        controls=controls,
    )
    published_at = _STARTED_AT + at * STEP
    until = published_at + timedelta(hours=scene.horizon)
    return observed, Response(published_at, until, now=until)


def _season(scene: Scene, hours: Numbers) -> Numbers:
    daily = np.exp(scene.season * np.sin(2 * np.pi * (hours - 9) / 24))
    return daily * np.where(hours // 24 % 7 >= 5, scene.weekend, 1.0)


def _excess(scene: Scene, since: Numbers) -> Numbers:
    if not scene.storm:
        return np.zeros(len(since))
    after = np.maximum(since, 0)
    falling = {
        "exponential": np.exp(-after / scene.fall),
        "power": (1 + after / (scene.fall / 2)) ** -1.3,
        "plateau": 1 / (1 + np.exp((after - scene.fall) / (scene.fall / 4))),
    }[scene.course]
    rising = np.clip(1 + since / max(scene.rise, 1e-6), 0, 1)
    return scene.storm * np.where(since >= 0, falling, rising)


def _jumps(scene: Scene, random: np.random.Generator, length: int) -> Numbers:
    """Return waves of the brand's own, `jumps` a week, each of a random height and length."""
    waves = np.zeros(length)
    for start in random.integers(0, length, size=random.poisson(scene.jumps * length / _DAY / 7)):
        height, fall = random.gamma(2, 1), random.uniform(1, 6) * _HOUR
        waves[start:] += height * np.exp(-np.arange(length - start) / fall)
    return waves


def _lingering(random: np.random.Generator, length: int, deviation: float, hours: float) -> Numbers:
    """Return an autoregression of order one."""
    if not deviation:
        return np.zeros(length)
    kept = np.exp(-1 / _HOUR / hours)
    reach = int(min(4000, 7 * hours * _HOUR + 2))
    fresh = random.normal(0, deviation * np.sqrt(1 - kept**2), length + reach)
    return np.convolve(fresh, kept ** np.arange(reach), mode="valid")[:length]


def _counted(random: np.random.Generator, means: Numbers, gamma: float) -> Numbers:
    mixed = means * random.gamma(gamma, 1 / gamma, len(means)) if gamma else means
    return random.poisson(mixed).astype(float)
