"""Texts against the advised strategy: what they use, what they lack, what undoes it."""

from dataclasses import replace

import pytest

from incidents.rules.response_strategy import Situation, advise
from messaging.rules.language.examples import broken_examples
from messaging.rules.language.posture import Stance, posture_packs, postures_of, weigh

REBUILD = Situation(
    kind="product_safety",
    legitimacy="concern",
    responsibility="preventable",
    crisis_history="none",
    prior_reputation="neutral",
    harm="injuries",
    has_facts_against_us=False,
    has_unjudged_facts=False,
)
INFORM = replace(REBUILD, responsibility="victim", harm="none")
DENY = replace(INFORM, kind="misinformation", legitimacy="attack")
DIMINISH = replace(REBUILD, responsibility="accidental", harm="none")

GOOD_EN = (
    "Handles of series K2-4 can crack when hot. This is our defect, and we are sorry. Our thoughts "
    "are with those who were burned. Stop using a kettle of this series. You get a full refund."
)
GOOD_HE = (
    "ידיות מסדרה K2-4 עלולות להיסדק. זה פגם שלנו, ואנחנו מתנצלים. ליבנו עם הנפגעים. "
    "הפסיקו להשתמש בקומקום מהסדרה הזאת. תקבלו החזר מלא או קומקום חלופי."
)


def found(
    text: str, situation: Situation | None, purpose: str = "update", *, facts_against: bool = False
) -> list[tuple[str, str, str]]:
    stance = Stance(advise(situation) if situation else None, facts_against)
    findings = weigh(text, stance, purpose=purpose)
    return [(f.rule, f.severity, text[f.start : f.end]) for f in findings]


def rules(text: str, situation: Situation | None, purpose: str = "update") -> set[str]:
    return {
        rule for rule, severity, _quote in found(text, situation, purpose) if severity != "hint"
    }


@pytest.mark.parametrize("pack", posture_packs(), ids=lambda pack: pack.language)
def test_the_examples_of_the_postures_hold(pack: object) -> None:
    assert broken_examples(pack) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "posture"),
    [
        ("We’re truly sorry for what happened.", "apology"),
        ("אֲנַחְנוּ מִתְנַצְּלִים בִּפְנֵיכֶם", "apology"),
        ("We firmly reject these accusations", "denial"),
        ("החברה דוחה מכל וכל את ההאשמות", "denial"),
        ("Nobody could have predicted it", "excuse"),
        ("מדובר באירוע חריג", "excuse"),
        ("His remarks were taken out of context", "justification"),
        ("מדובר בקמפיין הכפשה מתוזמר", "attack"),
        ("We have always put safety first", "reminder"),
        ("Please return the product to any store", "instruct"),
        ("אנא החזירו את המוצר", "instruct"),
    ],
)
def test_postures_are_told_apart_in_both_languages(text: str, posture: str) -> None:
    assert posture in postures_of(text).places


@pytest.mark.parametrize("purpose", ["apology", "holding", "update"])
@pytest.mark.parametrize("text", [GOOD_EN, GOOD_HE])
def test_what_follows_the_advice_is_left_alone(text: str, purpose: str) -> None:
    assert found(text, REBUILD, purpose, facts_against=True) == []


def test_a_denial_where_rebuilding_is_advised_is_warned_of() -> None:
    text = GOOD_HE + " הטענות שקריות."

    assert ("posture.avoided", "warning", "הטענות שקריות") in found(text, REBUILD)


def test_a_denial_against_confirmed_facts_is_an_error() -> None:
    text = "We categorically deny the allegations. Please call us."

    findings = found(text, None, facts_against=True)

    assert findings == [("posture.avoided", "error", "We categorically deny")]


def test_a_denial_where_it_is_advised_is_left_alone() -> None:
    assert rules("אין שחר לטענות. אנחנו מבינים את הדאגה.", DENY, "correction") == set()


@pytest.mark.parametrize("text", ["We are sorry.", "אנחנו מתנצלים."])
def test_an_apology_where_the_advice_is_to_inform_is_warned_of(text: str) -> None:
    assert "posture.unneeded" in rules(text, INFORM, "apology")
    assert "posture.avoided" in rules(text, DENY, "apology")
    assert rules(text, INFORM, "update") == set()


def test_what_is_advised_and_missing_is_named() -> None:
    text = "We know of the reports. We will post again at noon."

    stance = Stance(advise(REBUILD))
    missing = {f.data["posture"]: f.severity for f in weigh(text, stance, purpose="holding")}

    assert missing == {"apology": "warning", "instruct": "warning"}


def test_an_update_need_not_repeat_the_apology_that_was_published() -> None:
    text = "We know of the reports. We will post again at noon."
    said = Stance(advise(REBUILD), said=frozenset({"apology", "instruct", "compensation"}))

    assert weigh(text, said, purpose="update") == []
    assert weigh(text, said, purpose="holding") != []


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("We are sorry, but this has been blown out of proportion.", "blown out of proportion"),
        ("We apologise to all. It was never our intention.", "was never our intention"),
        ("אנחנו מתנצלים, אבל הדברים הוצאו מהקשרם.", "הוצאו מהקשרם"),
        ("אנו מתנצלים. לא התכוונו לפגוע.", "לא התכוונו"),
    ],
)
def test_an_apology_that_justifies_is_warned_of(text: str, quote: str) -> None:
    assert ("posture.mixed", "warning", quote) in found(text, None, "apology")


def test_an_excuse_fits_an_accident() -> None:
    text = "We are sorry. It was never our intention."

    assert ("posture.mixed", "hint", "was never our intention") in found(text, DIMINISH)


def test_a_denial_beside_an_apology_names_both() -> None:
    (finding,) = weigh("We are sorry. The claims are false.", Stance(None), purpose="update")

    assert (finding.rule, finding.data["beside"]) == ("posture.mixed", "We are sorry")


@pytest.mark.parametrize(
    "text", ["For over forty years we have served families.", "תודה על הנאמנות לאורך השנים."]
)
def test_good_deeds_do_not_stand_for_an_answer(text: str) -> None:
    assert rules(text, None) == {"posture.supplement_alone"}
    assert "posture.supplement_alone" not in rules(f"{text} {GOOD_EN}", REBUILD)


def test_nothing_is_weighed_inside_the_house() -> None:
    assert found("We categorically deny it.", REBUILD, "internal", facts_against=True) == []
