"""What a file is, told by its bytes; which links lead to the web."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.rules.evidence import ACCEPTED, content_type_of, is_web_link
from tests.incidents.files import MAIL, PDF, PNG, container, office

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ODT = "application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PDF, "application/pdf"),
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a...", "image/gif"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        ("הידית נסדקה".encode(), "text/plain"),
        (MAIL, "message/rfc822"),
        (office("word/document.xml"), _WORD),
        (office("xl/workbook.xml"), _SHEET),
        (container(mimetype=_ODT), _ODT),
    ],
)
def test_a_file_is_what_its_bytes_say_whatever_its_name(content: bytes, found: str) -> None:
    assert content_type_of(content, "photo.exe") == found


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n",
        b"MZ\x90\x00",
        b"\x00\x00\x00\x18ftypheic",
        b"RIFF\x10\x00\x00\x00WAVE",
        b"<!DOCTYPE html><p>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xef\xbb\xbf  <?xml version='1.0'?><svg/>",
        b"polyglot\n<SCRIPT>alert(1)</SCRIPT>",
        b"text with a \x00 in it",
        "שלום".encode("cp1255"),
        b"PK\x03\x04 but no container",
        office("word/document.xml", "word/vbaProject.bin"),
        office("anything.txt"),
        container(mimetype="application/epub+zip"),
    ],
)
def test_what_might_run_or_is_not_known_is_not_taken(content: bytes) -> None:
    assert content_type_of(content, "report.pdf") is None


def test_the_name_decides_only_that_a_text_is_a_table() -> None:
    assert content_type_of(b"serial,cracked\n4711,yes", "Returned.CSV") == "text/csv"
    assert content_type_of(PDF, "x.csv") == "application/pdf"


@given(st.binary(max_size=200))
def test_no_bytes_break_it(content: bytes) -> None:
    assert content_type_of(content, "x") in {*ACCEPTED, None}


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("https://example.org/a?b=ג", True),
        ("http://example.org", True),
        ("ftp://example.org/a", False),
        ("javascript:alert(1)", False),
        ("https://user:secret@example.org/", False),
        ("https:///nowhere", False),
        ("https://[broken", False),
        ("example.org", False),
    ],
)
def test_a_link_leads_to_the_web(url: str, leads: bool) -> None:  # noqa: FBT001
    assert is_web_link(url) is leads
