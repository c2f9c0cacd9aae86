"""Making the weights of the default analyser from labelled texts."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from zlib import crc32

import numpy as np

from monitoring.rules.reading.hashing import hash_texts
from monitoring.rules.reading.learning import Course, Learnt, Lesson, Numbers, learn, softmax
from monitoring.rules.reading.model import (
    LABELS,
    Model,
    Reader,
    lifted,
    moods_of,
    salt_of,
    salts_of,
)
from monitoring.rules.reading.opinions import (
    Heard,
    Opinion,
    joined_hearings,
    learn_opinion,
    parted,
)
from monitoring.rules.reading.rows import (
    Floats,
    Rarity,
    joined,
    products,
    rarities,
    rows_of,
    seen_in,
)
from monitoring.rules.reading.tokens import prepare
from monitoring.rules.reading.tuning import fit_certainty, macro_f1, tuned
from monitoring.rules.reading.written import KIND, written_sentences

EMOTION_NAMES = {"anger": "anger", "joy": "joy", "optimism": "hope", "sadness": "sadness"}
KNOWN_LABELS = frozenset({*LABELS, *EMOTION_NAMES})
# Languages with fewer texts than this share a table, in which each has rows of its own beside.
OWN_TABLE_FROM = 5000
BITS = 18
HELD_BACK = 5  # one text in so many measures a set that has no development part
AT_ONCE = 1000
# Up to so many texts of a reader, all tune it, each judged by weights that did not learn it: the
# development part alone would be a few dozen texts of a rare label.
FEW, PARTS = 20_000, 5
OWN_WEIGHTS_FROM = 500  # texts
LENT = 4000  # texts of each label that a language with a table of its own lends the others


@dataclass(frozen=True)
class Example:
    """A labelled text of a set; `measures` where it is of the development part."""

    kind: str
    language: str
    text: str
    label: str
    measures: bool = False


@dataclass(frozen=True)
class Plan:
    """How a model is made."""

    version: str
    bits: int = BITS
    course: Course = field(default_factory=Course)
    last_look: bool = True  # learn again from all texts when everything is tuned
    say: Callable[[str], None] = lambda _line: None


@dataclass(frozen=True)
class Ready:
    """Texts of one reader, looked up, with their labels and kinds as numbers."""

    lesson: Lesson
    measures: np.ndarray
    moods: Floats
    kinds: tuple[str, ...]
    rarity: Rarity


def train(examples: Sequence[Example], plan: Plan) -> Model:
    """Make a model of all languages that have texts labelled with a sentiment.

    Every set needs texts that measure (`set_apart`).

    Emotions are learnt from sets in the language whose labels are emotions.
    """
    feelings: defaultdict[str, list[Example]] = defaultdict(list)
    opinions: defaultdict[str, list[Example]] = defaultdict(list)
    for example in examples:
        if example.label in LABELS:
            opinions[example.language].append(example)
        else:
            feelings[example.language].append(example)
    languages = {
        language: language if len(found) >= OWN_TABLE_FROM else "shared"
        for language, found in sorted(opinions.items())
    }
    readers = {}
    for name in sorted(set(languages.values())):
        mine = [language for language in languages if languages[language] == name]
        texts = [example for language in mine for example in opinions[language]]
        if name == "shared":
            others = [opinions[language] for language in languages if language not in mine]
            texts += [example for found in others for example in _sample(found)]
        felt = [example for language in mine for example in feelings[language]]
        readers[name] = _reader(name, texts, felt, plan)
    return Model(readers, languages, plan.version, tuple(EMOTION_NAMES.values()))


def written_examples(languages: Collection[str]) -> Iterator[Example]:
    """What was written for this project in these languages."""
    for language, label, text in written_sentences():
        if language in languages:
            yield Example(KIND, language, text, label)


def set_apart(examples: Iterable[Example]) -> list[Example]:
    """Set some texts apart in sets where none measures."""
    kept = list(examples)
    measured = {example.kind for example in kept if example.measures}
    return [
        example
        if example.kind in measured
        else replace(
            example, measures=crc32(example.text.encode("utf-8", "replace")) % HELD_BACK == 0
        )
        for example in kept
    ]


def _sample(found: Sequence[Example]) -> Iterator[Example]:
    """Equally many texts of every label: in small languages people mix in words of the large."""
    for label in LABELS:
        of_label = (example for example in found if example.label == label)
        yield from islice((example for example in of_label if not example.measures), LENT)


def _reader(name: str, texts: list[Example], felt: list[Example], plan: Plan) -> Reader:
    salted = name == "shared"
    ready = look_up(texts, LABELS, count_rarity(texts, plan, salted=salted), salted=salted)
    lesson = ready.lesson if plan.last_look else ready.lesson.take(np.flatnonzero(~ready.measures))
    columns, count = len(ready.rarity), len(ready.kinds)
    heard, known = _heard(ready, plan)
    lifts, trust = tuned(heard, ready.kinds)
    shares = softmax(heard.scores + heard.share @ lifts + lifted(heard.moods, heard.share @ trust))
    _tell(name, ready.kinds, heard.lesson, (shares, lifts, trust), plan.say)
    opinion = learn_opinion(lesson, owners(ready), columns, count, plan.course, known)
    emotion = _learn_emotions(felt, plan, ready.rarity, salted=salted)
    table, scale = in_bytes(np.hstack([opinion.table, emotion.table]))
    return Reader(
        *(ready.rarity, table, scale, opinion.leanings + lifts, opinion.kinds.biases[0]),
        *(emotion.biases[0], trust, fit_certainty(shares, heard.lesson.labels)),
        *(opinion.owned, salted),
    )


def owners(ready: Ready) -> Numbers:
    """The kinds that get weights of their own: those with many texts, where there are several."""
    counts = np.bincount(ready.lesson.kinds, minlength=len(ready.kinds))
    many = [
        number
        for number, kind in enumerate(ready.kinds)
        if kind != KIND and counts[number] >= OWN_WEIGHTS_FROM
    ]
    return np.array(many if len(many) > 1 else [], np.int64)


def _tell(
    name: str,
    kinds: Sequence[str],
    lesson: Lesson,
    found: tuple[Floats, Floats, Floats],
    say: Callable[[str], None],
) -> None:
    """Say how each kind was tuned, and how well its texts were judged that were not learnt."""
    shares, lifts, trust = found
    for number, kind in enumerate(kinds):
        mine = lesson.kinds == number
        right = macro_f1(lesson.labels[mine], shares[mine].argmax(axis=1))
        say(
            f"{name}: {kind} neutral {lifts[number, 1]:+.2f}, positive {lifts[number, 2]:+.2f},"
            f" word lists {trust[number]:.2f}; {mine.sum()} not learnt, macro-F1 {right:.1f}"
        )


def _heard(ready: Ready, plan: Plan) -> tuple[Heard, Opinion]:
    """Judge texts by weights that did not learn them, and give such weights too.

    The texts are development parts, or where texts are few all of them, a part by the others.
    """
    taught, measures = np.flatnonzero(~ready.measures), np.flatnonzero(ready.measures)
    if len(taught) > FEW:
        opinion = _opinion(ready, taught, plan.course)
        return opinion.hear(ready.lesson.take(measures), ready.moods[measures]), opinion
    pool = np.arange(len(ready.measures)) if plan.last_look else taught
    parts, found = parted(ready.lesson.take(pool), PARTS), []
    for part in range(PARTS):
        opinion = _opinion(ready, pool[parts != part], plan.course)
        asked = pool[parts == part]
        found.append(opinion.hear(ready.lesson.take(asked), ready.moods[asked]))
    return joined_hearings(found), opinion


def _opinion(ready: Ready, taught: Numbers, course: Course) -> Opinion:
    lesson, columns = ready.lesson.take(taught), len(ready.rarity)
    return learn_opinion(lesson, owners(ready), columns, len(ready.kinds), course)


def count_rarity(texts: Sequence[Example], plan: Plan, *, salted: bool) -> Rarity:
    """How rare the features of those texts are that do not measure."""
    counted = np.zeros(1 << plan.bits, np.int64)
    taught = [example for example in texts if not example.measures]
    for language, found in by_language(taught):
        salts = salts_of(salt_of(language), salted=salted)
        for part in _parts(found):
            counted += seen_in(hash_texts([prepare(one.text) for one in part]), plan.bits, salts)
    return rarities(counted, len(taught), plan.course.seen)


def by_language(texts: Iterable[Example]) -> list[tuple[str, list[Example]]]:
    found: defaultdict[str, list[Example]] = defaultdict(list)
    for example in texts:
        found[example.language].append(example)
    return sorted(found.items())


def look_up(
    texts: Sequence[Example], labels: Sequence[str], rarity: Rarity, *, salted: bool
) -> Ready:
    """Hash labelled texts language by language."""
    # Languages that share a table are known apart, so their sets need not be told apart.
    kinds = ("",) if salted else tuple(sorted({example.kind for example in texts}))
    ordered = [example for _language, found in by_language(texts) for example in found]
    rows, moods = [], []
    for language, found in by_language(texts):
        salts = salts_of(salt_of(language), salted=salted)
        for part in _parts(found):
            prepared = [prepare(example.text) for example in part]
            rows.append(rows_of(hash_texts(prepared), rarity, salts))
            moods.append(moods_of(prepared, language))
    lesson = Lesson(
        joined(rows),
        np.array([labels.index(example.label) for example in ordered]),
        np.array([0 if salted else kinds.index(example.kind) for example in ordered]),
        np.ones(len(ordered), np.float32),
    )
    measures = np.array([example.measures for example in ordered])
    return Ready(lesson, measures, np.concatenate(moods), kinds, rarity)


def _parts(found: list[Example]) -> Iterator[list[Example]]:
    for start in range(0, len(found), AT_ONCE):
        yield found[start : start + AT_ONCE]


def _learn_emotions(felt: list[Example], plan: Plan, rarity: Rarity, *, salted: bool) -> Learnt:
    columns, emotions = 1 << plan.bits, tuple(EMOTION_NAMES)
    if not felt:
        return Learnt(np.zeros((columns, 0), np.float32), np.zeros((1, 0), np.float32))
    ready = look_up(felt, emotions, rarity, salted=salted)
    one_kind = replace(ready.lesson, kinds=np.zeros_like(ready.lesson.kinds))
    taught = one_kind.take(np.flatnonzero(~ready.measures))
    asked = one_kind.take(np.flatnonzero(ready.measures))
    learnt = learn(taught, columns, len(emotions), plan.course)
    found = (products(asked.rows, learnt.table) + learnt.biases[0]).argmax(axis=1)
    plan.say(f"emotions: macro-F1 {macro_f1(asked.labels, found):.1f}")
    return learn(one_kind, columns, len(emotions), plan.course) if plan.last_look else learnt


def in_bytes(table: Floats) -> tuple[np.ndarray, Floats]:
    """Weights as bytes, and what one is worth in each column."""
    largest = np.quantile(np.abs(table), 0.9999, axis=0) if len(table) else np.ones(0)
    scale = np.maximum(largest, 1e-6).astype(np.float32) / 127
    return np.clip(np.rint(table / scale), -127, 127).astype(np.int8), scale


def score(model: Model, asked: Sequence[Example]) -> str:
    """Say how a model does on labelled texts of one set, in a line."""
    labels = LABELS if asked[0].label in LABELS else tuple(EMOTION_NAMES)
    names = np.array([labels.index(example.label) for example in asked])
    found = _found(model, asked, labels)
    blamed = names == 0
    recall = 100 * np.mean(found[blamed] == 0) if blamed.any() else float("nan")
    return (
        f"n={len(asked):6} macro-F1 {macro_f1(names, found):5.1f}"
        f"  accuracy {100 * np.mean(names == found):5.1f}  {labels[0]} recall {recall:5.1f}"
    )


def _found(model: Model, asked: Sequence[Example], labels: Sequence[str]) -> Numbers:
    """The label found for each text; its language is taken as given."""
    found = np.zeros(len(asked), np.int64)
    languages = np.array([example.language for example in asked])
    for language in np.unique(languages):
        reader = model.readers[model.languages[str(language)]]
        mine = np.flatnonzero(languages == language)
        for part in np.array_split(mine, len(mine) // AT_ONCE + 1):
            texts = [prepare(asked[number].text) for number in part]
            rows = reader.rows(texts, salt_of(str(language)))
            judged = reader.judge(rows, moods_of(texts, str(language)))
            shares = judged.shares if labels == LABELS else judged.emotions
            found[part] = shares.argmax(axis=1)
    return found
