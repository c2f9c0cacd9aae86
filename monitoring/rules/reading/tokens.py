"""How a text is put down before it is hashed: one spelling, tokens with one space between."""

import re

from monitoring.rules.lexicon import plain

CHARACTERS_READ = 1000  # what follows hardly changes the judgement and would cost time
USER, LINK = "\x01", "\x02"

# What all of them begin with stands first, which is found quicker.
_NAMES_AND_LINKS = re.compile(r"[@hw](?:(?<=@)\w+|(?<=h)ttps?\b\S*|(?<=w)ww\.\S*)")
_REPEATED = re.compile(r"(.)\1{2,}", re.DOTALL)
_DIGITS = re.compile(r"\d+")
_TOKEN = re.compile(
    r"[^\W\d_]+(?:['\"][^\W\d_]+)*"  # words, also with an inner apostrophe or gershayim
    r"|\d+"
    r"|[:;=][-']?[)(dp/\\|]|<3"  # smileys
    r"|[!?]+|\.\.+"
    r"|[\x01\x02]"
    # emoji and other signs, one by one
    r"|[^\w\s.,!?'\"\-:;()/#@&|_*<>=+\[\]{}~^$%\\]"
)


def prepare(text: str) -> str:
    """The tokens of a text's beginning: numbers are one token, so are names and links."""
    told = _NAMES_AND_LINKS.sub(_placeholder, plain(text[:CHARACTERS_READ]))
    tokens = _TOKEN.findall(_REPEATED.sub(r"\1\1", told))
    return _DIGITS.sub("0", " ".join(tokens))


def _placeholder(found: re.Match[str]) -> str:
    return f" {USER} " if found[0].startswith("@") else f" {LINK} "
