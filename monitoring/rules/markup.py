"""Markup, as the text it shows."""

import html
import re

# More than enough for the longest text that is kept.
MARKUP_LIMIT = 400_000

# Each runs to the end where nothing closes it, so that it is searched once.
_UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[|\]\]>|<(script|style|template)\b.*?(?:</\1\s*>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span"
    r"|strike|strong|sub|sup|tt|u|var|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[A-Za-z!?][^<>]*>")
_BLANKS = re.compile(r"\s+")


def plain(markup: str) -> str:
    """Return text without its tags, with its character references resolved, on one line.

    A tag inside of a word leaves no gap in it, as in a browser.
    """
    shown = _UNSEEN.sub(" ", str(markup)[:MARKUP_LIMIT])
    shown = _TAG.sub(" ", _INLINE.sub("", shown))
    return _BLANKS.sub(" ", html.unescape(shown)).strip()
