"""How an author stands towards the brand, and how far they say what it says."""

from monitoring.rules.intervals import Share, share

SUPPORTIVE, CRITICAL, NEUTRAL, UNKNOWN = "supportive", "critical", "neutral", "unknown"
# Fewer mentions than these do not tell a stance from a mood.
LEAST = 5
HALF = 0.5


def stance_of(*, positive: int, neutral: int, negative: int) -> str:
    """Return which side most of what they said takes, when that can be told.

    Critical: even the lower end of the 95 % interval of the negative share of what takes a side is
    above one half, and most of what they said takes one; supportive likewise. Neutral: most takes
    no side. Unknown: too little, or both.
    """
    sides, said = positive + negative, positive + neutral + negative
    if said < LEAST:
        return UNKNOWN
    if sides <= said * HALF:
        return NEUTRAL
    against = share(negative, sides)
    if against is not None and against.low > HALF:
        return CRITICAL
    return SUPPORTIVE if against is not None and against.high < HALF else UNKNOWN


def alignment_of(*, repeats: int, disputes: int, mentions: int) -> Share | None:
    """Return the share of what they said that repeats a key message and does not dispute it.

    None where nothing was said.
    """
    return share(repeats - disputes, mentions)
