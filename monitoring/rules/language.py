"""Which language a short public text is written in."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from monitoring.rules.language_model import language_model
from monitoring.rules.remembered import Remembered

UNDETERMINED = "und"
# Enough for a sure answer; what follows would only cost time.
CHARACTERS_READ = 240

# Links, names and hashtags; what all of them begin with stands first, which is found quicker.
NOT_EVIDENCE = re.compile(r"[@#hw](?:(?<=[@#])\w+|(?<=h)ttps?\b\S*|(?<=w)ww\.\S*)", re.IGNORECASE)

# Twitter and old Java still send the codes that ISO withdrew in 1989.
WITHDRAWN_CODES = {"iw": "he", "in": "id", "ji": "yi"}
_CODES = """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy
    da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu
    hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb
    lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om
    or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw
    ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
ISO_639_1 = frozenset(_CODES.split())

# Scripts that one ISO 639-1 language (nearly) owns, by the first word of their Unicode names.
LANGUAGE_OF_SCRIPT = {
    "HEBREW": "he", "GREEK": "el", "THAI": "th", "HANGUL": "ko", "KANA": "ja", "CJK": "zh",
    "ARMENIAN": "hy", "GEORGIAN": "ka", "BENGALI": "bn", "GURMUKHI": "pa", "GUJARATI": "gu",
    "ORIYA": "or", "TAMIL": "ta", "TELUGU": "te", "KANNADA": "kn", "MALAYALAM": "ml",
    "SINHALA": "si", "LAO": "lo", "TIBETAN": "bo", "MYANMAR": "my", "KHMER": "km",
    "ETHIOPIC": "am",
}  # fmt: skip
# Scripts that several languages share: the model chooses, but only among these.
LANGUAGES_OF_SCRIPT = {
    "ARABIC": frozenset({"ar", "fa", "ur", "ps", "ug"}),
    "CYRILLIC": frozenset({"ru", "uk", "be", "bg", "mk", "sr", "kk", "ky", "mn", "ba", "tg", "tt"}),
    "DEVANAGARI": frozenset({"hi", "mr", "ne", "sa"}),
    "LATIN": ISO_639_1,
}
SCRIPT_ALIASES = {"HIRAGANA": "KANA", "KATAKANA": "KANA", "IDEOGRAPHIC": "CJK"}

# How much likelier a text is in these languages before it is read: a text of two or three words
# tells the model too little to choose among a hundred.
PRIOR = {"en": 8.0, "ar": 3.0, "ru": 1.5}
# Words that few languages spell alike. Two of them, with at most half as many of any other, settle
# a Latin text without the model, which takes longer than all the rest of the analysis.
_TELLING = {
    "en": """
        the and you your my this that with have has they their there what when where why how who
        which it's don't i'm can't because would should could been just from about these those
        we're you're didn't doesn't won't isn't wasn't couldn't that's i'll i've he's she's let's
        of were today tomorrow tonight night think know going good after before she then than some
        them our very much make time people never always really again last next year being into
        still thing things right ever every maybe getting love great day see only why need please
        thank thanks everyone anyone someone nothing something sunday monday friday saturday
    """,
    "de": """
        und ist nicht ich auch auf für wird sind haben aber oder nur mit eine einen wenn schon dass
        wir noch von bei mir mich dich sich kann muss jetzt immer heute morgen mehr sehr zum zur vom
        beim sein war habe hat werden wenn weil nach über der dem einfach wieder gut uns euch kein
    """,
    "es": """
        pero muy los hay también más porque ahora hoy estoy eso tengo quiero mucho gracias siempre
        donde usted ustedes ella el y por las del una está es lo se su al mi yo nada todo todos ver
        bien hoy así eres estar hacer día mejor mañana vida solo sólo tan ser
    """,
    "fr": """
        dans avec vous nous c'est j'ai être ça très cette pour une pas qu'il d'un n'est le les des
        du et est au aux je tu il elle mon ma sur qui plus mais fait faire bien tout tous quand trop
    """,
    "it": """
        che è sono questo questa della nella gli anche più perché cosa degli delle fatto tutti oggi
        adesso grazie molto il di la un non mi ci per si lo ma come se sei ho ha al da in le del
        solo ora poi fare essere stato ancora meglio senza
    """,
    "pt": """
        não você uma um foi isso muito já são dos meu minha hoje tem ele vou gente também então pra
        o os da do na em ao das eu mais com mas é só estou depois bom
    """,
}
TELLING: dict[str, list[str]] = defaultdict(list)
for _language, _words in _TELLING.items():
    for _word in _words.split():
        TELLING[_word].append(_language)
TELLING_WORDS, TELLING_SHARE = 2, 0.15
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
NO_LETTER = {code: None for code in range(128) if not chr(code).isalpha()}
# From this probability on, the prior is not asked.
SURE = 0.6


