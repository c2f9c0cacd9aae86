"""English words with their contractions written out."""

from functools import lru_cache

_ENDINGS = {"re": "are", "ve": "have", "ll": "will", "d": "would", "m": "am"}
# After these 's is "is"; after anything else it says whose.
_IS_AFTER = frozenset(
    [
        "it",
        "that",
        "there",
        "here",
        "what",
        "who",
        "where",
        "how",
        "he",
        "she",
        "this",
        "everything",
        "nothing",
        "something",
    ]
)
_WHOLE = {
    "won't": ("will", "not"),
    "wont": ("will", "not"),
    "can't": ("can", "not"),
    "cannot": ("can", "not"),
    "cant": ("can", "not"),
    "shan't": ("shall", "not"),
    "let's": ("let", "us"),
    "y'all": ("you", "all"),
    "gonna": ("going", "to"),
    **{
        f"{verb}nt": (verb, "not")
        for verb in [
            "do",
            "does",
            "did",
            "is",
            "are",
            "was",
            "were",
            "has",
            "have",
            "had",
            "should",
            "would",
            "could",
        ]
    },
}


@lru_cache(maxsize=20_000)
def expand(word: str) -> tuple[str, ...]:
    """Return a plain word as the words it stands for: "didn't" as "did" and "not"."""
    if word in _WHOLE:
        return _WHOLE[word]
    head, apostrophe, tail = word.rpartition("'")
    if not apostrophe:
        return (word,)
    if tail == "t" and head.endswith("n"):
        return (head[:-1], "not")
    if tail in _ENDINGS:
        return (head, _ENDINGS[tail])
    if tail == "s":
        return (head, "is") if head in _IS_AFTER else (head,)
    return (word,)
