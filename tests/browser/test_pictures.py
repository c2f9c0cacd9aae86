"""Pictures of the page and the desk for the documentation: they can be taken, and are small.

`PICTURES=docs/images` keeps them.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from tests.browser.conftest import Open
from tests.browser.listening import listen
from tests.browser.story import Story, tell_story

pytestmark = pytest.mark.django_db(transaction=True)

BYTES = 200 * 1024  # letters of other fonts take more or less


@pytest.fixture
def story(transactional_db: Any, settings: Any) -> Story:
    settings.MAIL_IS_ON = True
    return tell_story()


@pytest.fixture
def gallery(tmp_path: Path) -> Path:
    return Path(os.environ.get("PICTURES", tmp_path))


@pytest.mark.parametrize(
    ("name", "path", "how"),
    [
        ("public-page-he", "/p/rimon/he/", {"color_scheme": "light"}),
        ("public-page-en-dark", "/p/rimon/en/", {"color_scheme": "dark"}),
        ("public-incident-he", "/p/rimon/he/incidents/{pk}/", {"color_scheme": "light"}),
        (
            "public-incident-en-phone",
            "/p/rimon/en/incidents/{pk}/",
            {"color_scheme": "dark", "width": 390},
        ),
    ],
)
def test_a_picture_of_the_page_is_small(
    open_tab: Open, story: Story, gallery: Path, name: str, path: str, how: dict[str, Any]
) -> None:
    width = how.pop("width", 820)
    tab = open_tab(path.format(pk=story.public.pk), width=width, height=1_250, **how)

    picture = gallery / f"{name}.png"
    tab.screenshot(path=picture)

    assert 0 < picture.stat().st_size <= BYTES


def test_a_picture_of_the_desk_is_small(
    open_tab: Open, story: Story, staff_cookies: Any, gallery: Path
) -> None:
    page = reverse("admin:messaging_publicincident_change", args=[story.public.pk])
    tab = open_tab(page, cookies=staff_cookies, locale="he", width=1100)

    picture = gallery / "public-incident-desk-he.png"
    tab.screenshot(path=picture)

    assert 0 < picture.stat().st_size <= BYTES


@pytest.mark.parametrize("language", ["he", "en"])
def test_a_picture_of_a_message_at_the_desk_is_small(
    open_tab: Open, story: Story, staff_cookies: Any, gallery: Path, language: str
) -> None:
    page = reverse("admin:messaging_message_change", args=[story.round.message.pk])
    tab = open_tab(page, cookies=staff_cookies, locale=language, width=1200, height=1250)

    picture = gallery / f"message-desk-{language}.png"
    tab.screenshot(path=picture)

    assert 0 < picture.stat().st_size <= BYTES


@pytest.mark.parametrize("language", ["he", "en"])
def test_pictures_of_sources_and_mentions_are_small(
    open_tab: Open, staff_cookies: Any, gallery: Path, language: str
) -> None:
    listening = listen(language)
    pages = {
        "source-heard": reverse("admin:monitoring_source_change", args=[listening.heard.pk]),
        "source-failing": reverse("admin:monitoring_source_change", args=[listening.unheard.pk]),
        "mentions": reverse("admin:monitoring_mention_changelist"),
    }
    tab = open_tab("/admin/", cookies=staff_cookies, locale=language, width=1200, height=1000)

    # Without the list of all nouns, which would hide half of the columns.
    tab.evaluate("localStorage.setItem('django.admin.navSidebarIsOpen', 'false')")
    for name, path in pages.items():
        tab.goto(path)
        picture = gallery / f"{name}-{language}.png"
        tab.screenshot(path=picture)

        assert 0 < picture.stat().st_size <= BYTES
