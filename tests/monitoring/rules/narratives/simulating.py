"""Storms that grow by themselves, and ones that were arranged, as posts of a narrative."""

from math import log
from random import Random

from monitoring.rules.narratives.coordination import Post

HOUR = 3600.0
SLIGHT = 0.15


def storm(
    random: Random, *, posts: int = 400, hours: float = 8, copied: float = 0.15, appeals: int = 0
) -> list[Post]:
    """Return a storm nobody arranged: reposts, some copies, and appeals handed on one by one."""
    told = [_of_storm(random, posts, hours, copied, place) for place in range(posts)]
    for appeal in range(appeals):
        for at in _handed_on(random, hours, random.randrange(20, 120)):
            who = random.randrange(posts * 3)
            told.append(Post(at, who, ("appeal", appeal), is_slight=random.random() < SLIGHT))
    return told


def _of_storm(random: Random, posts: int, hours: float, copied: float, place: int) -> Post:
    at = HOUR * hours * random.betavariate(2, 4)
    if random.random() < 0.45:
        shared = ("shared", int(random.paretovariate(1.1)))
        return Post(at, random.randrange(posts * 2), shared, is_repost=True)
    is_copy = random.random() < copied
    wording = ("copied", min(30, int(random.paretovariate(1.2)))) if is_copy else ("own", place)
    return Post(
        at,
        random.randrange(posts) if random.random() < 0.9 else random.randrange(8),
        wording,
        link="the news" if random.random() < 0.2 else None,
        is_slight=random.random() < SLIGHT,
    )


def _handed_on(random: Random, hours: float, count: int) -> list[float]:
    """Return when an appeal was copied: each from one who had it, after twenty minutes or so."""
    times = [HOUR * hours * 0.2 * random.random()]
    while len(times) < count:
        times.append(random.choice(times) + random.lognormvariate(log(1200), 1.3))
    return times


def broadcast(random: Random) -> list[Post]:
    """Return what is said when many see the same on television, a quarter of it slogans."""
    return [
        Post(
            random.gauss(HOUR, 90) if random.random() < 0.6 else HOUR + random.expovariate(0.0002),
            random.randrange(400),
            ("slogan", random.randrange(3)) if random.random() < 0.25 else ("own", place),
            is_slight=random.random() < SLIGHT,
        )
        for place in range(400)
    ]


def campaign(random: Random, *, share: float = 0.5, slight: float = 0.5) -> list[Post]:
    """Return a storm of which a share comes from sixty accounts that post on a signal."""
    told = storm(random, posts=200)
    signals = [8 * HOUR * random.random() for _signal in range(8)]
    for _post in range(int(len(told) * share / (1 - share))):
        told.append(
            Post(
                random.choice(signals) + random.expovariate(1 / 45),
                ("arranged", random.randrange(60)),
                ("arranged", random.randrange(4)),
                tags="#BoycottRimon #K2 #recall" if random.random() < 0.6 else None,
                tag_count=3,
                is_slight=random.random() < slight,
            )
        )
    return told
