"""Where the public page and its parts are reached, in full."""

from uuid import UUID

from messaging.models import PublicPage


def page_address(page: PublicPage, language: str = "") -> str:
    """Return where the page is read; without a language, in its main one."""
    return page.address_of("page", language)


def feed_address(page: PublicPage, language: str) -> str:
    """Return where the feed of a language is."""
    return page.address_of("feed", language)


def incident_address(page: PublicPage, public_id: UUID, language: str = "") -> str:
    """Return where a public incident is read."""
    return page.address_of("incident", language, pk=public_id)


def update_address(page: PublicPage, public_id: UUID, update_id: UUID, language: str) -> str:
    """Return where an update stands in the timeline of its incident."""
    return f"{incident_address(page, public_id, language)}#update-{update_id}"
