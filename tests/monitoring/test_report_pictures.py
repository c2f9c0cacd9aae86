"""Pictures of reports in both languages, made anew by hand into docs/images, to be looked at.

pytest -m slow tests/monitoring/test_report_pictures.py
"""

from pathlib import Path
from typing import Any

import orjson
import pytest
import typst
from django.utils import translation
from playwright.sync_api import sync_playwright

from crisisapi.accounts.models import Brand
from monitoring.rules.charts import Size, draw, natural_height
from monitoring.rules.reports.plain import plain_report
from monitoring.selectors.charts import CHARTS
from monitoring.selectors.story import Story
from monitoring.services.report_building import build_report, story_of
from monitoring.services.report_formats import pdf
from monitoring.services.report_formats.html import write_html
from monitoring.services.typesetting import FONTS, picture_of
from tests.monitoring.crisis import ENGLISH, HEBREW, NOW, Told, tell_crisis, tell_past

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

IMAGES = Path(__file__).parent.parent.parent / "docs" / "images"
LANGUAGES = [("en", ENGLISH), ("he", HEBREW)]
_WIDTH = 900


each_language = pytest.mark.parametrize(("language", "told"), LANGUAGES, ids=["en", "he"])


def _story(brand: Brand, told: Told) -> Story:
    tell_past(brand)
    return story_of(tell_crisis(brand, told), audience="internal", now=NOW)


@each_language
def test_a_report_is_one_page_in_a_browser(brand: Brand, language: str, told: Told) -> None:
    story = _story(brand, told)
    page = write_html(build_report(story, language), story).decode()

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": _WIDTH, "height": 1200})
        tab.set_content(page)
        wide = tab.evaluate("document.documentElement.scrollWidth")
        tab.screenshot(path=IMAGES / f"report-{language}.png", full_page=True)
        tab.set_viewport_size({"width": 390, "height": 1500})
        narrow = tab.evaluate("document.documentElement.scrollWidth")
        tab.screenshot(path=IMAGES / f"report-{language}-phone.png")
        browser.close()

    assert (wide, narrow) == (_WIDTH, 390)


@each_language
def test_a_report_is_a_paper(brand: Brand, language: str, told: Told) -> None:
    story = _story(brand, told)
    said, charts = plain_report(build_report(story, language))
    template = pdf.TEMPLATE.read_text(encoding="utf-8")
    files: Any = {name: svg.encode() for name, svg in charts.items()}
    files |= {"main.typ": template.encode(), "content.json": orjson.dumps({**said, "pages": ""})}

    pages: Any = typst.compile(
        files, font_paths=[str(FONTS)], ignore_system_fonts=True, format="png", ppi=80
    )

    assert isinstance(pages, list)
    for number, page in enumerate(pages[:2], start=1):
        (IMAGES / f"report-paper-{language}-{number}.png").write_bytes(page)


@pytest.mark.parametrize("name", ["volume", "sentiment", "effect"])
@each_language
def test_charts_are_pictures(brand: Brand, language: str, told: Told, name: str) -> None:
    story = Story(tell_crisis(brand, told), NOW)
    with translation.override(language):
        chart = CHARTS[name](story)
    size = Size(_WIDTH, natural_height(chart, _WIDTH))

    picture = picture_of(draw(chart, size), size)

    (IMAGES / f"chart-{name}-{language}.png").write_bytes(picture)
    assert picture.startswith(b"\x89PNG")
