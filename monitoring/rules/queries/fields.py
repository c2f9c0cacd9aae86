"""What an expression may ask of a mention beside its words."""

import re
from collections.abc import Callable

from monitoring.rules.counts import EMOTIONS, INTENTS
from monitoring.rules.counts import SENTIMENTS as JUDGED
from monitoring.rules.language import ISO_639_1, WITHDRAWN_CODES
from monitoring.rules.queries.folding import fold

SENTIMENTS = (*JUDGED, "unknown")
THINGS = ("link", "question", "hashtag", "mention")

# Other names of fields: what people know from other tools.
ALIASES = {"language": "lang", "from": "author", "emotions": "emotion", "intents": "intent"}
AUTHOR, EXACT, FOLLOWERS = "author", "exact", "followers"
LANGUAGES = ISO_639_1 | {"und"}
_PLATFORM = re.compile(r"[a-z0-9_-]{1,30}")


def _language(said: str) -> str | None:
    code = WITHDRAWN_CODES.get(said, said)
    return code if code in LANGUAGES else None


def _platform(said: str) -> str | None:
    return said if _PLATFORM.fullmatch(said) else None


def _one_of(known: tuple[str, ...]) -> Callable[[str], str | None]:
    return lambda said: said if said in known else None


# What a value is understood as, None where it makes no sense.
_VALUES: dict[str, Callable[[str], str | None]] = {
    "lang": _language,
    "platform": _platform,
    "sentiment": _one_of(SENTIMENTS),
    "emotion": _one_of(EMOTIONS),
    "intent": _one_of(INTENTS),
    "has": _one_of(THINGS),
}
KNOWN = {
    "sentiment": SENTIMENTS,
    "emotion": EMOTIONS,
    "intent": INTENTS,
    "has": THINGS,
    "lang": ("he", "en", "ar", "ru"),
    "platform": ("x", "facebook", "news"),
}
EQUAL = frozenset(_VALUES)
FIELDS = (*sorted(EQUAL), AUTHOR, FOLLOWERS, EXACT)


def field_named(said: str) -> str | None:
    """Return the field of this name, in any case and under its other names."""
    name = said.lower()
    name = ALIASES.get(name, name)
    return name if name in FIELDS else None


def value_of(field: str, said: str) -> str | None:
    """Return a value as mentions have it, None where the field has no such value."""
    return _VALUES[field](fold(said).strip())
