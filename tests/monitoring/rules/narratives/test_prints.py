"""Near-duplicates are known again, other posts about the same are not."""

import pytest

from monitoring.rules.narratives.prints import SAME, Printer, alike
from monitoring.rules.narratives.texts import read_post

PRINTER = Printer(b"a key")
SAID = "The handle of my new Rimon K2 kettle cracked and boiling water burned my daughter's hand"
SAID_HE = "הידית של קומקום רימון נסדקה באמצע המטבח והמים הרותחים נשפכו על הילדה שלי"
VARIANTS = [
    (SAID, f"RT @dana: {SAID} https://t.co/x"),
    (SAID, f"{SAID.upper()} via @dana_47"),
    (SAID, "RT @dana: The handle of my new Rimon K2 kettle cracked and boiling water bur…"),
    (
        SAID,
        "The handle of my Rimon K2 kettle cracked and boiling water burned my son's hand!!! #K2",
    ),
    (SAID_HE, "הֲיָדִית של קומקום רימון נסדקה באמצע המטבח והמים הרותחים נשפכו על הילדה שלי @rimon"),
    (SAID_HE, "הידית של קומקום רימון נסדקה באמצע המטבח ומים רותחים נשפכו על הילד שלי 😡"),
    (
        "3 children were burned by the K2 this week and the company says nothing",
        "5 children were burned by the K2 this week and the company says nothing at all",
    ),
]
OTHERS = [
    (SAID, "My Rimon K2 kettle's handle came off and I got burned by boiling water last night"),
    (SAID_HE, "קומקום של רימון התפרק לי ביד, הילדה נכוותה ממים רותחים"),
    (
        "Rimon refuses to refund my money for the kettle",
        "Rimon refuses to answer my calls about the kettle",
    ),
    (
        "Customer service of Rimon has been useless for three weeks",
        "Customer service of Rimon was great, they called me in three hours",
    ),
]


def _alike(one: str, other: str) -> float:
    first, second = (PRINTER.print(read_post(text).plain) for text in (one, other))
    return alike(first.minima, second.minima)


@pytest.mark.parametrize(("one", "other"), VARIANTS)
def test_a_variant_is_the_same_text_and_is_found_by_a_band(one: str, other: str) -> None:
    prints = [PRINTER.print(read_post(text).plain) for text in (one, other)]

    assert _alike(one, other) >= SAME
    assert set(prints[0].bands) & set(prints[1].bands)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_another_post_about_the_same_is_another_text(one: str, other: str) -> None:
    assert _alike(one, other) < SAME


def test_short_texts_are_the_same_only_when_every_letter_is() -> None:
    one, other = (
        PRINTER.print(read_post(text).plain) for text in ("Shame on Rimon", "Shame, Rimon")
    )

    assert (one.bands, one.minima) == ((), b"")
    assert one.exact != other.exact
    assert one.exact == PRINTER.print(read_post("SHAME on Rimon!!! 😡").plain).exact


def test_a_fingerprint_means_nothing_under_another_key() -> None:
    other = Printer(b"another key")

    assert alike(PRINTER.print(SAID).minima, other.print(SAID).minima) < 0.1
    assert not set(PRINTER.print(SAID).bands) & set(other.print(SAID).bands)


@pytest.mark.parametrize("text", ["", "😡😡", "@dana", "https://x.co/1", "\u200f", "\ud800"])
def test_what_has_no_words_says_nothing(text: str) -> None:
    assert read_post(text).plain in ("", "\ud800")


def test_links_lead_to_one_place_whoever_shared_them() -> None:
    one = read_post("look https://www.news.example.org/k2/?utm_source=x#top")
    other = read_post("http://news.example.org/k2).")

    assert one.links == other.links == ("news.example.org/k2",)


def test_a_text_of_any_length_is_read_at_the_price_of_its_beginning() -> None:
    long = "boiling water " * 50_000

    assert len(read_post(long).plain) <= 1_000
