from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.rules.analysis import DEFAULT_ANALYSER, WEIGHTS, analyse
from monitoring.rules.reading.hashing import PIECES, hash_texts
from monitoring.rules.reading.learning import (
    MARGIN,
    Cost,
    Course,
    Lesson,
    hinge,
    learn,
    minimised,
    unlikelihood,
)
from monitoring.rules.reading.mild import is_mild
from monitoring.rules.reading.model import LABELS, BadModel, load_model
from monitoring.rules.reading.opinions import Heard, learn_opinion, parted
from monitoring.rules.reading.rows import Floats, joined, products, rarities, rows_of, seen_in
from monitoring.rules.reading.tokens import LINK, USER, prepare
from monitoring.rules.reading.training import (
    Example,
    Plan,
    look_up,
    owners,
    set_apart,
    train,
)
from monitoring.rules.reading.tuning import fit_certainty, tuned
from tests.work import steps

GOOD = ["great kettle", "love the new lid", "lovely people", "thanks, great service"]
BAD = ["broken kettle", "the lid is broken", "awful people", "awful service, broken again"]
PLAIN = ["the shop opens at nine", "a kettle has a lid", "they sell lids", "it is on the shelf"]
SMALL = Plan("tiny", bits=12, course=Course(seen=1))


def lesson() -> list[Example]:
    """A small set in which every label has its words."""
    labelled = {"positive": GOOD, "negative": BAD, "neutral": PLAIN}
    return [
        Example("tiny", "en", text + ending, label, measures=bool(ending))
        for label, texts in labelled.items()
        for text in texts
        for ending in ("", " indeed")
    ]


@pytest.mark.parametrize(
    ("text", "prepared"),
    [
        ("Hello @bob, see http://a.co!!!", f"hello {USER} see {LINK}"),
        ("SOOOO good :) 12:30", "soo good :) 0 0"),
        ("בּוּשָׁה לכם!", "בושה לכם !"),
        ("it’s 😡😡", "it's 😡 😡"),
        ("", ""),
        ("\u202e\u200f", ""),
    ],
)
def test_texts_are_put_down_in_one_spelling(text: str, prepared: str) -> None:
    assert prepare(text) == prepared


def test_a_word_has_one_hash_wherever_it_stands() -> None:
    features = hash_texts(["kettle", "my old kettle", "old kettle of mine"])

    alone = features.words.hashes[features.words.texts == 0]

    for text in (1, 2):
        assert alone[0] in features.words.hashes[features.words.texts == text]


def test_a_hebrew_word_shares_a_hash_with_the_same_word_behind_a_prefix() -> None:
    plainly, glued = (
        set(hash_texts([word]).pieces.hashes.tolist()) for word in ("קומקום", "הקומקום")
    )

    assert len(plainly & glued) > len(plainly) / 2


@given(st.lists(st.text(st.characters(exclude_characters="\n"), max_size=40), max_size=6))
def test_texts_hashed_together_have_the_hashes_they_have_alone(texts: list[str]) -> None:
    prepared = [prepare(text) for text in texts]

    together = hash_texts(prepared)

    for number, text in enumerate(prepared):
        alone = hash_texts([text])
        for block, mine in ((together.words, alone.words), (together.pieces, alone.pieces)):
            found = block.hashes[block.texts == number]
            assert sorted(found.tolist()) == sorted(mine.hashes.tolist())


def test_pieces_are_all_runs_inside_a_word_and_its_edges() -> None:
    features = hash_texts(["abcd"])

    # " abcd " has six characters.
    assert len(features.pieces.hashes) == sum(6 - length + 1 for length in PIECES)


def test_texts_without_words_score_nothing() -> None:
    rows = rows_of(hash_texts(["", "word", ""]), np.ones(16, np.uint8))

    scores = products(rows, np.ones((16, 2), np.float32))

    assert (scores[0] == 0).all()
    assert (scores[2] == 0).all()
    assert (scores[1] > 0).all()


