"""Whether what stands on a platform is what we sent: platforms rewrite texts a little."""

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser

# Not read by people and dropped or added on the way: direction, joiners, variation selectors.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufe0e\ufe0f\ufeff]")
_SCHEME = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)
_SLASH_AT_END = re.compile(r"/(?=\s|$)")
_LEADING_MENTIONS = re.compile(r"^(?:@\w+\s+)+")
_MENTION_HOST = re.compile(r"(@[\w.-]+?)@[\w.-]*\w")


def is_same_text(ours: str, theirs: str) -> bool:
    """Say whether two texts read the same, whatever the platform did to spaces and addresses."""
    return _essence(ours) == _essence(theirs)


def is_same_reply(ours: str, theirs: str) -> bool:
    """Say the same of a reply, before which the platform may have put whom it answers."""
    return is_same_text(ours, theirs) or is_same_text(ours, _LEADING_MENTIONS.sub("", theirs))


def text_of_post(text: str, urls: Iterable[Mapping[str, object]]) -> str:
    """Return the text of a post on X as it was written.

    X escapes `&`, `<` and `>`, shortens every address, and adds one for each attachment
    (`entities.urls`, which carry `media_key` for attachments).
    """
    for url in urls:
        written = "" if url.get("media_key") else str(url.get("expanded_url") or "")
        text = text.replace(str(url.get("url") or "\0"), written)
    return html.unescape(text)


def text_of_html(content: str) -> str:
    """Return the text of a status that Mastodon shows as HTML."""
    reader = _Reader()
    reader.feed(content)
    reader.close()
    return "".join(reader.parts)


def without_hosts(text: str) -> str:
    """Leave the hosts out of mentions, as the HTML of a status does."""
    return _MENTION_HOST.sub(r"\1", text)


def _essence(text: str) -> str:
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    return " ".join(_SLASH_AT_END.sub("", _SCHEME.sub("", text)).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"br", "p"}:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
