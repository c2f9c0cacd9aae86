"""Markup, as the text it shows, in time that grows no faster than the markup."""

import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st

from monitoring.rules.markup import plain


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<b>Rimon</b>'s kettle &#39;cracks&#39;", "Rimon's kettle 'cracks'"),
        ("<p>One</p><p>Two</p>", "One Two"),
        ("un<em class='x'>safe</em>", "unsafe"),
        ("was withdrawn&nbsp;...", "was withdrawn ..."),
        ("a<script>alert(1)</script>b<style>p{}</style>c", "a b c"),
        ("a<!-- <p>no</p> -->b<script>never closed", "a b"),
        ("5 < 6 and 7 > 2", "5 < 6 and 7 > 2"),
        ("&lt;b&gt; is bold", "<b> is bold"),
        ("<div>שלום<br/>עולם</div>", "שלום עולם"),
        ("<![CDATA[קומקום]]>", "קומקום"),
        ("", ""),
    ],
)
def test_tags_are_not_shown(markup: str, text: str) -> None:
    assert plain(markup) == text


@pytest.mark.parametrize("piece", ["<", "<!--", "<a ", "<script>", "&", "<![CDATA[", "</", "<p "])
def test_hostile_markup_of_any_length_is_read(piece: str) -> None:
    assert len(plain(piece * 500_000)) <= 400_000


@run(deadline=None)
@given(st.text(alphabet="<>/!-[]&;#ab \"'=xscript", max_size=300))
def test_any_markup_is_borne(markup: str) -> None:
    assert "\n" not in plain(markup)
