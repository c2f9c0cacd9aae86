"""Secrets taken out of what others say, before it is kept or shown.

Servers repeat what they were sent: a token in a sentence, a header on a page of debugging.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import quote, quote_plus

from crisisapi.common.sentences import kept, read
from crisisapi.common.setup import Field, parts_of_address

HIDDEN = "***"
# Shorter ones may be words, which sentences can do without.
LEAST_IN_SENTENCE = 6
# Bytes are evidence: only what cannot stand there by chance is taken out.
LEAST_IN_BYTES = 16
_PAIRS = (("username", "password"), ("client_id", "client_secret"))
# An address that is secret leads nowhere without its path; others of its host begin with it.
_END_OF_ADDRESS = r"(?=[\"'<>\s\\]|$)"


class Hiding:
    """Takes secrets out of sentences and bytes, however they are written there."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # The longest first: one may be part of another.
        forms = sorted({form for one in secrets for form in _forms(one)}, key=len, reverse=True)
        self._in_sentence = _any_of(forms, LEAST_IN_SENTENCE)
        self._in_bytes = _any_of(forms, LEAST_IN_BYTES)
        self._found_first = [form.encode() for form in forms if len(form) >= LEAST_IN_BYTES]

    def sentence(self, text: object) -> str:
        """Return a sentence without the secrets; it is still worded by whoever reads it."""
        said = kept(text)
        return read(self._in_sentence.sub(HIDDEN, said) if self._in_sentence else said)

    def body(self, body: bytes) -> bytes:
        """Return bytes without the secrets; the very same bytes where there are none."""
        if self._in_bytes is None or not any(form in body for form in self._found_first):
            return body
        return re.sub(self._in_bytes.pattern.encode(), HIDDEN.encode(), body)


def secrets_among(fields: Iterable[Field], given: Mapping[str, str]) -> list[str]:
    """Return the secrets among credentials, and those that stand in a Basic header."""
    values = [given.get(field.name, "") for field in fields if field.is_secret]
    # Several may stand in one field, while one takes the place of another.
    found = [one for value in values for one in {value, *value.split()}]
    for user, password in _PAIRS:
        if given.get(password):
            pair = f"{given.get(user, '')}:{given[password]}"
            found.append(b64encode(pair.encode()).decode())
    return found


def _any_of(forms: Iterable[str], least: int) -> re.Pattern[str] | None:
    """Return what finds any of the forms that are long enough, None where there is none."""
    wanted = [_pattern(form) for form in forms if len(form) >= least]
    return re.compile("|".join(wanted)) if wanted else None


def _pattern(form: str) -> str:
    return re.escape(form) + (_END_OF_ADDRESS if form.startswith("/") else "")


def _forms(secret: str) -> set[str]:
    """Return a secret as it stands in text, in addresses, in JSON, and in HTML.

    Of an address that is what follows the host.
    """
    address = parts_of_address(secret)
    if address:
        secret = f"{address.path}?{address.query}" if address.query else address.path
    in_json = json.dumps(secret, ensure_ascii=False)[1:-1]
    forms = {secret, in_json, in_json.replace("/", "\\/"), escape(secret)}
    if not address:
        forms |= {quote(secret, safe=""), quote(secret), quote_plus(secret)}
    return forms - {""}
