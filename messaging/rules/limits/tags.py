"""Hashtags, mentions and links of a text, as platforms without rules of their own find them."""

import re
from collections.abc import Callable, Iterator

from messaging.rules.limits.base import Post, Problem, Severity
from messaging.rules.limits.urls import find_urls

# Letters, digits and _ with their points, and the maqaf, geresh and gershayim within a word; not
# digits alone. A `#` within a word or an address begins none.
_HASHTAG = re.compile(
    r"(?<![\w#＃/&@])[#＃](?=\d*[^\W\d])[\w\u0300-\u036f\u0591-\u05c7\u05f3\u05f4]++"
)
_MENTION = re.compile(r"(?<![\w@./])@[A-Za-z0-9_](?:[A-Za-z0-9_.]*[A-Za-z0-9_])?")

Span = tuple[int, int]


def find_hashtags(text: str) -> list[Span]:
    """Return the hashtags of a text."""
    return [found.span() for found in _HASHTAG.finditer(text)]


def find_mentions(text: str) -> list[Span]:
    """Return the @names of a text."""
    return [found.span() for found in _MENTION.finditer(text)]


def no_more_hashtags_than(
    most: int, severity: Severity, code: str
) -> Callable[[Post], Iterator[Problem]]:
    """Return a check that finds the hashtags beyond a number."""

    def check(post: Post) -> Iterator[Problem]:
        yield from _beyond(find_hashtags(post.text), most, severity, code)

    return check


def no_more_mentions_than(most: int) -> Callable[[Post], Iterator[Problem]]:
    """Return a check that finds the @names beyond a number."""

    def check(post: Post) -> Iterator[Problem]:
        yield from _beyond(find_mentions(post.text), most, "error", "too_many_mentions")

    return check


def no_more_links_than(most: int) -> Callable[[Post], Iterator[Problem]]:
    """Return a check that finds the links beyond a number of different ones."""

    def check(post: Post) -> Iterator[Problem]:
        first: dict[str, Span] = {}
        for url in find_urls(post.text):
            first.setdefault(post.text[url.start : url.end], (url.start, url.end))
        yield from _beyond(list(first.values()), most, "error", "too_many_links")

    return check


def links_are_dead(post: Post) -> Iterator[Problem]:
    """Warn of links that nobody can click there."""
    for url in find_urls(post.text):
        yield Problem("link_not_clickable", "warning", "text", url.start, url.end)


def _beyond(found: list[Span], most: int, severity: Severity, code: str) -> Iterator[Problem]:
    """Yield one problem that spans from the first too many to the last."""
    if len(found) > most:
        params = {"count": len(found), "most": most}
        yield Problem(code, severity, "text", found[most][0], found[-1][1], params)
