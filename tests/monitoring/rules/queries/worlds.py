"""Small worlds of words for properties: what each word of a text is found by, written by hand."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from monitoring.rules.queries import Document

# A word of a text: how it is written as a query, and what else finds it.
SPOKEN: dict[str, tuple[str, frozenset[str]]] = {
    "bank": ("bank", frozenset()),
    "Banks": ("banks", frozenset()),
    "kettle": ("kettle", frozenset()),
    "CAFÉ": ("café", frozenset()),
    "בנק": ("בנק", frozenset()),
    "בבנק": ("בבנק", frozenset({"בנק"})),
    "וְשֶׁהַבַּנְק": ("ושהבנק", frozenset({"בנק", "הבנק", "שהבנק"})),
    "לב": ("לב", frozenset()),
    "הלב": ("הלב", frozenset({"לב"})),
    "כלב": ("כלב", frozenset()),
    "מים": ("מים", frozenset()),
    "צה״ל": ('צה"ל', frozenset()),
    "🔥": ("🔥", frozenset()),
}
SOUGHT = sorted({said for said, _stems in SPOKEN.values()} | {"בנק", "fire"})
LANGUAGES = ["he", "en"]
NAMES = ["dana", "noa"]


def _finds(sought: str, spoken: str, *, exact: bool) -> bool:
    said, stems = SPOKEN[spoken]
    return sought == said or (not exact and sought in stems)


@dataclass(frozen=True)
class Asked:
    """A part of a query: how it is written, and what it is made of."""

    kind: str
    said: str
    words: tuple[str, ...] = ()
    distance: int = 0
    parts: tuple["Asked", ...] = ()


@dataclass(frozen=True)
class Said:
    """A mention of a world."""

    words: list[str]
    language: str
    author: str
    followers: int | None = None
    document: Document = field(init=False)

    def __post_init__(self) -> None:
        """Make the document that queries see."""
        made = Document(
            " ".join(self.words),
            language=self.language,
            author_name=self.author,
            author_followers=self.followers,
        )
        object.__setattr__(self, "document", made)


def holds(asked: Asked, said: Said) -> bool:
    """Say, slowly and plainly, whether a mention has what is asked for."""
    return bool(_HOLDS[asked.kind](asked, said))


def _row(asked: Asked, said: Said, *, exact: bool = False) -> bool:
    length = len(asked.words)
    return any(
        all(
            _finds(word, said.words[start + step], exact=exact or step > 0)
            for step, word in enumerate(asked.words)
        )
        for start in range(len(said.words) - length + 1)
    )


def _near(asked: Asked, said: Said) -> bool:
    width = len(asked.words) + asked.distance
    return any(
        all(
            any(_finds(word, spoken, exact=False) for spoken in said.words[start : start + width])
            for word in asked.words
        )
        for start in range(len(said.words))
    )


_HOLDS: dict[str, Any] = {
    "row": _row,
    "exact": lambda asked, said: _row(asked, said, exact=True),
    "near": _near,
    "head": lambda asked, said: any(
        SPOKEN[one][0].startswith(asked.words[0])
        or any(stem.startswith(asked.words[0]) for stem in SPOKEN[one][1])
        for one in said.words
    ),
    "lang": lambda asked, said: said.language == asked.words[0],
    "author": lambda asked, said: said.author == asked.words[0],
    "followers": lambda asked, said: (said.followers or -1) > int(asked.words[0]),
    "not": lambda asked, said: not holds(asked.parts[0], said),
    "all": lambda asked, said: all(holds(part, said) for part in asked.parts),
    "any": lambda asked, said: any(holds(part, said) for part in asked.parts),
}

_word = st.sampled_from(SOUGHT)
_several = st.lists(_word, min_size=2, max_size=3, unique=True).map(tuple)
_leaf = st.one_of(
    _word.map(lambda word: Asked("row", word, (word,))),
    _several.map(lambda words: Asked("row", f'"{" ".join(words)}"', words)),
    _word.map(lambda word: Asked("exact", f"exact:{word}", (word,))),
    st.builds(
        lambda words, distance: Asked("near", f'"{" ".join(words)}"~{distance}', words, distance),
        _several,
        st.integers(0, 4),
    ),
    st.sampled_from(["ban", "בנ", "ket"]).map(lambda head: Asked("head", f"{head}*", (head,))),
    st.sampled_from(LANGUAGES).map(lambda code: Asked("lang", f"lang:{code}", (code,))),
    st.sampled_from(NAMES).map(lambda name: Asked("author", f"author:{name}", (name,))),
    st.sampled_from(["0", "50"]).map(lambda n: Asked("followers", f"followers:>{n}", (n,))),
)


def _joined(kind: str, joint: str, parts: list[Asked]) -> Asked:
    said = joint.join(f"({part.said})" for part in parts)
    return Asked(kind, said, parts=tuple(parts))


asked_for: st.SearchStrategy[Asked] = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        inner.map(lambda part: Asked("not", f"NOT ({part.said})", parts=(part,))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: _joined("all", " AND ", parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: _joined("all", " ", parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: _joined("any", " OR ", parts)),
    ),
    max_leaves=6,
)
mentions = st.builds(
    Said,
    st.lists(st.sampled_from(sorted(SPOKEN)), max_size=8),
    st.sampled_from(LANGUAGES),
    st.sampled_from(NAMES),
    st.none() | st.integers(0, 100),
)
