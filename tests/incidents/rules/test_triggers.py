"""When a playbook applies by itself."""

import pytest

from incidents.rules.triggers import Match, Triggers, matches_of, occurs, words_of


def _matches(triggers: Triggers, text: str = "Kettle burns", severity: int = 2) -> list[Match]:
    return matches_of(triggers, kind="product_safety", severity=severity, text=text)


def test_without_triggers_nothing_applies() -> None:
    assert Triggers().is_empty
    assert _matches(Triggers()) == []


def test_every_trigger_given_must_hold() -> None:
    triggers = Triggers(kinds=["product_safety"], least_severity=2, words=["kettle", "toaster"])

    assert _matches(triggers) == [
        Match("kind", "product_safety"),
        Match("severity", "2"),
        Match("word", "kettle"),
    ]
    assert _matches(triggers, severity=3) == []
    assert _matches(triggers, text="A lamp") == []
    assert _matches(Triggers(kinds=["legal"], words=["kettle"])) == []


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("קומקום", "הקומקום נשבר"),
        ("קומקום", "וכשבקומקום יש סדק"),
        ("קומקום", "קוּמְקוּם"),
        ("קומקום חם", "נכווה מהקומקום החם, אמרה"),
        ('דו"ח', "הדו״ח פורסם"),
        ("burn", "BURN!"),
        ("data breach", "A data breach, they say"),
    ],
)
def test_a_word_is_found(phrase: str, text: str) -> None:
    assert occurs(phrase, words_of(text))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("קומקום", "קומקומים"),
        ("קומקום", "אבקומקום"),
        ("קומקום", "והכשמהקומקום"),
        ("ד", "הד"),
        ("burn", "burning"),
        ("data breach", "the breach of data"),
        ("", "anything"),
    ],
)
def test_another_word_is_not(phrase: str, text: str) -> None:
    assert not occurs(phrase, words_of(text))
