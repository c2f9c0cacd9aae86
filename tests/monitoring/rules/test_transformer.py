"""A transformer from a folder: what it says, and which folders are refused in words."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnx
import pytest
import tokenizers

from monitoring.rules.analysis import DEFAULT_ANALYSER
from monitoring.rules.transformer import (
    BadTransformer,
    Transformer,
    TransformerAnalyser,
    read_folder,
)
from tests.monitoring.transforming import LABELS, make_transformer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_transformer(tmp_path_factory.mktemp("models") / "kettle-words")


@pytest.fixture(scope="module")
def transformer(folder: Path) -> Transformer:
    return Transformer(read_folder(folder))


def judge(path: Path, text: str) -> Any:
    return Transformer(read_folder(path)).judge_all([text])[0]


def test_a_text_is_judged_by_its_tokens(transformer: Transformer) -> None:
    bad, good = transformer.judge_all(["Kettle broke broke", "thank תודה"])

    # Softmax of 4, 2 and 0, and of 0, 0 and 4.
    assert bad == ("negative", -0.851, 0.867)
    assert good == ("positive", 0.947, 0.965)


def test_what_stands_beside_a_text_changes_nothing(transformer: Transformer) -> None:
    texts = ["kettle broke", "thank thank thank thank thank great", "a", "kettle great broke"]

    together = transformer.judge_all(texts)

    assert together == [transformer.judge_all([text])[0] for text in texts]


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (("Positive", "NEU", "neg"), "positive"),
        (("LABEL_0", "LABEL_1", "LABEL_2"), "negative"),
        (("1 star", "2 stars", "3 stars", "4 stars", "5 stars"), "negative"),
        (("Very Negative", "Negative", "Neutral", "Positive", "Very Positive"), "negative"),
        (("very_positive", "positive", "neutral", "negative", "very-negative"), "positive"),
    ],
)
def test_labels_are_known_by_their_names(tmp_path: Path, labels: Sequence[str], said: str) -> None:
    path = make_transformer(tmp_path / "named", labels=labels)

    assert judge(path, "broke broke broke").label == said


def test_stars_of_one_class_add_up(tmp_path: Path) -> None:
    stars = ("1 star", "2 stars", "3 stars", "4 stars", "5 stars")
    says = {"kettle": 2, "broke": 0, "sad": 1}
    path = make_transformer(tmp_path / "stars", labels=stars, says=says)

    # Softmax of 2, 2, 2, 0 and 0: three stars are no likelier than one, and one is not alone.
    assert judge(path, "kettle broke sad") == ("negative", -0.529, 0.611)


def test_a_long_text_is_judged_by_its_beginning(transformer: Transformer) -> None:
    text = "broke " * 300 + "great " * 20_000

    found = transformer.judge_all([text])[0]

    assert found is not None
    assert found.label == "negative"
    assert found == transformer.judge_all([text[: 256 * len("broke ")]])[0]


def test_what_comes_after_four_thousand_characters_is_not_looked_at(
    transformer: Transformer,
) -> None:
    assert transformer.judge_all([" " * 4_000 + "broke"]) == [None]


def test_a_model_gets_no_more_tokens_than_it_takes(tmp_path: Path) -> None:
    told: dict[str, Any] = {"model_type": "xlm-roberta", "pad_token_id": 1}
    path = make_transformer(tmp_path / "short", max_position_embeddings=6, **told)

    # Six positions, two of them never used, two for the marks of beginning and end.
    assert read_folder(path).most_tokens == 4
    assert judge(path, "broke broke great great great great").label == "negative"


def test_the_tokenizer_may_say_the_length_as_well(tmp_path: Path) -> None:
    path = make_transformer(tmp_path / "told", max_position_embeddings=512)
    (path / "tokenizer_config.json").write_text('{"model_max_length": 128}')

    assert read_folder(path).most_tokens == 128


def test_types_of_tokens_are_given_where_they_are_asked_for(tmp_path: Path) -> None:
    inputs = ("input_ids", "token_type_ids", "attention_mask")
    path = make_transformer(tmp_path / "bert", inputs=inputs)

    assert judge(path, "kettle broke broke").label == "negative"


@pytest.mark.parametrize(
    "text", ["", " ", "👍", "שלום עולם", "foreign words broke", "\ud83d\ude00", "\0"]
)
def test_a_text_whose_words_it_does_not_know_is_not_judged(
    transformer: Transformer, text: str
) -> None:
    assert transformer.judge_all([text]) == [None]


def test_pieces_of_words_are_known_or_not_as_words_are(tmp_path: Path) -> None:
    path = make_transformer(tmp_path / "pieces", says={"great": 2, "broke": 0})
    places = {"great": 4, "broke": 5}
    pieces = [(word, -1.0) for word in ("[PAD]", "<unk>", "[CLS]", "[SEP]", "▁", "")]
    for word, place in places.items():
        pieces[place] = (f"▁{word}", -1.0)
    tokenizer = tokenizers.Tokenizer(tokenizers.models.Unigram(pieces, unk_id=1))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace()
    tokenizer.save(str(path / "tokenizer.json"))

    found = Transformer(read_folder(path)).judge_all(["broke great broke", "broke שבור שבור"])

    assert found[0] is not None
    assert found[0].label == "negative"
    assert found[1] is None


def test_half_a_character_does_no_harm(transformer: Transformer) -> None:
    found = transformer.judge_all(["kettle broke broke \ud83d"])[0]

    assert found is not None
    assert found.label == "negative"


def test_names_and_links_are_one_word_each(tmp_path: Path) -> None:
    path = make_transformer(tmp_path / "tweets", says={"@": 1, "user": 2, "http": 0, "kettle": 1})

    told = Transformer(read_folder(path)).judge_all(
        [
            "@dana_7 kettle",
            "@user kettle",
            "https://kettle.example/?a=b www.kettle.example",
            "http http",
        ]
    )

    assert told[0] == told[1] is not None
    assert told[2] == told[3] is not None


def test_the_version_follows_every_file(tmp_path: Path) -> None:
    one = make_transformer(tmp_path / "model")
    same = make_transformer(tmp_path / "copy" / "model")
    other = make_transformer(tmp_path / "other" / "model", says={"kettle": 0})
    turned = make_transformer(tmp_path / "turned" / "model", labels=LABELS[::-1])

    versions = [read_folder(path).version for path in (one, same, other, turned)]

    assert versions[0] == versions[1]
    assert len({*versions}) == 3
    assert read_folder(one).name == "model"


def test_only_the_sentiment_is_the_models(transformer: Transformer) -> None:
    analyser = TransformerAnalyser(DEFAULT_ANALYSER, transformer)
    texts = [("thank thank the kettle broke, is it dangerous?", ""), ("קומקום נשבר נשבר", "he")]

    found = analyser.analyse_all(texts)

    first = DEFAULT_ANALYSER.analyse_all(texts)
    judged = transformer.judge_all([text for text, _language in texts])
    assert judged[1] is not None
    for one, before, sentiment in zip(found, first, judged, strict=True):
        said = sentiment or before[2:5]
        assert (one.sentiment, one.sentiment_score, one.sentiment_confidence) == tuple(said)
        assert one[5:] == before[5:]
        assert one[:2] == before[:2]


def test_other_languages_are_left_to_the_first_look(transformer: Transformer) -> None:
    analyser = TransformerAnalyser(DEFAULT_ANALYSER, transformer, languages=["he"])
    texts = [("kettle broke broke thank thank thank thank", "en"), ("תודה קומקום", "he")]

    english, hebrew = analyser.analyse_all(texts)

    assert english == DEFAULT_ANALYSER.analyse_all(texts)[0]
    assert hebrew.sentiment_confidence == transformer.judge_all([texts[1][0]])[0][2]  # type: ignore[index]


def test_both_names_are_told(transformer: Transformer) -> None:
    analyser = TransformerAnalyser(DEFAULT_ANALYSER, transformer)

    told = f"{analyser.name}/{analyser.version}"

    first = f"{DEFAULT_ANALYSER.name}/{DEFAULT_ANALYSER.version}"
    assert told == f"{first} + kettle-words/{transformer.version}"


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_file_that_is_missing_is_named(tmp_path: Path, missing: str) -> None:
    path = make_transformer(tmp_path / "model")
    (path / missing).unlink()

    with pytest.raises(BadTransformer, match=f"has no .*{missing}"):
        read_folder(path)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTransformer, match="is no folder"):
        read_folder(tmp_path / "none")


def test_weights_of_eight_bits_are_found_under_their_name(tmp_path: Path) -> None:
    path = make_transformer(tmp_path / "small")
    (path / "model.onnx").rename(path / "model_quantized.onnx")

    assert judge(path, "kettle broke broke").label == "negative"


@pytest.mark.parametrize(
    ("id2label", "said"),
    [
        (None, "names no labels"),
        ({}, "names no labels"),
        ({"0": "NEGATIVE", "1": "POSITIVE"}, "none of its labels is neutral"),
        ({"0": "LABEL_0", "1": "LABEL_1"}, "not known: label 0, label 1"),
        ({"0": "anger", "1": "joy", "2": "fear"}, "not known: anger, joy, fear"),
        ({"0": "negative", "1": "neutral", "3": "positive"}, "not numbered from 0"),
        ({"a": "negative", "b": "neutral", "c": "positive"}, "not numbered"),
    ],
)
def test_labels_that_are_no_three_sentiments_are_refused(
    tmp_path: Path, id2label: Any, said: str
) -> None:
    path = make_transformer(tmp_path / "model", id2label=id2label)

    with pytest.raises(BadTransformer, match=said):
        read_folder(path)


@pytest.mark.parametrize("written", ["{", "[]", '"negative"'])
def test_a_configuration_that_is_none_is_refused(tmp_path: Path, written: str) -> None:
    path = make_transformer(tmp_path / "model")
    (path / "config.json").write_text(written)

    with pytest.raises(BadTransformer, match="is no JSON"):
        read_folder(path)


def test_a_model_that_takes_no_tokens_is_refused(tmp_path: Path) -> None:
    path = make_transformer(tmp_path / "model", max_position_embeddings=0)

    with pytest.raises(BadTransformer, match="no room"):
        read_folder(path)


@pytest.mark.parametrize("written", [b"", b"no model", b"\x08\x0a" * 50])
def test_weights_that_are_none_are_refused(tmp_path: Path, written: bytes) -> None:
    path = make_transformer(tmp_path / "model")
    (path / "model.onnx").write_bytes(written)

    with pytest.raises(BadTransformer, match="no ONNX model"):
        Transformer(read_folder(path))


def test_a_tokenizer_that_is_none_is_refused(tmp_path: Path) -> None:
    path = make_transformer(tmp_path / "model")
    (path / "tokenizer.json").write_text(json.dumps({"model": {"type": "Magic"}}))

    with pytest.raises(BadTransformer, match="is no tokenizer"):
        Transformer(read_folder(path))


@pytest.mark.parametrize(
    "inputs", [("input_ids", "pixel_values"), ("input_ids", "attention_mask", "position_ids")]
)
def test_inputs_that_nobody_knows_are_named(tmp_path: Path, inputs: Sequence[str]) -> None:
    path = make_transformer(tmp_path / "model", inputs=inputs)

    with pytest.raises(BadTransformer, match=f"asks for .*{inputs[-1]}"):
        Transformer(read_folder(path))


def test_a_model_for_other_numbers_is_refused(tmp_path: Path) -> None:
    path = make_transformer(tmp_path / "model")
    model = onnx.load(path / "model.onnx")
    model.graph.input[1].type.tensor_type.elem_type = onnx.TensorProto.FLOAT
    onnx.save(model, path / "model.onnx")

    with pytest.raises(BadTransformer, match="takes tensor\\(float\\)"):
        Transformer(read_folder(path))


def test_labels_that_are_more_than_the_outputs_are_refused(tmp_path: Path) -> None:
    path = make_transformer(tmp_path / "model")
    five = {str(place): f"{place + 1} stars".replace("1 stars", "1 star") for place in range(5)}
    (path / "config.json").write_text(json.dumps({"id2label": five}))

    with pytest.raises(BadTransformer, match="3 numbers for a text, and 5 labels"):
        Transformer(read_folder(path))


def test_a_tokenizer_of_another_model_is_refused(tmp_path: Path) -> None:
    path = make_transformer(tmp_path / "model", says={})
    many = make_transformer(tmp_path / "other")
    (path / "tokenizer.json").write_bytes((many / "tokenizer.json").read_bytes())

    with pytest.raises(BadTransformer, match="does not run"):
        Transformer(read_folder(path))


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
def test_a_package_that_is_missing_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(BadTransformer, match=f"{package} is not installed: pip install"):
        Transformer(read_folder(folder))
