"""What words of a sentence mean, roughly: endings and Hebrew prefixes off, concepts shared.

Light on purpose: two words match when any reading of the one is a reading of the other. Hebrew
words have several readings, since a letter before a word may belong to it or not.
"""

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path

_HEBREW = re.compile(r"[\u05d0-\u05ea]")
_GLUED = re.compile(r"(?:ו?(?:כש|מה|לכש|של|[השבלכמ])?[הבלכמ]?)")
_HEBREW_ENDINGS = ("ותינו", "ינו", "יכם", "יהם", "יים", "ים", "ות", "נו", "תי", "ה", "ת", "ו", "י")
_FINALS = str.maketrans("ךםןףץ", "כמנפצ")
_IRREGULAR = {"children": "child", "people": "people", "men": "man", "women": "woman"}

_STOP_WORDS = """
    a an the this that these those of in on at to for from by with about as and or but if so than
    then is are was were be been being am has have had do does did will would can could shall
    should may might must we our ours us you your yours they their them it its he she his her i my
    who which what when where how all any some more most less least few other another each every
    also only just still now today tomorrow yesterday there here not no nor yet over under up down
    out into after before until since within during between per very
    את אתם אתן אתה אנחנו אנו אני הם הן הוא היא של על עם אל כל זה זו זאת אלה אלו כי אם או גם רק עוד
    כבר היום מחר אתמול לא אין יש היה הייתה היו יהיה תהיה יהיו אשר כמו לפי עד בין אחרי לפני כדי אך
    אבל שלנו שלכם שלהם לנו לכם להם בו בה בהם לו לה מן תוך בתוך החל ביום בשעה כאן שם מאוד יותר פחות
    לפחות כמעט בערך כ ב ל מ ה ו ש אותו אותה אותם
"""
_STOP = frozenset(_STOP_WORDS.split())


def is_content(word: str) -> bool:
    """Say whether a word tells of what is said, not how the sentence is built."""
    return len(word) > 1 and word not in _STOP and not word[0].isdigit()


@lru_cache(maxsize=16_384)
def readings(word: str) -> frozenset[str]:
    """Return what the word may be without endings and prefixes, and the concepts it names."""
    stems = _hebrew_stems(word) if _HEBREW.search(word) else {_english_stem(word)}
    concepts = {f"={concept}" for stem in stems if (concept := _concepts().get(stem))}
    return frozenset(stems | concepts)


def is_same(one: str, other: str) -> bool:
    """Say whether two words may be forms of one."""
    return not readings(one).isdisjoint(readings(other))


def _english_stem(word: str) -> str:
    word = _IRREGULAR.get(word, word).removesuffix("'s").removesuffix("'")
    for ending, put in (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + put
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            word = word[: -len(ending)]
            return word[:-1] if word[-1] == word[-2] and word[-1] not in "ls" else word.rstrip("e")
    return word.removesuffix("e") if len(word) > 3 else word


def _hebrew_stems(word: str) -> set[str]:
    """Return the stem of the word as it is and behind each run of letters that may be glued."""
    found = {_hebrew_stem(word)}
    glued = _GLUED.match(word)
    for cut in range(1, (glued.end() if glued else 0) + 1):
        if len(word) - cut >= 3:
            found.add(_hebrew_stem(word[cut:]))
    return found


def _hebrew_stem(word: str) -> str:
    for ending in _HEBREW_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word.translate(_FINALS)


@cache
def _concepts() -> dict[str, str]:
    """Return the concept of each stem, read once from concepts.toml."""
    source = Path(__file__).parent / "concepts.toml"
    found = tomllib.loads(source.read_text(encoding="utf-8"))["concepts"]
    return {
        (_hebrew_stem(word) if _HEBREW.search(word) else _english_stem(word)): concept
        for concept, words in found.items()
        for word in words
    }
