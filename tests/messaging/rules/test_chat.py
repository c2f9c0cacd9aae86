"""Posts in a chat."""

from messaging.rules.chat import LENGTH, chat_text


def test_what_people_wrote_cannot_call_everybody_nor_link() -> None:
    text = chat_text("Now <!channel> & more", [("A|B", "https://x.example/1", ["see <http://y>"])])

    assert text == (
        "*Now &lt;!channel&gt; &amp; more*\n<https://x.example/1|A¦B>\n• see &lt;http://y&gt;"
    )


def test_a_long_post_is_cut_between_lines() -> None:
    text = chat_text("News", [("", "", ["ש" * 100] * 100)])

    assert len(text) <= LENGTH
    assert text.endswith("ש" * 100 + "\n…")
