"""How long to wait before the next try: all in seconds.

The steps grow as in the retry schedule of Standard Webhooks 1.0.0, shorter: what is to be said in
a crisis is old after two hours.
"""

import hashlib
from collections.abc import Sequence
from uuid import UUID

# Between attempts of what is surely not out.
PUBLISH = (5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0, 3600.0)
ATTEMPTS = len(PUBLISH) + 1
# Until the platform is asked what became of a piece of which it is not known.
LOOK = (30.0, 120.0, 600.0)
# Until the platform is asked whether what it took is out; then every five minutes.
FOLLOW = (5.0, 15.0, 30.0, 60.0, 120.0, 300.0)
# An hour after the platform took it, it is not known what became of it.
FOLLOWED_FOR = 3600.0
# Between tries to take a post down; taking it down twice does no harm.
WITHDRAW = (5.0, 30.0, 120.0, 600.0)

# Platforms with a daily limit name hours; nobody waits longer than a day.
LONGEST = 24 * 3600.0
# So many parts of a step are added at random, that those who failed together do not come together.
JITTER = 0.25


def wait_before(
    steps: Sequence[float], tries: int, *, key: UUID, retry_after: float | None = None
) -> float:
    """Return the seconds until try number `tries` + 1; never less than the platform asked for.

    The random part depends on the key and the number alone, so that it can be foreseen.
    """
    step = steps[min(max(tries, 1), len(steps)) - 1]
    wait = step * (1 + JITTER * _fraction(key, tries))
    return wait if retry_after is None else max(wait, min(retry_after, LONGEST))


def _fraction(key: UUID, tries: int) -> float:
    digest = hashlib.sha256(key.bytes + tries.to_bytes(4)).digest()
    return int.from_bytes(digest[:4]) / 2**32
