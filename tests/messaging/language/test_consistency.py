"""Texts against facts and publications: what contradicts, and what only looks like it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.rules.language.consistency import Record, Said, inconsistencies
from messaging.rules.language.findings import Finding
from tests.work import growth

# A Tuesday.
NOW = datetime(2026, 6, 9, 12, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Jerusalem")
STANDINGS = {
    "facts": ("fact", "confirmed"),
    "published": ("message", "published"),
    "unconfirmed": ("fact", "unconfirmed"),
    "false": ("fact", "false"),
}


def record(common: str = "", **texts: list[str]) -> Record:
    said: list[Said] = []
    for sort, lines in texts.items():
        source, standing = STANDINGS[sort]
        for place, line in enumerate(lines):
            at = NOW - timedelta(hours=20 - place)
            said.append(Said(source, f"{sort}-{place}", line, at, standing))  # type: ignore[arg-type]
    return Record(said, NOW, ZONE, common)


def found(text: str, **texts: Any) -> list[Finding]:
    return inconsistencies(text, record(**texts))


CONTRADICTIONS = [
    ("15 customers were injured.", "12 customers were hurt.", "number", "15 customers"),
    ("We know of fifteen injured.", "12 people were injured", "number", "fifteen injured"),
    ("Fewer than 10 customers were hurt.", "12 customers were hurt", "number", "10 customers"),
    ("נפגעו 15 לקוחות", "12 לקוחות נפגעו", "number", "15 לקוחות"),
    ("נפגעו שלוש מאות לקוחות", "12 לקוחות נפגעו", "number", "שלוש מאות לקוחות"),
    ("נפגעו כ-300 לקוחות", "12 customers were injured", "number", "300 לקוחות"),
    ("מכרנו 300 קומקומים", "We sold 1,200 kettles", "number", "300 קומקומים"),
    ("We sold 12 thousand kettles", "1,200 kettles were sold", "number", "12 thousand kettles"),
    ("20 percent of the kettles cracked", "12% of kettles cracked", "number", "20 percent"),
    ("20 אחוז מהקומקומים נסדקו", "12% מהקומקומים נסדקו", "number", "20 אחוז"),
    ("a refund of ₪300 to every customer", 'refund of 200 ש"ח to customers', "amount", "₪300"),
    ("פיצוי של 300 שקל לכל לקוח", "פיצוי של 200 ₪ לכל לקוח", "amount", "300 שקל"),
    ("You get a refund within 5 days", "a refund within 48 hours", "deadline", "5 days"),
    ("ההחזר יגיע תוך 5 ימים", "ההחזר יגיע תוך 48 שעות", "deadline", "5 ימים"),
    ("ההחזר יגיע תוך שבועיים", "ההחזר יגיע בתוך יומיים", "deadline", "שבועיים"),
    ("The store closed on May 3", "The store closed on 5.5.2026", "date", "May 3"),
    ("החנות נסגרה ב-3 במאי", "החנות נסגרה ב-5 במאי", "date", "3 במאי"),
    ("We stopped the sale yesterday", "The sale stopped on 9 June 2026", "date", "yesterday"),
    ("המכירה הופסקה אתמול", "המכירה הופסקה ב-9 ביוני", "date", "אתמול"),
    ("The branch opens tomorrow at 10:00", "The branch opens tomorrow at 11:00", "date", "10:00"),
    ("Call us at 03-5551234", "Our number is 03-5551243", "contact", "03-5551234"),
    ("See https://example.org/recal", "https://example.org/recall", "contact", "/recal"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "before", "rule", "quote"), CONTRADICTIONS)
def test_other_numbers_for_the_same_thing_are_found(
    text: str, before: str, rule: str, quote: str
) -> None:
    findings = found(text, published=[before])

    assert [(f.rule, f.severity) for f in findings] == [(f"consistency.{rule}", "warning")]
    assert quote in text[findings[0].start : findings[0].end]


AGREEMENTS = [
    ("12 people were injured", "at least 12 customers were hurt"),
    ("At least 12 customers were hurt", "14 customers were hurt"),
    ("נפגעו שנים עשר לקוחות", "12 לקוחות נפגעו"),
    ("כ-300 לקוחות נפגעו", "310 לקוחות נפגעו"),
    ("Between 10 and 20 customers were hurt", "12 customers were hurt"),
    ("3 customers received refunds", "12 customers reported burns"),
    ("שלושה לקוחות קיבלו החזר", "12 לקוחות התלוננו על כוויות"),
    ("Another 3 customers were hurt", "12 customers were hurt"),
    ("עוד 3 לקוחות נפגעו", "12 לקוחות נפגעו"),
    ("3 more customers were hurt", "12 customers were hurt"),
    ("Thousands of kettles were sold", "1,200 kettles were sold"),
    ("3 of the 12 customers who were hurt are at home", "12 customers were hurt"),
    ("We will post again within 5 hours", "We will post again within 2 hours"),
    ("נעדכן שוב מחר ב-10:00", "נעדכן שוב היום ב-18:00"),
    ("A refund within two days", "A refund within 48 hours"),
    ("Series K2-114 cracked", "Series K2-118 cracked"),
    ("The store closed on May 3 and opens on May 5", "The store opens on May 5"),
    ("We stopped the sale today", "The sale stopped on 9 June 2026"),
    ("הפסקנו את המכירה היום", "המכירה הופסקה ב-9 ביוני 2026"),
    ("Call 03-5551234 or 03-5559876", "Call 03-5551234"),
    ("See https://example.org/updates/2", "See https://example.org/updates/1"),
    ("You get a refund or a voucher, as you prefer", "You get a full refund"),
    ("You get a full refund", "You get a refund"),
    ("יום שני הוא יום מנוחה", "12 לקוחות נפגעו"),
    ("ב-2025 נמכרו 400 קומקומים, וב-2026 נמכרו 900", "נמכרו 400 קומקומים ב-2025"),
]


@pytest.mark.parametrize(("text", "before"), AGREEMENTS)
def test_what_only_looks_like_a_contradiction_is_left_alone(text: str, before: str) -> None:
    assert found(text, published=[before]) == []
    assert found(text, facts=[before]) == []


def test_a_confirmed_fact_makes_it_an_error_and_is_named() -> None:
    (finding,) = found("נפגעו 15 לקוחות.", facts=["נכון להבוקר נפגעו 12 לקוחות."])

    assert finding.severity == "error"
    assert finding.data == {
        "source": "fact",
        "id": "facts-0",
        "quote": "נכון להבוקר נפגעו 12 לקוחות.",
    }
    assert "12 לקוחות" in finding.reason["he"]
    assert "“12 לקוחות”" in finding.reason["en"]


def test_a_number_that_grew_and_is_known_is_not_held_against_what_was_published() -> None:
    findings = found(
        "15 customers were hurt",
        facts=["15 customers were hurt"],
        published=["12 customers were hurt"],
    )

    assert findings == []


def test_only_the_last_publication_counts() -> None:
    findings = found(
        "15 customers were hurt", published=["12 customers were hurt", "15 customers were hurt"]
    )

    assert findings == []


@pytest.mark.parametrize(
    ("text", "before", "quote"),
    [
        ("You get a voucher", "You get a full refund", "voucher"),
        ("You get a partial refund", "Everybody gets a full refund", "partial"),
        ("כל לקוח יקבל שובר", "כל לקוח יקבל החזר מלא", "שובר"),
        ("תקבלו החזר חלקי", "תקבלו החזר מלא", "חלקי"),
    ],
)
def test_less_than_was_promised_is_found(text: str, before: str, quote: str) -> None:
    (finding,) = found(text, published=[before])

    assert finding.rule == "consistency.promise"
    assert text[finding.start : finding.end] == quote


def test_what_is_false_or_unknown_is_not_said_as_true() -> None:
    claim = "The supplier's plastic made the handle crack"

    (false,) = found(f"We looked into it. {claim}.", false=[claim])
    (unknown,) = found(f"{claim}!", unconfirmed=[claim])

    assert (false.rule, false.severity) == ("consistency.unconfirmed", "error")
    assert (unknown.rule, unknown.severity) == ("consistency.unconfirmed", "warning")
    assert (false.start, false.end) == (19, 19 + len(claim))


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("We check if bad plastic made the handle crack", "Bad plastic made the handle crack"),
        ("Bad plastic did not make the handle crack", "Bad plastic made the handle crack"),
        ("אנחנו בודקים אם הפלסטיק של הספק גרם לסדק בידית", "הפלסטיק של הספק גרם לסדק בידית"),
        ("הפלסטיק של הספק לא גרם לסדק בידית", "הפלסטיק של הספק גרם לסדק בידית"),
        ("Three customers were burned by the handle", "12 customers were burned by the handle"),
        ("The handle cracked", "Bad plastic made the handle crack"),
    ],
)  # fmt: skip
def test_checking_denying_and_other_matters_repeat_nothing(text: str, fact: str) -> None:
    assert found(text, false=[fact]) == []


def test_words_of_the_incident_join_nothing() -> None:
    sold, cracked = "300 Rimon K2 kettles were returned", "1,200 Rimon K2 kettles cracked"

    assert found(sold, facts=[cracked], common="Rimon K2 kettle handles") == []


@pytest.mark.parametrize(
    "text",
    [
        "נִפְגְּעוּ 15 לָקוֹחוֹת",
        "נפגעו \u206715\u2069 לקוחות\u200f",
        "👩‍👩‍👧‍👦 נפגעו 1\u200b5 לקוחות 👍🏽",
        "15 cu\u0301stomers we\u200bre injured",
    ],
)
def test_marks_between_the_letters_change_nothing(text: str) -> None:
    (finding,) = found(text, facts=["12 לקוחות נפגעו"])

    assert finding.rule == "consistency.number"
    assert text[finding.start : finding.end].lstrip("\u2067")[0] == "1"


PIECES = st.sampled_from(
    [
        *[
            "12 ",
            "customers ",
            "לקוחות ",
            "נפגעו ",
            "₪",
            "%",
            "3.5.2026 ",
            "10:00",
            "-",
            "ב-",
            "May ",
        ],
        *["\u200f", "שלוש ", "מאות ", "within ", "hours ", ".", ",", "\n", "👩\u200d👩\u200d👧"],
        *["\u05b0", "https://", "*", "2026-06-", "יום ", "❶", "²"],
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_it_and_every_place_is_inside(text: str, other: str) -> None:
    for finding in found(text + other, facts=["12 לקוחות נפגעו תוך 3 שעות ב-3 במאי", other]):
        assert 0 <= finding.start < finding.end <= len(text + other)


@pytest.mark.parametrize(
    "text",
    [
        *("❶", "2026-06-❶", "²", "May ²⁰²⁶", "❸ בצהריים", "at ⑫ pm", "3 במאי ②⓪②⑥", "٣ במאי"),
        "2026-" + "1" * 5_000 + "-05",
    ],
)
def test_digits_that_write_no_day_are_none(text: str) -> None:
    assert found(text, facts=["12 לקוחות נפגעו ב-3 במאי"]) == []


@pytest.mark.parametrize("piece", ["15 customers were injured. ", "12 ", "א", "- ", "*2", "03-555"])
def test_a_long_text_is_compared_in_linear_time(piece: str) -> None:
    text = (piece * 100_000)[:100_000]

    def findings(part: str) -> list[Finding]:
        return found(part, facts=["12 customers were injured"] * 50, published=["12 לקוחות"] * 50)

    assert growth(findings, text[:2_000]) < 5
    assert all(0 <= one.start < one.end <= len(text) for one in findings(text))
