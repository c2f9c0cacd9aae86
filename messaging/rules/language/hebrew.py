"""Hebrew words with the one-letter words that are glued to them."""

from functools import lru_cache
from itertools import product

# and / that, when, from when / in, to, as, from / the. Not all of them occur in speech.
_AND = ("", "ו")
_THAT = ("", "ש", "כש", "לכש", "מש", "בש")
_WHERE = ("", "ה", "ב", "ל", "כ", "מ", "מה", "לה", "בה", "כב", "של")
PREFIXES = frozenset("".join(parts) for parts in product(_AND, _THAT, _WHERE)) - {""}
_LONGEST = max(map(len, PREFIXES))
_SHORTEST_REST = 2


@lru_cache(maxsize=20_000)
def forms_of(word: str) -> tuple[str, ...]:
    """Return the plain word itself and what is left of it without each possible prefix."""
    bare = word.replace('"', "").replace("'", "")
    longest = min(_LONGEST, len(bare) - _SHORTEST_REST)
    rests = [bare[cut:] for cut in range(1, longest + 1) if bare[:cut] in PREFIXES]
    quoted = word.partition('"')
    if quoted[0] in PREFIXES and len(quoted[2]) >= _SHORTEST_REST:
        rests.append(quoted[2].replace('"', "").replace("'", ""))
    return tuple(dict.fromkeys([bare, *rests]))
