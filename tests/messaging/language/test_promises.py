"""When a promise is due by its own words, and what language a text is in."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from messaging.rules.language.promises import due_of
from messaging.rules.language.tongue import tongue_of

# A Tuesday noon in Jerusalem.
NOW = datetime(2026, 6, 9, 12, tzinfo=ZoneInfo("Asia/Jerusalem"))


@pytest.mark.parametrize(
    ("sentence", "due"),
    [
        ("We will refund everybody within 48 hours", "2026-06-11T12:00"),
        ("We will refund everybody within a day", "2026-06-10T12:00"),
        ("We will publish it by Thursday", "2026-06-11T23:59"),
        ("We will publish it by Tuesday", "2026-06-16T23:59"),
        ("We will publish it on 12 June at 10:30", "2026-06-12T10:30"),
        ("We will post again at 18:00", "2026-06-09T18:00"),
        ("נעדכן שוב מחר ב-10:00", "2026-06-10T10:00"),
        ("נחזיר את הכסף עד יום חמישי", "2026-06-11T23:59"),
        ("נפצה את כולם בתוך שבועיים", "2026-06-23T12:00"),
        ("נענה לכל פנייה תוך שעה וחצי", "2026-06-09T13:30"),
        ("נפרסם את הממצאים ב-15 ביולי", "2026-07-15T23:59"),
    ],
)
def test_a_promise_is_due_by_its_own_words(sentence: str, due: str) -> None:
    found = due_of(sentence, now=NOW)

    assert found is not None
    assert found.strftime("%Y-%m-%dT%H:%M") == due
    assert found.utcoffset() == NOW.utcoffset()


@pytest.mark.parametrize(
    "sentence",
    [
        "We will refund everybody",
        "We posted at 10:00",
        "We will do it within 999999999999 months",
        "נטפל בזה בהקדם",
        "",
    ],
)
def test_without_a_time_to_come_nothing_is_due(sentence: str) -> None:
    assert due_of(sentence, now=NOW) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("אנחנו כאן", "he"),
        ("We are here", "en"),
        ("קומקום Rimon K2 של Rimon Home", "he"),
        ("https://example.org/recall אנחנו כאן", "he"),
        ("12 👍 !!", "und"),
    ],
)
def test_the_language_is_read_from_the_letters(text: str, language: str) -> None:
    assert tongue_of(text) == language