def test_rare_features_count_more_than_frequent_ones() -> None:
    said = hash_texts(["tin lid", "tin cup", "tin box", "lid tin"])
    rarity = rarities(seen_in(said, 18), 4, least=1)

    often, seldom = (
        rarity[rows_of(hash_texts([word]), rarity).columns].min() for word in ("tin", "cup")
    )

    assert seldom > often


@pytest.mark.parametrize("text", ["tin", "a tin lid on a tin cup in the long box of many words"])
def test_words_and_pieces_weigh_one_each_however_long_the_text(text: str) -> None:
    rows = rows_of(hash_texts([text]), np.full(1 << 18, 40, np.uint8))

    assert (rows.values**2).sum() == pytest.approx(2, rel=1e-4)


def test_a_word_may_praise_in_one_kind_of_text_and_blame_in_another() -> None:
    said = [("hot is the soup", 2), ("cold is the soup", 0), ("cold is the beer", 2)]
    said.append(("hot is the beer", 0))
    features = hash_texts([text for text, _label in said] * 5)
    labels, kinds = np.array([label for _text, label in said] * 5), np.array([0, 0, 1, 1] * 5)
    rows = rows_of(features, rarities(seen_in(features, 16), 20, least=1))
    lesson = Lesson(rows, labels, kinds, np.ones(20, np.float32))

    apart = learn_opinion(lesson, np.array([0, 1]), 1 << 16, 2, Course())
    heard = apart.hear(lesson, np.zeros(20, np.float32))

    assert heard.scores.argmax(axis=1).tolist() == labels.tolist()
    assert heard.share.argmax(axis=1).tolist() == kinds.tolist()


@pytest.mark.parametrize(
    ("counts", "owned"),
    [((600, 600), [0, 1]), ((600, 60), []), ((600, 60, 600), [0, 2])],
)
def test_kinds_with_many_texts_get_weights_of_their_own(
    counts: tuple[int, ...], owned: list[int]
) -> None:
    examples = [
        Example(f"kind {number}", "en", "a lid", "neutral")
        for number, count in enumerate(counts)
        for _ in range(count)
    ]

    ready = look_up(examples, LABELS, np.ones(16, np.uint8), salted=False)

    assert owners(ready).tolist() == owned


def test_every_label_of_every_kind_is_in_every_part() -> None:
    kinds, labels = np.repeat([0, 1], 30), np.tile([0, 1, 2], 20)
    rows = rows_of(hash_texts([""] * 60), np.ones(16, np.uint8))

    parts = parted(Lesson(rows, labels, kinds, np.ones(60, np.float32)), 5)

    counts = np.zeros((5, 2, 3))
    np.add.at(counts, (parts, kinds, labels), 1)
    assert (counts == 2).all()


def test_what_was_learnt_judges_texts_never_seen() -> None:
    model = train(set_apart(lesson()), SMALL)
    reader = model.readers["shared"]

    shares = reader.judge(
        reader.rows(["great lid", "awful lid broken"], 0), np.zeros(2, np.float32)
    ).shares

    assert shares[0, 2] > shares[0, 0]
    assert shares[1, 0] > shares[1, 2]


def test_walking_downhill_ends_at_the_bottom() -> None:
    steepness, bottom = np.array([1, 100, 3], np.float32), np.array([2, -1, 0.5], np.float32)

    def bowl(place: Floats) -> tuple[float, Floats]:
        away = place - bottom
        return float(0.5 * (steepness * away * away).sum()), steepness * away

    found = minimised(bowl, np.zeros(3, np.float32), 50)

    assert found == pytest.approx(bottom, abs=0.01)


