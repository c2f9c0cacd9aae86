"""Secrets are taken out of what others say, and nothing else is."""

from base64 import b64encode
from urllib.parse import quote

import pytest
from django.utils.translation import override

from crisisapi.common.hiding import HIDDEN, Hiding, secrets_among
from crisisapi.common.sentences import sentence as _
from crisisapi.common.setup import Field

SECRET = 'A+b/c="d'
LONG = "whsec/3f9a81c2+77&e0"


@pytest.mark.parametrize("form", [SECRET, quote(SECRET, safe=""), 'A+b\\/c=\\"d', "A+b/c=&quot;d"])
def test_a_secret_is_hidden_however_it_is_written(form: str) -> None:
    said = Hiding([SECRET]).sentence(f"Malformed token {form}!")

    assert said == f"Malformed token {HIDDEN}!"


def test_a_sentence_without_its_secret_is_still_worded_for_its_reader() -> None:
    whole = _("The platform answered %(status)s.") % {"status": SECRET}

    hidden = Hiding([SECRET]).sentence(whole)

    with override("he"):
        assert str(hidden) == f"הפלטפורמה השיבה {HIDDEN}."


def test_bytes_lose_what_cannot_stand_there_by_chance() -> None:
    hiding = Hiding([LONG, "kettle"])

    body = hiding.body(f'{{"next": "/?t={quote(LONG)}", "text": "my kettle"}}'.encode())

    assert body == f'{{"next": "/?t={HIDDEN}", "text": "my kettle"}}'.encode()


def test_an_empty_secret_hides_nothing() -> None:
    assert Hiding([""]).sentence("A sentence.") == "A sentence."


def test_a_basic_header_is_as_secret_as_what_it_is_made_of() -> None:
    fields = [Field("username", "user"), Field("password", "password", is_secret=True)]

    found = secrets_among(fields, {"username": "rimon", "password": "p"})

    assert found == ["p", b64encode(b"rimon:p").decode()]


ADDRESS = "https://www.google.com/alerts/feeds/0123/4567"


@pytest.mark.parametrize("shown", [ADDRESS, ADDRESS.replace("/", "\\/")])
def test_an_address_loses_what_leads_there(shown: str) -> None:
    hidden = Hiding([ADDRESS]).body(f'"{shown}"'.encode())

    assert b"4567" not in hidden
    assert b"www.google.com" in hidden


def test_what_stands_below_a_secret_address_is_another_one() -> None:
    body = b"<link>https://www.google.com/alerts/feeds/0123/4567/posts/1</link>"

    assert Hiding([ADDRESS]).body(body) == body


def test_bytes_without_secrets_are_the_very_same() -> None:
    body = b"\xf9\xec\xe5\xed" * 100

    assert Hiding([LONG]).body(body) == Hiding([]).body(body) == body
