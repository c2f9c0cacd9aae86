import pytest

from monitoring.rules.deeds import WITHIN, find_deeds
from monitoring.rules.reading.tokens import prepare


def _deeds(text: str, language: str) -> list[str]:
    return list(find_deeds(prepare(text).split(" "), language))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Cancelled my gym membership.", "en"),
        ("Taking our business elsewhere", "en"),
        ("I cut up my store card", "en"),
        ("We moved both accounts to a competitor of yours", "en"),
        ("ביטלתי אתמול את המנוי", "he"),
        ("העברנו את הכול למתחרים", "he"),
        ("אנחנו מוציאים את החסכונות מהבנק שלכם", "he"),
    ],
)
def test_a_verb_and_its_thing_some_words_later_show_who_leaves(text: str, language: str) -> None:
    assert _deeds(text, language) == ["leaves"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The company cancelled its sponsorship of the race", "en"),  # nobody's own
        ("They closed my account", "en"),  # of others
        ("Why was my membership cancelled", "en"),
        ("I did not close my account", "en"),  # denied
        ("Cancelled! My account is fine", "en"),  # another sentence
        ("I closed the door", "en"),  # another thing
        ("הם סגרו לי את החשבון", "he"),
        ("למה אתם סוגרים את החשבון", "he"),
        ("לא ביטלתי את המנוי", "he"),
        ("ביטלתי! המנוי בסדר", "he"),
        ("ביטלתי את הפגישה", "he"),
    ],
)
def test_what_others_do_or_nobody_does_shows_nobody_leaving(text: str, language: str) -> None:
    assert _deeds(text, language) == []


def test_a_thing_counts_only_near_its_verb() -> None:
    assert _deeds(f"I closed {'very ' * (WITHIN - 2)}my account", "en") == ["leaves"]
    assert _deeds(f"I closed {'very ' * WITHIN}my account", "en") == []


def test_very_long_words_are_no_things() -> None:
    assert _deeds("I closed " + "account" * 1000, "en") == []
