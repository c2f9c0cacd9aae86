"""From a draft to the posts that are sent: link, directions, thread, in this order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from messaging.rules.bidi import RTL_LANGUAGES, isolate
from messaging.rules.limits.base import Medium, Post
from messaging.rules.measuring import PLATFORMS, Measure, measure
from messaging.rules.threads import split

# Which make a preview of a link they are told of; elsewhere it is part of the text.
LINK_PLATFORMS = frozenset({"facebook", "linkedin"})


@dataclass(frozen=True)
class Draft:
    """What somebody wrote for a platform; `is_isolated` None: where the language needs it."""

    text: str
    language: str
    title: str = ""
    link: str = ""
    is_thread: bool = False
    is_numbered: bool = True
    is_isolated: bool | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    media: Sequence[Medium] = ()


def posts_of(platform: str, draft: Draft, limits: Mapping[str, Any]) -> list[str]:
    """Return the texts of the posts a draft makes; `limits` are what the account allows."""
    text = _with_link(platform, draft, _plain(draft.text))
    is_isolated = draft.is_isolated
    if is_isolated is None:
        is_isolated = draft.language in RTL_LANGUAGES
    text = isolate(text, draft.language) if is_isolated else text
    if not draft.is_thread:
        return [text]
    told = told_to(platform, draft, limits)
    return split(text, PLATFORMS[platform].meters, told, is_numbered=draft.is_numbered)


def options_of(platform: str, draft: Draft) -> dict[str, Any]:
    """Return what a post tells its platform beside the text."""
    link = {"link": draft.link} if draft.link and platform in LINK_PLATFORMS else {}
    return {**draft.options, **link}


def told_to(platform: str, draft: Draft, limits: Mapping[str, Any]) -> dict[str, Any]:
    """Return what decides the limits of a post: its options, its media, the account."""
    shows_pictures = bool(draft.media) and not any(one.is_video for one in draft.media)
    return {**options_of(platform, draft), **limits, "shows_pictures": shows_pictures}


def measured(
    platform: str, draft: Draft, posts: Sequence[str], limits: Mapping[str, Any]
) -> list[Measure]:
    """Measure each post; title and media go with the first."""
    told = told_to(platform, draft, limits)
    rest = {name: value for name, value in told.items() if name != "reply_to"}
    first = [measure(platform, Post(posts[0], draft.title, draft.media, told))]
    return first + [_follower(platform, text, rest) for text in posts[1:]]


def _follower(platform: str, text: str, told: Mapping[str, Any]) -> Measure:
    """Measure a later post of a thread: that it shows nothing is no fault of it."""
    found = measure(platform, Post(text, options=told))
    needs = ("media_needed", "film_needed")
    kept = tuple(problem for problem in found.problems if problem.code not in needs)
    return Measure(found.length, found.limit, found.unit, kept)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _with_link(platform: str, draft: Draft, text: str) -> str:
    if not draft.link or platform in LINK_PLATFORMS or draft.link in text:
        return text
    return f"{text}\n\n{draft.link}".strip()
