"""Feeds of every kind and age, and mutilated ones, read into mentions."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st

from monitoring.rules.incoming import Batch, IncomingMention, Unreadable
from monitoring.sources.base import Account
from monitoring.sources.rss import PROVIDER
from tests.monitoring.sources.feeding import NOW, item, rss

ACCOUNT = Account(settings={"url": "https://news.example.org/feeds/all.xml"})

RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:slash="http://purl.org/rss/1.0/modules/slash/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Kitchen News</title><link>https://news.example.org/</link><language>en-us</language>
<item><title>Rimon &amp; the &lt;b&gt;kettle&lt;/b&gt;</title><link>/recall?id=7</link>
<guid isPermaLink="false">7</guid><pubDate>Wed, 04 Mar 2026 11:15:00 +0200</pubDate>
<dc:creator>Noa Levi</dc:creator><slash:comments>12</slash:comments>
<description>Short</description>
<content:encoded><![CDATA[<p>The handle <i>cracked</i>.</p><script>no()</script>]]>
</content:encoded>
</item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"
 xml:lang="he"><id>f</id><title>פורום המטבח</title>
<entry><id>tag:x,2026:8</id><title type="html">הקומקום &amp;quot;רימון&amp;quot;</title>
<link rel="self" href="https://forum.example/api/8"/><link href="https://forum.example/8"/>
<published>2026-03-04T09:15:00Z</published><updated>2026-03-04T09:20:00Z</updated>
<author><name>דנה</name><uri>https://forum.example/u/dana</uri></author>
<thr:in-reply-to ref="tag:x,2026:7" href="https://forum.example/7"/><thr:total>3</thr:total>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>הידית נסדקה</p></div></content>
</entry></feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://a.example/"><title>Old</title></channel>
<item rdf:about="https://a.example/1"><title>One</title><link>https://a.example/1</link>
<dc:date>2026-03-04T09:15:00+00:00</dc:date></item></rdf:RDF>"""

RSS_09 = """<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
 "http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91"><channel><title>Older</title><item><title>One</title>
<link>https://a.example/1</link></item></channel></rss>"""


def read(document: str, encoding: str = "utf-8") -> Batch:
    return PROVIDER.parse(ACCOUNT, document.encode(encoding), now=NOW)


def only(document: str) -> IncomingMention:
    (found,) = read(document).mentions
    return found


def one(entry: str) -> IncomingMention:
    return only(f'<rss version="2.0"><channel><title>News</title>{entry}</channel></rss>')


def test_an_item_of_rss_tells_all_it_knows() -> None:
    found = only(RSS)

    assert (found.id, found.url) == ("7", "https://news.example.org/recall?id=7")
    assert found.text == "Rimon & the kettle\n\nThe handle cracked."
    assert (found.author.name, found.comments, found.language) == ("Noa Levi", 12, "en")
    assert found.published_at == datetime.fromisoformat("2026-03-04T09:15:00Z")


def test_an_entry_of_atom_tells_all_it_knows() -> None:
    found = only(ATOM)

    assert (found.id, found.url) == ("tag:x,2026:8", "https://forum.example/8")
    assert found.text == 'הקומקום "רימון"\n\nהידית נסדקה'
    assert (found.author.name, found.author.profile) == ("דנה", "https://forum.example/u/dana")
    assert (found.parent_id, found.comments, found.language) == ("tag:x,2026:7", 3, "he")
    assert found.revision == int(datetime.fromisoformat("2026-03-04T09:20:00Z").timestamp())


@pytest.mark.parametrize("document", [RDF, RSS_09])
def test_old_formats_are_read(document: str) -> None:
    found = only(document)

    assert (found.id, found.text) == ("https://a.example/1", "One")


@pytest.mark.parametrize("encoding", ["windows-1255", "iso-8859-8", "utf-16", "utf-16-be"])
def test_hebrew_in_old_encodings_is_read(encoding: str) -> None:
    (found,) = read(f'<?xml version="1.0" encoding="{encoding}"?>{ATOM}', encoding).mentions

    assert "הידית נסדקה" in found.text


@pytest.mark.parametrize(
    ("entry", "external_id"),
    [
        ("<title>t</title><link>https://a.example/1</link>", "https://a.example/1"),
        ("<title>t</title><guid>x</guid><link>https://a.example/1</link>", "x"),
        ("<title>t</title>", "sha256:"),
        (f"<title>t</title><guid>{'x' * 301}</guid>", "sha256:"),
    ],
)
def test_an_entry_is_named_even_where_its_feed_does_not(entry: str, external_id: str) -> None:
    assert one(f"<item>{entry}</item>").id[: len(external_id)] == external_id


