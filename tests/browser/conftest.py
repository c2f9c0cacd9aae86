"""A real browser looking at the service: Chromium, with axe to judge what it sees."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.factories.accounts import UserFactory

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
# What WCAG 2.2 asks for at level AA, and what axe holds for good practice besides.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def _orm_beside_the_browser() -> Iterator[None]:
    """Let tests use the ORM: Playwright keeps a loop in their thread, in which nothing waits."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")
    if before is not None:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture(scope="session")
def browser(_orm_beside_the_browser: None) -> Iterator[Browser]:
    """The Chromium of this machine."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"there is no browser here: none of {', '.join(NAMES)}")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        started.close()


@pytest.fixture
def open_tab(browser: Browser, live_server: Any, settings: Any) -> Iterator[Open]:
    """Return what opens a path of the running service in a fresh context."""
    settings.PUBLIC_URL = live_server.url
    contexts = []

    def open_path(
        path: str, *, cookies: Any = (), width: int = 1280, height: int = 900, **how: Any
    ) -> Page:
        size = ViewportSize(width=width, height=height)
        context = browser.new_context(base_url=live_server.url, viewport=size, **how)
        contexts.append(context)
        if cookies:
            context.add_cookies(
                [{"name": name, "value": value, "url": live_server.url} for name, value in cookies]
            )
        tab = context.new_page()
        tab.goto(path)
        return tab

    yield open_path
    for context in contexts:
        context.close()


@pytest.fixture
def staff_cookies(transactional_db: Any) -> list[tuple[str, str]]:
    """The cookie of somebody who runs the service."""
    client = Client()
    client.force_login(UserFactory(username="root", is_staff=True, is_superuser=True))
    return [(name, cookie.value) for name, cookie in client.cookies.items()]


def complaints(tab: Page, *, without: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Return what axe finds wrong with a page: rule, and the elements that break it."""
    options = {
        "runOnly": {"type": "tag", "values": RULES},
        "rules": {rule: {"enabled": False} for rule in without},
        "resultTypes": ["violations"],
    }
    found: Any = Axe().run(tab, options=options).response["violations"]
    return {
        one["id"]: [f"{node['target']}: {node['html'][:160]}" for node in one["nodes"]]
        for one in found
    }


def overflow(tab: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return int(
        tab.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
    )
