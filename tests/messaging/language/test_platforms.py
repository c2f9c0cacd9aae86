"""How a text would stand on a platform as one post."""

import pytest

from messaging.rules.language.platforms import fit
from messaging.rules.measuring import PLATFORMS


def test_what_is_too_long_for_one_post_is_marked_from_where_it_is_too_much() -> None:
    text = "a" * 300

    [found] = fit(text, "x")

    assert (found.rule, found.severity) == ("platform.length", "warning")
    assert (found.start, found.end) == (280, 300)
    assert found.reason["en"] == "20 too many: 300 where 280 are taken in one post."
    assert "300" in found.reason["he"]


def test_more_hashtags_than_a_platform_takes_are_told() -> None:
    text = "Update " + " ".join(f"#kettle{number}" for number in range(31))

    assert "platform.hashtags" in {each.rule for each in fit(text, "instagram")}


def test_a_link_that_nobody_can_click_is_told_where_it_stands() -> None:
    text = "More: https://example.org/report"

    [found] = fit(text, "instagram")

    assert found.rule == "platform.links"
    assert text[found.start : found.end] == "https://example.org/report"


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_no_text_of_a_few_words_is_told_to_be_shorter(platform: str) -> None:
    assert fit("The water is safe to drink again.", platform) == []


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_every_problem_is_worded_for_each_reader(platform: str) -> None:
    text = " ".join(f"#tag{n} @name{n} https://example.org/{n}" for n in range(5_000))

    for found in fit(text, platform):
        assert "{" not in found.reason["en"] + found.reason["he"]
        assert 0 <= found.start <= found.end <= len(text)
