"""XML in every encoding, and no way to an entity through any of them."""

import pytest

from monitoring.rules.incoming import Unreadable
from monitoring.rules.xmltext import known_encoding, with_declaration, xml_text

HEBREW = "<rss><title>הקומקום נסדק</title></rss>"
LAUGHS = (
    '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    "<rss><channel><title>&b;</title></channel></rss>"
)
OUTSIDE = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><title>&x;</title></rss>'


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-8", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16", ""),
        ("utf-16-le", ""),
        ("utf-16-be", "utf-8"),
        ("utf-32", "utf-32"),
        ("utf-32-le", ""),
        ("windows-1255", "windows-1255"),
        ("windows-1255", "WINDOWS-1255"),
        ("windows-1255", ""),
        ("windows-1255", "utf-8"),
        ("windows-1255", "no-such-encoding"),
        ("iso-8859-8", "ISO-8859-8-I"),
        ("cp862", "cp862"),
    ],
)
def test_hebrew_is_read_in_whatever_it_is_written(encoding: str, declared: str) -> None:
    prolog = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""

    assert xml_text((prolog + HEBREW).encode(encoding)) == HEBREW


def test_what_only_the_server_says_is_written_into_the_document() -> None:
    body = "<rss><title>Größe</title></rss>".encode("iso-8859-2")

    assert "Größe" in xml_text(with_declaration(body, "ISO-8859-2"))
    assert with_declaration(body, "utf-8") == with_declaration(body, "punycode") == body


def test_a_document_knows_better_than_its_server() -> None:
    body = ('<?xml version="1.0" encoding="windows-1255"?>' + HEBREW).encode("windows-1255")

    assert with_declaration(body, "iso-8859-1") == body


@pytest.mark.parametrize("name", ["punycode", "unicode_escape", "utf-7", "rot13", "zip", "", "\0"])
def test_a_codec_that_is_no_encoding_of_text_is_not_used(name: str) -> None:
    assert known_encoding(name) == ""


@pytest.mark.parametrize("document", [LAUGHS, OUTSIDE, LAUGHS.lower(), OUTSIDE.lower()])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32-le"])
def test_entities_are_refused_in_every_encoding(document: str, encoding: str) -> None:
    with pytest.raises(Unreadable) as caught:
        xml_text(document.encode(encoding))

    assert caught.value.code == "xml_entities"


@pytest.mark.parametrize(
    "document",
    [
        '<!ENT\x00ITY a "b"><rss/>',
        '<!ENT<!DOCTYPE a>ITY a "b"><rss/>',
        '<!DOCT<!DOCTYPE a>YPE rss [<!ENT<!DOCTYPE b>ITY a "b">]><rss/>',
        '<!DOCTYPE a [ <!ELEMENT x ANY> <?pi <w ?> <!ENTITY a "b"> ]><rss/>',
        '<?xml version="1.0" encoding="utf-7"?>\n<!DOCTYPE a [<!ENTITY b "c">]><rss/>',
    ],
)
def test_no_trick_leads_to_an_entity(document: str) -> None:
    with pytest.raises(Unreadable):
        xml_text(document.encode())


def test_utf_7_hides_nothing() -> None:
    hidden = b'<?xml version="1.0" encoding="utf-7"?>+ADw-!ENTITY a +ACI-b+ACI-+AD4-<rss/>'

    assert "<!ENTITY" not in xml_text(hidden)


def test_a_doctype_without_entities_is_left_out() -> None:
    old = (
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.com/r.dtd"><rss/>'
    )

    assert xml_text(old.encode()) == "<rss/>"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("&nbsp;&rsquo;&lt;&AMP;&nonsense;", "\xa0’&lt;&amp;&amp;nonsense;"),
        ("&#0;&#xD800;&#1114112;&#" + "9" * 5000 + ";", "\ufffd" * 4),
        ("&#xD83D;&#xDE00; &#55357;&#56832;", "😀 😀"),
        ("\x00\x08\ufffe", ""),
        ("&#39;&#x5d0;", "&#39;&#x5d0;"),
        ("Q&A<![CDATA[?a&b]]>?a&b", "Q&amp;A<![CDATA[?a&b]]>?a&amp;b"),
    ],
)
def test_references_stand_for_characters_that_xml_may_hold(written: str, read: str) -> None:
    assert xml_text(f"<t>{written}</t>".encode()) == f"<t>{read}</t>"


def test_broken_xml_is_guessed_at_only_where_it_is_short() -> None:
    broken = "<rss>" + "<item>" * 200_000

    with pytest.raises(Unreadable) as caught:
        xml_text(broken.encode())

    assert caught.value.code == "malformed_xml"
    assert xml_text(b"<rss><item>") == "<rss><item>"
    assert xml_text(f"<rss>{'<item/>' * 200_000}</rss>".encode())