class LanguageGuess(NamedTuple):
    """An ISO 639-1 code, or `und`, and how sure we are of it (0 to 1)."""

    code: str
    confidence: float


def detect_language(text: str) -> LanguageGuess:
    """The language of the words in a text; user names, links and hashtags do not count."""
    return detect_languages([text])[0]


def detect_languages(texts: Sequence[str]) -> list[LanguageGuess]:
    """The language of each text, as `detect_language` finds it; many are read side by side."""
    found = [_by_script(text) for text in texts]
    asked = [one for one in found if isinstance(one, _Open)]
    judged = iter(_most_likely([one.evidence for one in asked], [one.among for one in asked]))
    return [_judged(one, *next(judged)) if isinstance(one, _Open) else one for one in found]


class _Open(NamedTuple):
    """A text whose letters leave several languages open."""

    evidence: str
    among: frozenset[str]
    certainty: float


def _judged(text: _Open, code: str, probability: float) -> LanguageGuess:
    return LanguageGuess(code, round(text.certainty * probability, 3))


def _by_script(text: str) -> LanguageGuess | _Open:
    """What the letters of a text and its plainest words tell."""
    evidence = NOT_EVIDENCE.sub(" ", text[: 10 * CHARACTERS_READ])[:CHARACTERS_READ]
    scripts = _letters_by_script(evidence)
    if not scripts:
        return LanguageGuess(UNDETERMINED, 0.0)
    script = _dominant_script(scripts)
    letters = scripts[script]
    # Two letters of a script say little about the language, a dozen say enough.
    certainty = letters / scripts.total() * letters / (letters + 3)
    if script in LANGUAGE_OF_SCRIPT:
        return LanguageGuess(LANGUAGE_OF_SCRIPT[script], round(certainty, 3))
    if script not in LANGUAGES_OF_SCRIPT:
        return LanguageGuess(UNDETERMINED, 0.0)
    plainly = _plainly(evidence) if script == "LATIN" else ""
    if plainly:
        return LanguageGuess(plainly, round(certainty, 3))
    return _Open(evidence, LANGUAGES_OF_SCRIPT[script], certainty)


def language_code(declared: str) -> str:
    """The ISO 639-1 code in what a platform declares (`he`, `iw`, `en-US`), or an empty string."""
    code = re.split("[-_]", declared[:20].strip().lower(), maxsplit=1)[0]
    code = WITHDRAWN_CODES.get(code, code)
    return code if code in ISO_639_1 else ""


def _letters_by_script(text: str) -> Counter[str]:
    if text.isascii():
        letters = len(text.translate(NO_LETTER))
        return Counter({"LATIN": letters}) if letters else Counter()
    scripts: defaultdict[str, int] = defaultdict(int)
    for character, count in Counter(text).items():
        scripts[_SCRIPTS[character]] += count
    scripts.pop("", None)
    return Counter(scripts)


def _script_of(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)[0]
    if not plain.isalpha():
        return ""
    script = unicodedata.name(plain, "UNKNOWN").split()[0]
    return SCRIPT_ALIASES.get(script, script)


_SCRIPTS = Remembered(_script_of)


def _dominant_script(scripts: Counter[str]) -> str:
    """The script of most letters; Latin counts half, as brand names are in it everywhere."""
    weights = {name: count if name == "LATIN" else 2 * count for name, count in scripts.items()}
    dominant = max(weights, key=lambda name: weights[name])
    # Chinese has no kana; Japanese has Han characters too.
    return "KANA" if dominant == "CJK" and "KANA" in scripts else dominant


def _plainly(text: str) -> str:
    """The language whose telling words a text has, and no other's; or an empty string."""
    words = set(WORD.findall(text.lower().replace("’", "'")))
    told = Counter([code for word in TELLING.keys() & words for code in TELLING[word]])
    count = max(told.values(), default=0)
    if count < TELLING_WORDS or count < TELLING_SHARE * len(words):
        return ""
    likely = [language for language, times in told.items() if 2 * times > count]
    return likely[0] if len(likely) == 1 else ""


def _most_likely(texts: Sequence[str], among: Sequence[frozenset[str]]) -> list[tuple[str, float]]:
    """The likeliest of the languages that each text may be in, and how likely it is."""
    if not texts:
        return []
    model = language_model()
    found = []
    for shares, candidates in zip(model.shares(texts), among, strict=True):
        best = int(shares.argmax())
        is_sure = model.languages[best] in candidates and shares[best] >= SURE
        weights = shares if is_sure else shares * _priors(candidates)
        best = int(weights.argmax())
        found.append((model.languages[best], float(weights[best] / (weights.sum() or 1.0))))
    return found


@cache
def _priors(candidates: frozenset[str]) -> npt.NDArray[Any]:
    """How much likelier each language of the model is before a text is read; 0 for the others."""
    languages = language_model().languages
    return np.array([PRIOR.get(one, 1.0) if one in candidates else 0.0 for one in languages])
