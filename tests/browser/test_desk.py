"""Pages of the admin in a real browser, in both languages."""

from typing import Any

import pytest
from django.urls import reverse

from tests.browser.conftest import Open, complaints
from tests.browser.story import Story, tell_story

pytestmark = pytest.mark.django_db(transaction=True)

# What Django's own templates of the admin (5.2) do; not ours to change.
DJANGOS_OWN = ("empty-table-header",)


@pytest.fixture
def story(transactional_db: Any) -> Story:
    return tell_story()


def paths(story: Story) -> list[str]:
    return [
        reverse("admin:index"),
        reverse("admin:messaging_message_changelist"),
        reverse("admin:messaging_message_change", args=[story.round.message.pk]),
        reverse("admin:messaging_reviewround_change", args=[story.round.pk]),
        reverse("admin:messaging_reviewpolicy_change", args=[story.policy.pk]),
        reverse("admin:messaging_template_change", args=[story.template.pk]),
        reverse("admin:messaging_channel_change", args=[story.channel.pk]),
        reverse("admin:messaging_channel_add"),
        reverse("admin:messaging_channel_add") + "?kind=email",
        reverse("admin:monitoring_source_add"),
        reverse("admin:monitoring_source_add") + "?kind=brandwatch",
        reverse("admin:messaging_publicpage_change", args=[story.page.pk]),
        reverse("admin:messaging_publicincident_change", args=[story.public.pk]),
    ]


@pytest.mark.parametrize("language", ["he", "en"])
def test_axe_finds_nothing_wrong_with_the_desk(
    open_tab: Open, story: Story, staff_cookies: Any, language: str
) -> None:
    tab = open_tab("/admin/", cookies=staff_cookies, locale=language)

    found = {}
    for path in paths(story):
        tab.goto(path)
        if wrong := complaints(tab, without=DJANGOS_OWN):
            found[path] = wrong
    assert found == {}
