"""What the audience writes, made readable and looked at twice."""

from datetime import UTC, datetime

import pytest

from messaging.rules.audience import day_of, flags_of, network_of, readable


def test_controls_and_marks_of_direction_are_left_out() -> None:
    assert readable("a\u202eb\u2066c\x00d\u200fe") == "abcde"


def test_spaces_become_one_and_paragraphs_stay() -> None:
    assert readable("  Is \t it\r\n\r\n\r\n\r\nsafe?  ") == "Is it\n\nsafe?"


def test_a_name_is_one_line() -> None:
    assert readable("Noa\nLevi", is_one_line=True) == "Noa Levi"


@pytest.mark.parametrize(
    "text", ["see https://spam.example", "go to www.spam", "cheap at spam.co.il", "SPAM.COM"]
)
def test_links_are_flagged(text: str) -> None:
    assert flags_of(text, []) == ["link"]


@pytest.mark.parametrize("text", ["Call me: 054-123-4567", "noa@example.org"])
def test_ways_to_reach_a_person_are_flagged(text: str) -> None:
    assert "contact" in flags_of(text, [])


@pytest.mark.parametrize(
    "text", ["Is the K2 safe?", "קניתי ב-12.5.2026, מה עכשיו?", "מה זה 1.5 ליטר"]
)
def test_plain_questions_are_not_flagged(text: str) -> None:
    assert flags_of(text, ["זבל"]) == []


@pytest.mark.parametrize("text", ["איזה זבל", "מהזבל הזה", "זֶבֶל!"])
def test_a_blocked_word_is_found_with_prefixes_and_niqqud(text: str) -> None:
    assert flags_of(text, ["זבל"]) == ["blocked_word"]


def test_a_blocked_word_is_not_found_inside_another() -> None:
    assert flags_of("Scunthorpe assassin", ["ass"]) == []


def test_several_blocked_words_are_found_in_their_order_only() -> None:
    assert flags_of("Buy it NOW, friends", ["buy it now"]) == ["blocked_word"]
    assert flags_of("now buy it", ["buy it now"]) == []


def test_a_house_has_one_network() -> None:
    assert network_of("2001:db8:1:2:aaaa::1") == network_of("2001:db8:1:2:bbbb::9")
    assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")
    assert network_of("::ffff:198.51.100.7") == "198.51.100.7"
    assert network_of("unix:") == "unix:"


def test_the_salt_changes_with_the_day() -> None:
    evening = datetime(2026, 3, 4, 23, 59, tzinfo=UTC)

    assert day_of(evening) != day_of(datetime(2026, 3, 5, 0, 0, tzinfo=UTC))
