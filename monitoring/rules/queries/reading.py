"""A mention as queries read it: its words, its author's words, and what is known of it."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from monitoring.rules.queries.words import Words

_LINK = re.compile(r"(?:https?://|\bwww\.)\S*", re.IGNORECASE)
_QUESTION_MARK = re.compile("[?؟？]")


@dataclass(frozen=True, slots=True)
class Document:
    """What queries may ask of a mention; empty where it is not known."""

    text: str
    platform: str = ""
    language: str = ""
    sentiment: str = ""
    emotions: Collection[str] = ()
    intents: Collection[str] = ()
    author_handle: str = ""
    author_name: str = ""
    author_followers: int | None = None


class Reading:
    """A document with its words looked up; made once and asked by many queries."""

    def __init__(self, document: Document) -> None:
        """Read the text at once, the author when somebody asks."""
        self.document = document
        self.words = Words(document.text)

    @cached_property
    def author(self) -> Words:
        """Return the words of the author's account and name."""
        handle = self.document.author_handle.lstrip("@")
        account = f"@{handle} " if handle else ""
        return Words(account + self.document.author_name)

    @cached_property
    def known(self) -> frozenset[str]:
        """Return what is known of it, each as `field:value`."""
        return frozenset(self._known())

    def _known(self) -> Iterator[str]:
        document = self.document
        yield f"lang:{document.language}"
        yield f"platform:{document.platform}"
        yield f"sentiment:{document.sentiment}"
        yield from (f"emotion:{one}" for one in document.emotions)
        yield from (f"intent:{one}" for one in document.intents)
        yield from (f"has:{one}" for one in self._things())

    def _things(self) -> Iterator[str]:
        text = self.document.text
        if _LINK.search(text):
            yield "link"
        # Addresses have question marks of their own.
        if _QUESTION_MARK.search(_LINK.sub(" ", text)):
            yield "question"
        if any(form[0] == "#" for form in self.words.exact):
            yield "hashtag"
        if any(form[0] == "@" for form in self.words.exact):
            yield "mention"
