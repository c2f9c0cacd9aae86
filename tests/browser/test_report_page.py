"""The page of a report in a real browser: for screen readers, and on a phone."""

import pytest
from playwright.sync_api import Browser, ViewportSize

from crisisapi.accounts.models import Brand
from monitoring.services.report_letters import token_of
from monitoring.services.report_writing import write_report
from tests.browser.conftest import Open, complaints, overflow
from tests.factories.monitoring import ReportRecipientFactory
from tests.monitoring.crisis import ENGLISH, HEBREW, NOW, Told, tell_crisis

each_language = pytest.mark.parametrize(
    ("language", "told"), [("en", ENGLISH), ("he", HEBREW)], ids=["en", "he"]
)


@pytest.mark.django_db
@each_language
def test_the_page_of_a_report_is_for_everybody(
    browser: Browser, brand: Brand, language: str, told: Told
) -> None:
    incident = tell_crisis(brand, told)
    page = write_report(
        incident, audience="internal", language=language, format_name="html", now=NOW
    )
    tab = browser.new_page(viewport=ViewportSize(width=390, height=800))

    tab.set_content(page.content.decode())

    assert overflow(tab) == 0
    assert complaints(tab) == {}
    tab.close()


@pytest.mark.django_db(transaction=True)
def test_who_wants_no_more_reports_presses_one_button(open_tab: Open) -> None:
    recipient = ReportRecipientFactory()
    tab = open_tab(f"/report-mails/{token_of(recipient)}/", width=390)

    found = complaints(tab)
    tab.get_by_role("button").click()

    recipient.refresh_from_db()
    assert found == {}
    assert recipient.left_at is not None
