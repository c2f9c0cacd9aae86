"""How to treat a stakeholder, and what a contact looks like."""

from typing import Any

import pytest

from incidents.models.stakeholder import ContactKind, Strategy
from incidents.rules.stakeholders import (
    CONTACT_KINDS,
    MOST_CONTACTS,
    STRATEGIES,
    contact_like,
    flaws_of_contacts,
    strategy_of,
)


@pytest.mark.parametrize(
    ("influence", "interest", "strategy"),
    [
        (5, 5, "manage_closely"),
        (4, 4, "manage_closely"),
        (4, 3, "keep_satisfied"),
        (5, 1, "keep_satisfied"),
        (3, 4, "keep_informed"),
        (1, 5, "keep_informed"),
        (3, 3, "monitor"),
        (1, 1, "monitor"),
    ],
)
def test_the_grid_of_mendelow(influence: int, interest: int, strategy: str) -> None:
    assert strategy_of(influence=influence, interest=interest) == strategy


def test_models_and_rules_know_the_same_choices() -> None:
    assert (tuple(ContactKind.values), tuple(Strategy.values)) == (CONTACT_KINDS, STRATEGIES)


@pytest.mark.parametrize(
    "contact",
    [
        {"kind": "email", "value": "press@example.org", "label": "press office"},
        {"kind": "phone", "value": "+972 3 555-0100"},
        {"kind": "phone", "value": "1-700-700-700", "label": ""},
        {"kind": "handle", "value": "@מועצה"},
        {"kind": "address", "value": "רחוב הדוגמה 1, חיפה"},
        {"kind": "other", "value": "knock twice"},
    ],
)
def test_a_contact_without_flaws(contact: dict[str, str]) -> None:
    assert list(flaws_of_contacts([contact])) == []


@pytest.mark.parametrize(
    ("said", "path", "code"),
    [
        ("press@example.org", (), "contacts_shape"),
        ([{"kind": "other", "value": "x"}] * (MOST_CONTACTS + 1), (), "contacts_shape"),
        (["press@example.org"], ("0",), "contact_shape"),
        ([{"kind": "other", "value": "x", "colour": "red"}], ("0",), "contact_shape"),
        ([{"kind": "fax", "value": "1"}], ("0", "kind"), "contact_kind"),
        ([{"kind": "other", "value": " "}], ("0", "value"), "contact_value"),
        ([{"kind": "other", "value": 7}], ("0", "value"), "contact_value"),
        ([{"kind": "other", "value": "x" * 501}], ("0", "value"), "contact_value"),
        ([{"kind": "email", "value": "press at example"}], ("0", "value"), "contact_email"),
        ([{"kind": "phone", "value": "call me"}], ("0", "value"), "contact_phone"),
        ([{"kind": "handle", "value": "two words"}], ("0", "value"), "contact_handle"),
        ([{"kind": "other", "value": "x", "label": 7}], ("0", "label"), "contact_label"),
    ],
)
def test_a_flaw_is_told_at_its_place(said: Any, path: tuple[str, ...], code: str) -> None:
    assert [(flaw.path, flaw.code) for flaw in flaws_of_contacts(said)] == [(path, code)]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (" press@example.org ", "email"),
        ("03-5550100", "phone"),
        ("@council", "handle"),
        ("Ask for Dana", "other"),
    ],
)
def test_a_line_shows_what_it_is(line: str, kind: str) -> None:
    contact = contact_like(line)

    assert contact == {"kind": kind, "value": line.strip(), "label": ""}
    assert list(flaws_of_contacts([contact])) == []
