"""What a variant may tell its platform beside text and media, by platform."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["text", "flag", "choice", "words"]


@dataclass(frozen=True)
class Option:
    """One thing to tell; `longest` limits a text, or each word, and `most` the words."""

    kind: Kind
    choices: tuple[str, ...] = ()
    longest: int = 200
    most: int = 20


_ID = Option("text", longest=100)
_VISIBLE = Option("choice", ("public", "unlisted", "private"))

OPTIONS: dict[str, dict[str, Option]] = {
    "x": {
        "reply_to": _ID,
        "quote": _ID,
        "reply_settings": Option("choice", ("following", "mentionedUsers", "subscribers")),
    },
    "facebook": {},
    "instagram": {"share_to_feed": Option("flag")},
    "linkedin": {"visibility": Option("choice", ("PUBLIC", "CONNECTIONS"))},
    "threads": {
        "topic_tag": Option("text", longest=50),
        "reply_control": Option("choice", ("everyone", "accounts_you_follow", "mentioned_only")),
    },
    "bluesky": {"langs": Option("words", longest=2, most=3)},
    "mastodon": {
        "visibility": _VISIBLE,
        "spoiler_text": Option("text", longest=300),
        "sensitive": Option("flag"),
    },
    "tiktok": {
        "privacy_level": Option(
            "choice",
            (
                "PUBLIC_TO_EVERYONE",
                "MUTUAL_FOLLOW_FRIENDS",
                "FOLLOWER_OF_CREATOR",
                "SELF_ONLY",
            ),
        ),
        "disable_comment": Option("flag"),
    },
    "youtube": {
        "privacy": _VISIBLE,
        "tags": Option("words", longest=100, most=60),
        "made_for_kids": Option("flag"),
    },
}


def wrong_options(platform: str, said: Mapping[str, Any]) -> dict[str, str]:
    """Return by name what is wrong: `unknown`, `type`, `choice`, `long` or `many`."""
    known = OPTIONS.get(platform, {})
    found = {
        name: "unknown" if name not in known else _wrong(known[name], value)
        for name, value in said.items()
    }
    return {name: code for name, code in found.items() if code}


def _wrong(option: Option, value: Any) -> str:
    if option.kind == "flag":
        return "" if isinstance(value, bool) else "type"
    if option.kind == "words":
        return _wrong_words(option, value)
    if not isinstance(value, str) or "\0" in value:
        return "type"
    if option.kind == "choice":
        return "" if value in option.choices else "choice"
    return "long" if len(value) > option.longest else ""


def _wrong_words(option: Option, value: Any) -> str:
    if not isinstance(value, list):
        return "type"
    if len(value) > option.most:
        return "many"
    if any(not isinstance(word, str) or not word.strip() or "\0" in word for word in value):
        return "type"
    return "long" if any(len(word) > option.longest for word in value) else ""
