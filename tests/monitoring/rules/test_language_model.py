"""The model of py3langid, read for many texts at once: its answers stay its own."""

import numpy as np
import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from monitoring.rules.language import detect_language, detect_languages
from monitoring.rules.language_model import MANY, language_model

TEXTS = (
    "Der Wasserkocher ist nach einer Woche kaputtgegangen und niemand antwortet",
    "Il manico si rompe",
    "ПОЧЕМУ НИКТО НЕ ОТВЕЧАЕТ",
    "المقبض ينكسر بعد أسبوع ولا أحد يرد",
    "دسته‌ی کتری شکست و کسی جواب نمی‌دهد",
    "bohot kharab chai, paani garam nahi hota yaar",
    "café",
    "123 :)",
    "",
    "half a smiley \ud83d",
)


def test_the_shares_are_those_that_the_library_itself_finds() -> None:
    library = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model = language_model()

    for text, shares in zip(TEXTS, model.shares(TEXTS), strict=True):
        ranked = dict(library.rank(text))
        told = [ranked[language] for language in model.languages]
        assert shares == pytest.approx(told, abs=1e-2)
        assert model.languages[int(shares.argmax())] == max(ranked, key=lambda one: ranked[one])


def test_a_text_is_judged_alike_alone_and_among_many() -> None:
    many = TEXTS * 3
    model = language_model()
    assert len(TEXTS) < MANY <= len(many)

    together = model.shares(many)

    assert np.array_equal(together, np.concatenate([model.shares([text]) for text in many]))


def test_many_languages_are_found_in_the_order_of_the_texts() -> None:
    texts = [*TEXTS, "שלום לכולם", "Thank you very much for your help"] * 2

    assert detect_languages(texts) == [detect_language(text) for text in texts]
    assert detect_languages([]) == []
