"""Secrets that can be recognised anywhere, and everywhere they might have got to."""

import base64
import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import pytest
from django.core import mail
from django.db import connection
from django.urls import NoReverseMatch, reverse

from crisisapi.common.setup import Field
from tests.servers import Reply

MARK = "pl4nt3d-S3CRET"
# Where a secret may be made of digits alone, or of hexadecimal ones.
DIGITS = "13579135791357913579"
HEX = "f00dfacef00dfacef00dfacef00dface"


def planted(name: str) -> str:
    """Return a secret for a field, with what has to be written otherwise in addresses and JSON."""
    return f"{MARK}/{name}+x=0123456789"


def planted_in(fields: Iterable[Field], values: Mapping[str, str]) -> dict[str, str]:
    """Return credentials: the values that are given, a secret in every other field."""
    return {one.name: values.get(one.name) or planted(one.name) for one in fields}


def echoes(secrets: Iterable[str]) -> dict[str, Reply]:
    """Return ways to fail that repeat every secret, as servers do that help to find mistakes."""
    said = " ".join(secrets)
    told = {
        "error": {"message": f"Malformed access token {said}", "code": 1, "type": said},
        "errors": [{"message": said, "detail": said, "title": said, "code": said}],
        "error_description": said,
        "message": said,
        "detail": said,
        "title": said,
        "data": [],
        "paging": {"next": f"https://graph.example/next?access_token={quote(said)}"},
    }
    html = f"<html><title>{said}</title><body>{said} {quote(said)}</body></html>"
    return {
        "401": Reply(401, told),
        "403": Reply(403, {"error": said}),
        "400": Reply(400, told),
        "422 text": Reply(422, said),
        "429": Reply(429, told, {"Retry-After": "5"}),
        "500": Reply(500, told),
        "500 html": Reply(500, html),
        "redirect": Reply(302, said, {"Location": f"/elsewhere?token={quote(said)}"}),
        "html": Reply(200, html),
        "json": Reply(200, told),
        "half": Reply(200, f'{{"data": "{said}'),
        "cut": Reply(cut="after_reading"),
    }


def stored() -> str:
    """Return every row of every table as text; bytes, and JSON inside of texts, too."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of our own tables
            found += [" ".join(map(_as_text, row)) for row in cursor.fetchall()]
    return "\n".join(found)


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """Return every line of the log at any level, as it is written, with its tracebacks."""
    form = logging.Formatter("%(name)s %(message)s")
    return "\n".join(form.format(record) for record in caplog.get_records("call"))


def mailed() -> str:
    """Return every mail that left."""
    return "\n".join(str(one.message()) for one in mail.outbox)


def shown_in_admin(client: Any, *rows: Any) -> str:
    """Return the pages of objects and the lists they stand in."""
    pages = []
    for row in rows:
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}"
        for route, args in ((f"{name}_change", [row.pk]), (f"{name}_changelist", [])):
            try:
                address = reverse(route, args=args)
            except NoReverseMatch:
                continue
            answer = client.get(address)
            assert answer.status_code == 200, address
            pages.append(answer.content.decode())
    return "\n".join(pages)


def answered(client: Any, *paths: str) -> str:
    """Return what the API says at these paths."""
    said = []
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.content)
        said.append(answer.content.decode())
    return "\n".join(said)


def is_clean(place: str, text: str) -> bool:
    """Say that no secret is in a text, however it is written; fails with where it stands."""
    forms = {MARK, DIGITS, HEX, base64.b64encode(MARK.encode()).decode()[:-4]}
    for form in forms:
        where = text.find(form)
        assert where < 0, f"{place}: …{text[max(0, where - 300) : where + 80]}…"
    return True


def _as_text(value: Any) -> str:
    if isinstance(value, memoryview | bytes):
        return bytes(value).decode("utf-8", "replace")
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
