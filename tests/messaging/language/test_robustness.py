"""Texts as people send them: points, emoji, invisible characters, mixed directions, any length."""

import sys
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.rules.language.check import check
from messaging.rules.language.findings import Finding
from messaging.rules.language.packs import builtin_packs
from messaging.rules.language.reading import read
from messaging.rules.language.rule import Rule

PACKS = list(builtin_packs().values())
# Zero-width space, joiners and non-joiners, direction marks, isolates, soft hyphen.
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202b\u2066\u2069\u00ad\ufeff"
POINTS = "\u05b0\u05b4\u05b7\u05b8\u05b9\u05bc\u05c1\u0591\u05a3"
SAID = [
    (rule, example)
    for pack in PACKS
    for rule in pack.rules
    if rule.kind == "words" and rule.severity != "hint"
    for example in rule.fires
]


def _check(text: str, language: str = "he", purpose: str = "update") -> list[Finding]:
    return check(text, language=language, purpose=purpose, packs=PACKS)


def _places(rule: Rule, text: str) -> list[Finding]:
    return [each for each in _check(text, rule.language) if each.rule == rule.id]


def _bare(text: str) -> str:
    return "".join(
        char
        for char in unicodedata.normalize("NFD", text)
        if unicodedata.category(char) not in ("Mn", "Cf")
    )


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SAID), st.data())
def test_marks_nobody_sees_change_neither_what_is_found_nor_where(
    case: tuple[Rule, str], data: st.DataObject
) -> None:
    rule, example = case
    marks = INVISIBLE + (POINTS if rule.language == "he" else "\u0301\u0323")
    added = data.draw(
        st.lists(st.text(marks, max_size=2), min_size=len(example), max_size=len(example))
    )
    strewn = "".join(
        char + (more if char.isalpha() else "") for char, more in zip(example, added, strict=True)
    )

    found = _places(rule, strewn)

    plain = [example[each.start : each.end] for each in _places(rule, example)]
    assert [_bare(strewn[each.start : each.end]) for each in found] == [
        _bare(text) for text in plain
    ]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["he", "en", "ar"]), st.sampled_from(["holding", ""]))
def test_no_text_breaks_the_check_and_every_place_lies_in_it(
    text: str, language: str, purpose: str
) -> None:
    for finding in _check(text, language, purpose):
        assert 0 <= finding.start <= finding.end <= len(text)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(SAID), min_size=2, max_size=4))
def test_findings_stand_in_order_and_none_of_a_rule_overlaps_another(
    cases: list[tuple[Rule, str]],
) -> None:
    findings = _check("\n".join(example for _rule, example in cases), "en")

    assert findings == sorted(findings, key=lambda each: (each.start, each.end, each.rule))
    for rule in {each.rule for each in findings}:
        own = [each for each in findings if each.rule == rule]
        assert all(before.end <= after.start for before, after in pairwise(own))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("👨‍👩‍👧‍👦 The allegations are baseless 👍🏽", "baseless"),
        ("👩🏽‍🚒👩🏽‍🚒 cafe\u0301: the claims are baseless.", "baseless"),
        ("🇮🇱 The claims\u200b are \u2068base\u00adless\u2069.", "base\u00adless"),
        ("\U0001d413he claims are 𝐛𝐚𝐬𝐞𝐥𝐞𝐬𝐬.", "𝐛𝐚𝐬𝐞𝐥𝐞𝐬𝐬"),
    ],
)
def test_places_count_code_points_of_the_text_as_given(text: str, said: str) -> None:
    found = [each for each in _check(text, "en") if each.rule == "denial.dismissal"]

    assert [said in text[each.start : each.end] for each in found] == [True]
    assert text.index(said) + len(said) == found[0].end


@pytest.mark.parametrize(
    "word",
    ["הכחשנו", "מכחישים", "שהכחישה", "והמכחישים", "הִכְחַשְׁנוּ", "מַכְחִישִׁים"],
)
def test_hebrew_is_found_inflected_glued_and_pointed(word: str) -> None:
    text = f"אתמול {word} את זה."

    found = [text[each.start : each.end] for each in _check(text) if each.rule == "denial.flat"]

    assert found == [word]


def test_curly_apostrophes_and_contractions_read_as_the_words_they_stand_for() -> None:
    for text in ("Customers should’ve read it.", "Most didn't follow it: customers didnt read."):
        assert "blame.customer" in {each.rule for each in _check(text, "en")}


def test_an_english_sentence_inside_a_hebrew_text_is_read_too() -> None:
    text = "אנחנו מצטערים. The allegations are baseless. העדכון הבא ב-18:00."

    assert {each.rule for each in _check(text) if each.severity != "hint"} == {"denial.dismissal"}


HOSTILE = {
    "one pattern's words": "customers should have read ",
    "beginnings only": "we will we are we have ",
    "rare anchors": "customers failed neglected should ought ",
    "one endless word": "א",
    "hebrew": "אם מישהו נפגע לקוחות היו צריכים ",
    "points on one letter": "\u05b8",
    "brackets": "[{<",
    "underscores": "_",
    "quotes": "א\"'",
    "digits": "1.1,",
    "new lines": "\n",
    "joiners": "\u200d👩",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_work_grows_with_the_length_of_a_text_not_faster(piece: str) -> None:
    short, long = (_calls(piece, length) for length in (3_000, 30_000))

    assert long <= 12 * short


def _calls(piece: str, length: int) -> int:
    """Count the calls of Python functions; a count is the same on every machine."""
    text = (piece * length)[:length]
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        _check(text, "en")
    finally:
        sys.setprofile(None)
    return calls


def test_a_text_of_one_broken_rule_is_told_so_a_hundred_times_at_most() -> None:
    found = [each for each in _check("The claims are baseless. " * 500, "en") if each.end]

    assert len([each for each in found if each.rule == "denial.dismissal"]) == 100


def test_final_letters_and_hyphens_make_no_difference() -> None:
    plain, joined = read("אי נוחות"), read("אי־נוחות")

    assert [word.forms for word in plain.words] == [word.forms for word in joined.words]
