"""The public page in a real browser: accessible, in both languages, on every screen."""

from typing import Any

import pytest

from messaging.models import PublicPage, Subscriber
from messaging.services.subscribers import token_of
from tests.browser.conftest import Open, complaints, overflow
from tests.browser.story import Story, tell_story
from tests.factories.audience import HeldSessionFactory, QueuedQuestionFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def story(transactional_db: Any, settings: Any) -> Story:
    settings.MAIL_IS_ON = True
    return tell_story()


def paths(story: Story, language: str) -> list[str]:
    home = f"/p/rimon/{language}/"
    return [
        home,
        f"{home}incidents/{story.public.pk}/",
        f"{home}subscribe/",
        f"{home}leave/{token_of(story.reader, 'leave')}/",
        f"{home}confirm/forged/",
        "/p/there-is-none/",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["he", "en"])
def test_axe_finds_nothing_wrong(open_tab: Open, story: Story, language: str, scheme: str) -> None:
    tab = open_tab("/", color_scheme=scheme, locale=language)

    for path in paths(story, language):
        tab.goto(path)
        assert complaints(tab) == {}, path


@pytest.mark.parametrize("language", ["he", "en"])
def test_nothing_is_wider_than_a_small_phone(open_tab: Open, story: Story, language: str) -> None:
    tab = open_tab("/", width=320)

    for path in paths(story, language):
        tab.goto(path)
        assert overflow(tab) == 0, path


@pytest.mark.parametrize(("language", "direction"), [("he", "rtl"), ("en", "ltr")])
def test_the_page_runs_the_way_of_its_language(
    open_tab: Open, story: Story, language: str, direction: str
) -> None:
    tab = open_tab(f"/p/rimon/{language}/")

    html = tab.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == (language, direction)
    assert tab.locator("script").count() == 0
    assert tab.context.cookies() == []


def test_who_uses_the_keyboard_skips_to_the_content(open_tab: Open, story: Story) -> None:
    tab = open_tab("/p/rimon/en/")

    tab.keyboard.press("Tab")
    tab.wait_for_function("document.activeElement.getBoundingClientRect().top >= 0")
    tab.keyboard.press("Enter")

    assert tab.evaluate("document.activeElement.id") == "main"


def test_the_browser_takes_our_styles_and_complains_of_nothing(
    open_tab: Open, story: Story
) -> None:
    said: list[tuple[str, str]] = []
    tab = open_tab("/")
    tab.on("console", lambda message: said.append((message.location["url"], message.text)))

    tab.goto("/p/rimon/en/")

    # A browser asks for an icon by itself, whenever it likes.
    assert [text for url, text in said if not url.endswith("/favicon.ico")] == []
    accent = tab.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent')")
    assert accent == "#b3262e"


def test_people_subscribe_without_a_script(open_tab: Open, story: Story) -> None:
    tab = open_tab("/p/rimon/en/", java_script_enabled=False)

    tab.get_by_label("Your e-mail address").fill("dana@example.org")
    tab.get_by_role("button", name="Send me updates").click()

    assert tab.get_by_role("heading", level=1).inner_text() == "Look into your mailbox"
    assert Subscriber.objects.filter(status="pending").count() == 1


def test_a_mistake_in_the_form_is_accessible_too(open_tab: Open, story: Story) -> None:
    tab = open_tab("/p/rimon/he/subscribe/", color_scheme="dark")

    tab.locator("#address").fill("dana@example")
    tab.locator("button[type=submit]").click()

    assert tab.locator("#address-error").is_visible()
    assert complaints(tab) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["he", "en"])
def test_a_live_session_is_accessible_and_fits_a_phone(
    open_tab: Open, story: Story, language: str, scheme: str
) -> None:
    PublicPage.objects.update(takes_questions=True)
    session = HeldSessionFactory(
        brand=story.page.brand, incident=None, recording_url="https://youtu.be/abc"
    )
    for state in ("waiting", "answering", "answered"):
        QueuedQuestionFactory(session=session, question__is_public=True, state=state, seconds=65)
    tab = open_tab(f"/p/rimon/{language}/", color_scheme=scheme, width=320)

    tab.locator(f"a[href$='/live/{session.pk}/']").click()
    tab.wait_for_url(f"**/live/{session.pk}/")

    assert tab.locator("ul.asked > li").count() == 3
    assert complaints(tab) == {}
    assert overflow(tab) == 0
