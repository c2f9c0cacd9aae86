from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.rules.analysis import DEFAULT_ANALYSER, WEIGHTS, analyse
from monitoring.rules.reading.hashing import PIECES, hash_texts
from monitoring.rules.reading.learning import Course, Lesson, learn, minimised
from monitoring.rules.reading.model import BadModel, load_model
from monitoring.rules.reading.rows import Floats, products, rows_of
from monitoring.rules.reading.tokens import LINK, USER, prepare
from monitoring.rules.reading.training import Example, Plan, fit_certainty, set_apart, train
from tests.work import steps

GOOD = ["great kettle", "love the new lid", "lovely people", "thanks, great service"]
BAD = ["broken kettle", "the lid is broken", "awful people", "awful service, broken again"]
PLAIN = ["the shop opens at nine", "a kettle has a lid", "they sell lids", "it is on the shelf"]
SMALL = Plan("tiny", bits=12, course=Course(freedom=1.0, seen=1))


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
    rows = rows_of(hash_texts(["", "word", ""]), 4)

    scores = products(rows, np.ones((16, 2), np.float32))

    assert (scores[0] == 0).all()
    assert (scores[2] == 0).all()
    assert (scores[1] > 0).all()


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


def test_what_occurs_once_is_not_learnt() -> None:
    words = ["good kettles", "good box", "bad tin", "bad cup"]
    rows = rows_of(hash_texts(words), 18)
    labels, once = np.array([1, 1, 0, 0]), rows_of(hash_texts(["kettles"]), 18)
    lesson = Lesson(rows, labels, np.zeros(4, np.int64), np.ones(4, np.float32))

    learnt = learn(lesson, 1 << 18, 2, Course(seen=2))

    assert not products(once, learnt.table).any()
    assert products(rows, learnt.table).argmax(axis=1).tolist() == labels.tolist()


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
