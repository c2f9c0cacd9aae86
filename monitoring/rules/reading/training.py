"""Making the weights of the default analyser from labelled texts."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from zlib import crc32

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from monitoring.rules.reading.hashing import hash_texts
from monitoring.rules.reading.learning import Course, Learnt, Lesson, Numbers, learn, softmax
from monitoring.rules.reading.model import LABELS, Model, Reader, lifted, moods_of, salt_of
from monitoring.rules.reading.rows import Floats, joined, products, rows_of
from monitoring.rules.reading.tokens import prepare
from monitoring.rules.reading.written import KIND, written_sentences

EMOTION_NAMES = {"anger": "anger", "joy": "joy", "optimism": "hope", "sadness": "sadness"}
KNOWN_LABELS = frozenset({*LABELS, *EMOTION_NAMES})
# Languages with fewer texts than this share a table, in which each has rows of its own beside.
OWN_TABLE_FROM = 5000
BITS = 18
HELD_BACK = 5  # one text in so many measures a set that has no development part
AT_ONCE = 1000
# Sentences of one hand say nothing about how mentions are mixed or how good the word lists are.
WRITTEN_TRUST = 1.5
NEXT_TO_NOTHING = 0.5  # points of macro-F1
LENT = 4000  # texts of each label that a language with a table of its own lends the others
# Mentions are worded otherwise than any collection, so that the word lists always count.
_STRENGTHS, _TRUSTS = np.arange(-0.5, 1.01, 0.05), np.arange(0.5, 2.01, 0.25)


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
    ready = look_up(texts, LABELS, plan.bits, salted=salted)
    taught = ready.lesson.take(np.flatnonzero(~ready.measures))
    asked = ready.lesson.take(np.flatnonzero(ready.measures))
    columns = 1 << plan.bits
    opinion = learn(_balanced(taught), columns, len(LABELS), plan.course)
    moods = ready.moods[ready.measures]
    strengths, trust = _tuned(opinion, taught, asked, moods, ready.kinds)
    kinds = _learn_kinds(taught, len(ready.kinds), columns, plan.course)
    leanings = opinion.biases + strengths[:, None] * _evening(taught)
    certainty = fit_certainty(_judged(opinion, kinds, leanings, asked, moods, trust), asked.labels)
    for number, kind in enumerate(ready.kinds):
        plan.say(
            f"{name}: {kind} evened out by {strengths[number]:.2f}, word lists {trust[number]:.2f}"
        )
    if plan.last_look:
        opinion = learn(_balanced(ready.lesson), columns, len(LABELS), plan.course)
        kinds = _learn_kinds(ready.lesson, len(ready.kinds), columns, plan.course)
        leanings = opinion.biases + strengths[:, None] * _evening(ready.lesson)
    emotion = _learn_emotions(felt, plan, salted=salted)
    tables = np.hstack([opinion.table, kinds.table, emotion.table])
    table, scale = in_bytes(tables)
    return Reader(
        table, scale, leanings, kinds.biases[0], emotion.biases[0], trust, certainty, salted
    )


def _balanced(lesson: Lesson) -> Lesson:
    """The same texts, those of rare labels counting so much more that all labels count alike."""
    weights = np.exp(_evening(lesson)) / len(LABELS)
    return replace(lesson, weights=weights[lesson.kinds, lesson.labels].astype(np.float32))


def look_up(texts: Sequence[Example], labels: Sequence[str], bits: int, *, salted: bool) -> Ready:
    """Hash labelled texts language by language."""
    by_language: defaultdict[str, list[Example]] = defaultdict(list)
    for example in texts:
        by_language[example.language].append(example)
    # Languages that share a table are known apart, so their sets need not be told apart.
    kinds = ("",) if salted else tuple(sorted({example.kind for example in texts}))
    ordered = [example for _language, found in sorted(by_language.items()) for example in found]
    rows, moods = [], []
    for language, found in sorted(by_language.items()):
        salts = (0, salt_of(language)) if salted else (0,)
        for part in _parts(found):
            prepared = [prepare(example.text) for example in part]
            rows.append(rows_of(hash_texts(prepared), bits, salts))
            moods.append(moods_of(prepared, language))
    lesson = Lesson(
        joined(rows),
        np.array([labels.index(example.label) for example in ordered]),
        np.array([0 if salted else kinds.index(example.kind) for example in ordered]),
        np.ones(len(ordered), np.float32),
    )
    measures = np.array([example.measures for example in ordered])
    return Ready(lesson, measures, np.concatenate(moods), kinds)


def _parts(found: list[Example]) -> Iterator[list[Example]]:
    for start in range(0, len(found), AT_ONCE):
        yield found[start : start + AT_ONCE]


def _learn_kinds(lesson: Lesson, kinds: int, columns: int, course: Course) -> Learnt:
    """What tells the kinds of text apart; nothing has to be learnt where there is one."""
    if kinds == 1:
        return Learnt(np.zeros((columns, 1), np.float32), np.zeros((1, 1), np.float32))
    which = Lesson(lesson.rows, lesson.kinds, np.zeros_like(lesson.kinds), lesson.weights)
    return learn(which, columns, kinds, replace(course, steps=course.steps // 2))


def _learn_emotions(felt: list[Example], plan: Plan, *, salted: bool) -> Learnt:
    columns, emotions = 1 << plan.bits, tuple(EMOTION_NAMES)
    if not felt:
        return Learnt(np.zeros((columns, 0), np.float32), np.zeros((1, 0), np.float32))
    ready = look_up(felt, emotions, plan.bits, salted=salted)
    one_kind = replace(ready.lesson, kinds=np.zeros_like(ready.lesson.kinds))
    taught = one_kind.take(np.flatnonzero(~ready.measures))
    asked = one_kind.take(np.flatnonzero(ready.measures))
    learnt = learn(taught, columns, len(emotions), plan.course)
    found = (products(asked.rows, learnt.table) + learnt.biases[0]).argmax(axis=1)
    plan.say(f"emotions: macro-F1 {macro_f1(asked.labels, found):.1f}")
    return learn(one_kind, columns, len(emotions), plan.course) if plan.last_look else learnt


def _evening(lesson: Lesson) -> Floats:
    """What makes all labels of a kind equally likely at the start; one row a kind."""
    kinds = int(lesson.kinds.max()) + 1
    counts = np.ones((kinds, len(LABELS)), np.float32)
    np.add.at(counts, (lesson.kinds, lesson.labels), 1)
    evening: Floats = -np.log(counts / counts.sum(axis=1, keepdims=True))
    return evening


def _tuned(
    opinion: Learnt, taught: Lesson, asked: Lesson, moods: Floats, kinds: Sequence[str]
) -> tuple[Floats, Floats]:
    """For each kind, how far to even out its labels and to trust the word lists.

    Takes the best macro-F1, each figure averaged with its neighbours, as single ones are noise.
    """
    evening = _evening(taught)
    scores = products(asked.rows, opinion.table) + opinion.biases[asked.kinds]
    tuned = np.zeros((2, len(evening)), np.float32)
    for kind in range(len(evening)):
        if kinds[kind] == KIND:
            tuned[:, kind] = 0, WRITTEN_TRUST
            continue
        mine = asked.kinds == kind
        found = np.array(
            [
                [
                    macro_f1(
                        asked.labels[mine],
                        (scores[mine] + by * evening[kind] + lifts).argmax(axis=1),
                    )
                    for by in _STRENGTHS
                ]
                for lifts in (lifted(moods[mine], trust) for trust in _TRUSTS)
            ]
        )
        padded = np.pad(found, ((1, 1), (2, 2)), mode="edge")
        smooth = sliding_window_view(padded, (3, 5)).mean(axis=(2, 3))
        # Word lists hold where nothing was learnt: as much of them as costs next to nothing here.
        trust = int(np.flatnonzero(smooth.max(axis=1) >= smooth.max() - NEXT_TO_NOTHING)[-1])
        by = int(smooth[trust].argmax())
        tuned[:, kind] = _STRENGTHS[by], _TRUSTS[trust]
    return tuned[0], tuned[1]


def _judged(
    opinion: Learnt,
    kinds: Learnt,
    leanings: Floats,
    asked: Lesson,
    moods: Floats,
    trust: Floats,
) -> Floats:
    share = softmax(products(asked.rows, kinds.table) + kinds.biases[0])
    return softmax(
        products(asked.rows, opinion.table) + share @ leanings + lifted(moods, share @ trust)
    )


def fit_certainty(shares: Floats, labels: Numbers) -> Floats:
    """Fit how likely the likeliest label is right, by logistic regression over its margin.

    Platt 1999; Newton's steps, slightly drawn to zero.
    """
    logs = np.log(np.maximum(shares, 1e-9))
    ordered = np.sort(logs, axis=1)
    found = logs.argmax(axis=1)
    inputs = np.column_stack([ordered[:, -1] - ordered[:, -2], np.eye(len(LABELS))[found]])
    right = (found == labels).astype(np.float64)
    weights = np.zeros(inputs.shape[1])
    for _ in range(20):
        shown = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (shown - right) + 0.1 * weights
        curve = (inputs * (shown * (1 - shown))[:, None]).T @ inputs + 0.1 * np.eye(len(weights))
        weights -= np.linalg.solve(curve, slope)
    return weights.astype(np.float32)


def in_bytes(table: Floats) -> tuple[np.ndarray, Floats]:
    """Weights as bytes, and what one is worth in each column."""
    largest = np.quantile(np.abs(table), 0.9999, axis=0) if len(table) else np.ones(0)
    scale = np.maximum(largest, 1e-6).astype(np.float32) / 127
    return np.clip(np.rint(table / scale), -127, 127).astype(np.int8), scale


def macro_f1(labels: Numbers, found: Numbers) -> float:
    """Mean F1 over the labels that occur, in percent."""
    scores = []
    for label in np.unique(labels):
        hit = np.sum((labels == label) & (found == label))
        scores.append(2 * hit / (np.sum(labels == label) + np.sum(found == label)))
    return float(100 * np.mean(scores))


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
