"""Whether a platform's text is ours."""

import pytest

from messaging.rules.sameness import (
    is_same_reply,
    is_same_text,
    text_of_html,
    text_of_post,
    without_hosts,
)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("one  two\nthree", "one two three"),
        ("\u2068K2\u2069 קומקום", "K2 קומקום"),
        ("see rimon.example/k2", "see https://rimon.example/k2/"),
        ("cafe\u0301", "café"),
    ],
)
def test_what_platforms_change_is_looked_through(ours: str, theirs: str) -> None:
    assert is_same_text(ours, theirs)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("K2-4", "K2-5"), ("we refund", "we refunded"), ("text", ""), ("לא נמכור", "נמכור")],
)
def test_another_text_is_another(ours: str, theirs: str) -> None:
    assert not is_same_text(ours, theirs)


def test_whom_a_reply_answers_may_stand_before_it() -> None:
    assert is_same_reply("we see it", "@tealover @other we see it")
    assert not is_same_text("we see it", "@tealover we see it")


def test_a_post_on_x_is_read_as_it_was_written() -> None:
    urls = [
        {"url": "https://t.co/a", "expanded_url": "https://rimon.example/k2?a=1&b=2"},
        {
            "url": "https://t.co/b",
            "expanded_url": "https://x.com/rimon/photo/1",
            "media_key": "3_1",
        },
    ]

    text = text_of_post("A &amp; B &lt;3 https://t.co/a https://t.co/b", urls)

    assert is_same_text("A & B <3 https://rimon.example/k2?a=1&b=2", text)


def test_a_status_is_read_out_of_its_html() -> None:
    link = '<a href="https://a.example"><span class="invisible">https://</span>a.example</a>'
    shown = f"<p>קראו {link}</p><p>&amp; <br>סוף</p>"

    assert is_same_text("קראו https://a.example\n\n&\nסוף", text_of_html(shown))


def test_the_host_of_a_mention_is_not_shown() -> None:
    assert without_hosts("thanks @standards@gov.example.") == "thanks @standards."
