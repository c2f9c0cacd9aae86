"""The text of a post in a chat that takes Slack's incoming webhooks (Mattermost, Rocket.Chat).

Source of the escapes and of the link: Slack, "Formatting text for app surfaces".
"""

from collections.abc import Iterable, Sequence

LENGTH = 3_000
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_BREAKS = str.maketrans({"|": "¦", "\n": " "})


def chat_text(subject: str, stories: Iterable[tuple[str, str, Sequence[str]]]) -> str:
    """Return a bold subject and, for each story, its linked title and its lines; 3,000 at most."""
    blocks = [f"*{_escaped(subject)}*"]
    for title, link, lines in stories:
        head = [f"<{link}|{_escaped(title).translate(_BREAKS)}>"] if title else []
        blocks.append("\n".join([*head, *(f"• {_escaped(line)}" for line in lines)]))
    return _cut("\n".join(blocks))


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _cut(text: str) -> str:
    """Cut at the end of a line, so that no link or escape is broken."""
    if len(text) <= LENGTH:
        return text
    return text[: LENGTH - 2].rpartition("\n")[0] + "\n…"
