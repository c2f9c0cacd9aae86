"""Texts are compared without what looks different and means the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules.queries import Document, Reading, compile_query
from monitoring.rules.queries.folding import fold
from monitoring.rules.queries.highlighting import marked
from monitoring.rules.queries.words import Words, spans_of, tokens_of
from tests.work import growth


def finds(expression: str, text: str) -> bool:
    return compile_query(expression).matches(Reading(Document(text)))


def shown(expression: str, text: str) -> list[str]:
    return [text[one.start : one.end] for one in marked(compile_query(expression).tree, text)]


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("cafe", "at the CAFÉ."),
        ("café", "cafe"),
        ("straße", "STRASSE"),
        ("ﬁre", "fire"),
        ("fire", "𝐅𝐢𝐫𝐞"),
        ("k2", "the K2!"),
        ("rimon", "Rimon's kettle"),
        ("don't", "I don’t know"),
        ("wi-fi", "WI FI"),
        ("rimon.co.il", "see https://rimon.co.il/a"),
        ("3.5", "rated 3,5"),
        ("#K2", "broken #k2 again"),
        ("#boycott_rimon", "#BoycottRimon now"),
        ("boycott", "#BoycottRimon now"),
        ('"boycott rimon"', "#BoycottRimon now"),
        ("@rimon_home", "hey @Rimon_Home!"),
        ("rimon", "hey @rimon_home"),
        ("🔥", "so hot🔥🔥"),
        ("👍", "👍🏽"),
        ("银行", "我的银行很好"),
        ("हिन्दी", "मैं हिन्दी बोलता"),
        ("й", "Й"),
        ("ta*ing", "she is talking"),
        ("colo?r", "COLOUR color"),
        ("so*", "so"),
    ],
)
def test_a_word_is_found_however_it_is_written(expression: str, text: str) -> None:
    assert finds(expression, text)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("kettle", "kettles"),
        ("#K2", "the K2"),
        ("@rimon", "rimon"),
        ("@rimon", "me@rimon.com"),
        ("银行", "银色行动"),
        ("colo?r", "colouur"),
        ("ta*ing", "takings"),
        ('"a b"', "b a"),
        ('"late refund"', "late, no refund"),
    ],
)
def test_other_words_are_not_found(expression: str, text: str) -> None:
    assert not finds(expression, text)


def test_what_was_found_is_marked_where_it_stands() -> None:
    assert shown("kettle crack*", "My KETTLE’s handle crácked") == ["KETTLE’s", "crácked"]
    assert shown('בנק OR "לא עונים"', "בַּבַּנְק לא עונים") == ["בַּבַּנְק", "לא", "עונים"]
    assert shown('"late refund"~3', "late is a refund, late again") == ["late", "refund", "late"]


def test_what_must_be_missing_is_never_marked() -> None:
    assert shown("kettle AND NOT (lid AND pot)", "kettle lid") == ["kettle"]


@given(st.text(max_size=200))
def test_any_text_has_its_words_where_they_are_marked(text: str) -> None:
    tokens = [token.form for _start, _end, token in tokens_of(fold(text))]
    words = Words(text)

    assert len(spans_of(text)) == len(tokens)
    assert set(tokens) <= set(words.exact)
    assert all(0 <= one.start <= one.end <= len(text) for one in spans_of(text))


@pytest.mark.parametrize("unit", ["a ", "ושהבנק ", "#aB", "'", '"', "@a.", 'צה"', "a'", "🔥", "ה"])
def test_a_text_takes_a_time_that_grows_with_its_length(unit: str) -> None:
    phrase = '"' + "a " * 20 + '"'
    query = compile_query(f'{phrase} OR "a בנק"~9 OR הה* OR #ab*c')

    assert growth(lambda text: query.matches(Reading(Document(text))), unit * 4000) < 5