@pytest.mark.parametrize("cost", [unlikelihood, hinge])
def test_the_slope_of_a_cost_is_how_it_changes(cost: Cost) -> None:
    scores = np.random.default_rng(4).normal(0, 2, (40, 3)).astype(np.float32)
    labels, step = np.arange(40) % 3, np.float32(0.01)

    slopes = cost(scores.copy(), labels)[1]

    for label in range(3):
        aside = np.zeros((1, 3), np.float32)
        aside[0, label] = step
        ahead, behind = (cost(scores + by * aside, labels)[0] for by in (1, -1))
        assert (ahead - behind) / (2 * step) == pytest.approx(slopes[:, label], abs=0.01)


def test_what_is_on_its_side_far_enough_costs_nothing() -> None:
    scores = np.array([[MARGIN, -MARGIN, -MARGIN], [MARGIN, -MARGIN, -1]], np.float32)

    costs, slopes = hinge(scores, np.array([0, 0]))

    assert costs.tolist() == [0, (1 - 1 / MARGIN) ** 2]
    assert (slopes[0] == 0).all()
    assert (slopes[1] > 0).tolist() == [False, False, True]


def test_what_occurs_once_is_not_learnt() -> None:
    said = hash_texts(["good kettles", "good box", "bad tin", "bad cup"])
    rarity = rarities(seen_in(said, 18), 4, least=2)
    rows, once = rows_of(said, rarity), rows_of(hash_texts(["kettles"]), rarity)
    labels = np.array([1, 1, 0, 0])
    lesson = Lesson(rows, labels, np.zeros(4, np.int64), np.ones(4, np.float32))

    learnt = learn(lesson, 1 << 18, 2, Course())

    assert not products(once, learnt.table).any()
    assert products(rows, learnt.table).argmax(axis=1).tolist() == labels.tolist()


def test_many_texts_are_looked_up_as_few_are() -> None:
    texts = [f"kettle {number} kettle cup" for number in range(9_000)]
    rarity = np.arange(1 << 18).astype(np.uint8)

    many = rows_of(hash_texts(texts), rarity)

    few = joined([rows_of(hash_texts(texts[at : at + 300]), rarity) for at in range(0, 9_000, 300)])
    assert np.array_equal(many.starts, few.starts)
    assert np.array_equal(many.columns, few.columns)
    assert np.array_equal(many.values, few.values)


def test_the_same_texts_give_the_same_file(tmp_path: Path) -> None:
    for name in ("one", "two"):
        train(set_apart(lesson()), SMALL).save(tmp_path / name)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_model_read_from_its_file_judges_alike(tmp_path: Path) -> None:
    model = train(set_apart(lesson()), SMALL)
    model.save(tmp_path / "weights")

    read = load_model(tmp_path / "weights")

    mood = np.zeros(1, np.float32)
    for reader in (model.readers["shared"], read.readers["shared"]):
        shares = reader.judge(reader.rows(["great lid"], 0), mood).shares
        assert shares == pytest.approx(
            model.readers["shared"].judge(reader.rows(["great lid"], 0), mood).shares
        )
    assert (read.version, read.languages) == ("tiny", {"en": "shared"})


def test_a_set_without_a_development_part_measures_with_some_of_its_texts() -> None:
    examples = [Example("tiny", "en", f"text {number}", "neutral") for number in range(100)]

    measuring = sum(example.measures for example in set_apart(examples))

    assert 5 < measuring < 40


def _tuned(scores: Floats, moods: Floats, labels: np.ndarray) -> tuple[list[float], float]:
    rows = rows_of(hash_texts([""] * len(labels)), np.ones(16, np.uint8))
    one_kind, alike = np.zeros(len(labels), np.int64), np.ones(len(labels), np.float32)
    heard = Heard(Lesson(rows, labels, one_kind, alike), moods, scores, alike[:, None])
    lifts, trust = tuned(heard, ("",))
    return lifts[0].tolist(), float(trust[0])


def test_of_what_makes_no_difference_the_word_lists_are_trusted_and_the_mixture_is_not() -> None:
    labels = np.repeat([0, 1, 2], [80, 15, 5])
    sure = 20 * np.eye(3, dtype=np.float32)[labels]

    assert _tuned(sure, np.zeros(100, np.float32), labels) == ([0.0, 0.0, 0.0], 2.0)


