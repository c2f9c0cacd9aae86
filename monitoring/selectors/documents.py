"""What queries may ask of a mention."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from monitoring.rules.counts import EMOTION_COUNTS_FROM
from monitoring.rules.queries import Document


class _Read(Protocol):
    """A row of a mention that was read."""

    @property
    def platform(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def sentiment(self) -> str: ...
    @property
    def emotions(self) -> Mapping[str, float]: ...
    @property
    def intents(self) -> Sequence[str]: ...
    @property
    def author_handle(self) -> str: ...
    @property
    def author_name(self) -> str: ...
    @property
    def author_followers(self) -> int | None: ...


def document_of(row: _Read, *, text: str) -> Document:
    """Return what a query is matched with; emotions too weak to be counted are not found."""
    return Document(
        text=text,
        platform=row.platform,
        language=row.language,
        sentiment=row.sentiment,
        emotions=[name for name, one in row.emotions.items() if one >= EMOTION_COUNTS_FROM],
        intents=row.intents,
        author_handle=row.author_handle,
        author_name=row.author_name,
        author_followers=row.author_followers,
    )
