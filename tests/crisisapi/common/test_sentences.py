"""Sentences are kept without a language, and worded for whoever reads them."""

import copy
from typing import Any

import pytest
from django.utils.translation import gettext, gettext_lazy, override

from crisisapi.common.plain_sentences import plain_sentence
from crisisapi.common.sentences import Sentence, cleaned, joined, kept, nsentence, read
from crisisapi.common.sentences import sentence as _

HEBREW = "הפלטפורמה השיבה 503."


def _answered(status: object = 503) -> Sentence:
    return _("The platform answered %(status)s.") % {"status": status}


def test_it_is_worded_in_the_language_of_its_reader() -> None:
    stored = kept(_answered())

    with override("he"):
        assert str(read(stored)) == f"{read(stored)}" == HEBREW
    assert str(read(stored)) == "The platform answered 503."


def test_one_that_was_made_in_another_language_is_worded_anew() -> None:
    with override("he"):
        made = _answered()

    assert made == _answered() == "The platform answered 503."
    assert str(made) == str(copy.deepcopy(made)) == str(_answered())


@pytest.mark.parametrize(
    "text",
    ["", "Meta says: 100% {of} it", "נכשל", '{"say": "hello"}', '{"say": broken', '{"say": 5}'],
)
def test_a_plain_text_stays_as_it_came(text: str) -> None:
    assert str(read(kept(text))) == text


@pytest.mark.parametrize("stored", ['{"say": 5}', '{"say": "a', '{"say": "x", "with": 5}'])
def test_what_was_never_kept_by_us_is_shown_as_it_is(stored: str) -> None:
    assert str(read(stored)) == stored


def test_a_sentence_inside_of_a_sentence_is_worded_too() -> None:
    whole = _("It was never heard: %s") % _answered()

    with override("he"):
        assert HEBREW in str(read(kept(whole)))


def test_a_sentence_of_rules_is_plain_english_until_it_is_kept() -> None:
    plain = plain_sentence("The platform answered %(status)s.") % {"status": 503}

    with override("he"):
        assert str(plain) == plain == "The platform answered 503."
        assert str(cleaned(plain)) == str(cleaned(copy.deepcopy(plain))) == HEBREW
        assert HEBREW in str(cleaned(_("It was never heard: %s") % plain))


def test_several_are_said_one_behind_the_other() -> None:
    both = joined([_answered(), gettext_lazy("This source is not active."), "100% so."])

    with override("he"):
        assert str(read(kept(both))) == f"{HEBREW} {gettext('This source is not active.')} 100% so."
    assert both == "The platform answered 503. This source is not active. 100% so."


def test_a_lazy_sentence_keeps_its_id() -> None:
    with override("he"):
        stored = kept(gettext_lazy("This source is not active."))

    assert str(read(stored)) == "This source is not active."


@pytest.mark.parametrize(("number", "said"), [(1, "1 apple"), (3, "3 apples")])
def test_a_number_decides_about_its_plural(number: int, said: str) -> None:
    whole = nsentence("%(n)s apple", "%(n)s apples", number) % {"n": number}

    assert str(read(kept(whole))) == said


@pytest.mark.parametrize("params", [{"wrong": 1}, (1, 2), 5])
def test_parameters_that_do_not_fit_break_nothing(params: Any) -> None:
    assert "%(status)s" in str(_("The platform answered %(status)s.") % params)


def test_what_a_database_refuses_is_left_out() -> None:
    assert str(cleaned(_answered("5\x000"))) == "The platform answered 50."
    assert cleaned("a\x00b") == "ab"