def test_long_ids_that_begin_alike_are_two() -> None:
    start = "https://a.example/" + "x" * 300

    found = read(rss(item(start + "1"), item(start + "2")).decode())

    assert len(found.mentions) == 2


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("Wed, 04 Mar 2026 11:15:00 +0200", "2026-03-04T09:15:00Z"),
        ("Wed, 4 Mar 26 04:15 EST", "2026-03-04T09:15:00Z"),
        ("2026-03-04T09:15:00.123456Z", "2026-03-04T09:15:00Z"),
        ("2026-03-04", "2026-03-04T00:00:00Z"),
        ("Wed Mar  4 09:15:00 2026", "2026-03-04T09:15:00Z"),
        ("yesterday", "2026-03-04T09:30:00Z"),
        ("", "2026-03-04T09:30:00Z"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "2026-03-04T09:30:00Z"),
        ("Wed, 01 Jul 2026 09:00:00 GMT", "2026-03-04T09:30:00Z"),
        ("Fri, 31 Dec 9999 23:59:59 -1200", "2026-03-04T09:30:00Z"),
    ],
)
def test_dates_of_all_kinds_are_read_or_left_to_the_clock(said: str, at: str) -> None:
    assert one(item("1", at=said)).published_at == datetime.fromisoformat(at)


def test_a_guid_that_is_no_address_makes_none() -> None:
    assert one(item("12345")).url == ""


def test_the_feed_is_the_author_where_nobody_else_is() -> None:
    assert one(item("1")).author.name == "News"
    assert one("<item><title>t</title><author>noa@a.example</author></item>").author.name == "noa"
    named = one("<item><title>t</title><author>noa@a.example (Noa Levi)</author></item>")
    assert named.author.name == "Noa Levi"


def test_a_language_that_the_words_belie_is_not_believed() -> None:
    text = "הקומקום של רימון נסדק אחרי שבוע, ואף אחד לא עונה לי בטלפון"

    assert one(f"<language>en-US</language>{item('1', text)}").language == ""
    assert one(f"<language>iw</language>{item('1', text)}").language == "he"


def test_a_title_that_only_repeats_the_text_is_not_told_twice() -> None:
    entry = "<item><title>My kettle…</title><description>My kettle cracked</description></item>"

    assert one(entry).text == "My kettle cracked"


def test_an_entry_without_words_is_refused_alone() -> None:
    found = read(rss(item("1"), "<item><guid>2</guid></item>").decode())

    assert [one.id for one in found.mentions] == ["1"]
    assert [(one.index, one.code) for one in found.rejections] == [(1, "no_text")]


def test_broken_xml_is_read_as_far_as_it_goes() -> None:
    found = read('<rss version="2.0"><channel><item><guid>1</guid><title>Q&A <b>now</title>')

    assert [one.text for one in found.mentions] == ["Q&A now"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_a_feed"),
        (b"/etc/passwd", "not_a_feed"),
        (b'{"mentions": []}', "not_a_feed"),
        (b"<!doctype html><html><title>Sign in</title></html>", "not_a_feed"),
        (b'<!DOCTYPE r [<!ENTITY a "b">]><rss version="2.0"/>', "xml_entities"),
    ],
)
def test_what_is_no_feed_is_unreadable(body: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        PROVIDER.parse(ACCOUNT, body, now=NOW)

    assert caught.value.code == code


def test_bytes_that_name_a_file_open_none(tmp_path: Any) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(rss(item("1")))

    with pytest.raises(Unreadable):
        PROVIDER.parse(ACCOUNT, str(path).encode(), now=NOW)


_PIECES = st.sampled_from(
    [
        "<item>",
        "</item>",
        "<title>",
        "</title>",
        "<guid>",
        "<summary>",
        "<dc:creator>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "&",
        "é",
        "&#xD800;",
        "&#99999999;",
        "<links a='b'/>",
        "<link href='//[' rel='x'>",
        "<content type='x'>",
        "<author_detail a='1'/>",
        "<media:statistics views='9e9'/>",
        "<source title='x'>",
        "<pubDate>0000-00-00</pubDate>",
        "<slash:comments>-1</slash:comments>",
        "\x00",
        "\ud800",
    ]
)


@run(deadline=None)
@given(
    st.sampled_from([RSS, ATOM, RDF]), st.integers(0, 900), st.integers(0, 60), st.lists(_PIECES)
)
def test_a_mutilated_feed_is_read_or_unreadable(
    document: str, start: int, gone: int, pieces: list[str]
) -> None:
    body = document[:start] + "".join(pieces) + document[start + gone :]

    try:
        batch = PROVIDER.parse(ACCOUNT, body.encode("utf-8", "surrogatepass"), now=NOW)
    except Unreadable:
        return

    assert all(one.text for one in batch.mentions)


@run(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_or_unreadable(body: bytes) -> None:
    for start in (b"", b"<rss>", b"\xff\xfe<\x00r\x00", b'<?xml version="1.0" encoding="cp1255"?>'):
        try:
            PROVIDER.parse(ACCOUNT, start + body, now=NOW)
        except Unreadable:
            continue
