"""Addresses of e-mail."""

import pytest

from messaging.rules.mail_addresses import cleaned, masked


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" noa@example.org ", "noa@example.org"),
        ("Noa.B+k2@EXAMPLE.org", "Noa.B+k2@example.org"),
        ("noa@דוגמה.example", "noa@xn--6dbbet8b.example"),
    ],
)
def test_an_address_keeps_its_local_part_and_lowers_its_domain(typed: str, stored: str) -> None:
    assert cleaned(typed).partition("@")[0] == stored.partition("@")[0]
    assert cleaned(typed).partition("@")[2].isascii()
    assert cleaned(typed).partition("@")[2] == cleaned(typed).partition("@")[2].lower()


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "noa",
        "@example.org",
        "noa@",
        "noa@example",
        "noa@@example.org",
        "noa@exa mple.org",
        "noa@example.org\nBcc: all@example.org",
        "noa@example..org",
        ".noa@example.org",
        "noa@127.0.0.1",
        "noa@-example.org",
        '"noa"@example.org',
        "א@example.org",
        "n" * 65 + "@example.org",
        "noa@" + "a." * 130 + "org",
    ],
)
def test_what_is_no_address_is_none(typed: str) -> None:
    assert cleaned(typed) == ""


def test_a_masked_address_is_recognised_and_cannot_be_written_to() -> None:
    assert masked("noa@example.org") == "n…@e….org"
    assert masked("") == ""