def test_rare_labels_that_score_too_little_are_lifted() -> None:
    labels = np.repeat([0, 1, 2], [800, 100, 100])
    scores = 1.5 * np.eye(3, dtype=np.float32)[labels] + np.array([2, 0, 0], np.float32)

    (first, second, third), _trust = _tuned(scores, np.zeros(1000, np.float32), labels)

    assert first == 0
    assert second > 0.5
    assert third > 0.5


def test_word_lists_that_mislead_are_trusted_little() -> None:
    labels = np.arange(900) % 3
    scores = 1.5 * np.eye(3, dtype=np.float32)[labels]

    _lifts, trust = _tuned(scores, (1 - labels).astype(np.float32), labels)

    assert trust < 1


def test_certainty_follows_how_often_the_likeliest_is_right() -> None:
    chance = np.random.default_rng(1)
    shares = chance.dirichlet([1, 1, 1], 4000).astype(np.float32)
    labels = np.array([chance.choice(3, p=row / row.sum()) for row in shares.astype(float)])

    slope = fit_certainty(shares, labels)[0]

    assert slope > 0.5


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "weights"
    path.write_bytes(content)

    with pytest.raises(BadModel):
        load_model(path)


def test_the_weights_that_ship_are_small() -> None:
    assert WEIGHTS.stat().st_size < 5_000_000


@pytest.mark.parametrize("text", ["", "   ", "12:30", "http://a.co", "@bob", "ありがとう", "дякую"])
def test_what_cannot_be_judged_is_unknown(text: str) -> None:
    assert analyse(text).sentiment == "unknown"


@pytest.mark.parametrize("text", ["😡", "👏👏", "ninapenda sana bidhaa hii", "xx"])
def test_what_says_little_is_judged_with_little_confidence(text: str) -> None:
    assert analyse(text).sentiment_confidence < 0.5


@pytest.mark.parametrize("text", ["terrible שירות ממש גרוע", "שירות ממש גרוע terrible"])
def test_a_text_in_two_directions_is_judged(text: str) -> None:
    assert analyse(text).sentiment == "negative"


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), max_size=5))
def test_a_batch_is_judged_as_its_texts_are_alone(texts: list[str]) -> None:
    together = DEFAULT_ANALYSER.analyse_all([(text, "") for text in texts])

    alone = [analyse(text) for text in texts]

    for one, other in zip(together, alone, strict=True):
        assert one.sentiment_score == pytest.approx(other.sentiment_score, abs=0.002)
        assert one._replace(
            sentiment_score=0, sentiment_confidence=0, emotions={}, sentiment="neutral"
        ) == other._replace(
            sentiment_score=0, sentiment_confidence=0, emotions={}, sentiment="neutral"
        )


def test_a_text_in_a_batch_costs_few_steps() -> None:
    texts = [(f"the kettle number {number} is quite all right", "en") for number in range(200)]
    DEFAULT_ANALYSER.analyse_all(texts)  # words are remembered from then on

    few, many = (
        steps(partial(DEFAULT_ANALYSER.analyse_all, texts[:count])) for count in (100, 200)
    )

    assert (many - few) / 100 < 500


@pytest.mark.parametrize(
    ("text", "mood", "mild"),
    [
        ("Not bad at all", 0.4, True),
        ("not bad, but the staff were awful", -0.6, False),
        ("not bad enough to return it", 0.4, False),
        ("ממש לא רע", 0.4, True),
        ("When does it open?", -0.2, True),
        ("Why does it never open?", -0.2, False),
        ("When does this awful shop open?", -0.7, False),
        ("It is open", 0.0, False),
        ("I have asked three times and ask again now when does it open?", -0.2, False),
    ],
)
def test_blame_is_told_from_its_forms(text: str, mood: float, *, mild: bool) -> None:
    assert is_mild(prepare(text), mood) is mild
