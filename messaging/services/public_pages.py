"""Public pages: set up, opened to everybody, closed again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from messaging.models import PublicPage
from messaging.models.public_page import CACHE_SECONDS
from messaging.rules.contrast import is_colour
from messaging.services.proposals import checked_words, require_words

_WORDS = {"titles": 120, "intros": 3_000}
BLOCKED_WORDS, BLOCKED_LENGTH = 200, 80
_CONTACT_SCHEMES = ("https", "mailto", "tel")


class PageExists(DomainError):
    """One page a brand, one brand a name."""

    code = "page_exists"
    detail = _("The brand has a public page already, or another page has this name.")


@transaction.atomic
def add_page(*, brand: Brand, actor: Actor, now: datetime, **fields: Any) -> PublicPage:
    """Set up the page of a brand, for nobody to read yet; raises `PageExists`."""
    lock_chain(brand.pk)
    fields.setdefault("languages", ["he", "en"])
    page = PublicPage(brand=brand, changed_at=now, created_at=now, updated_at=now)
    for name, value in _checked(fields).items():
        setattr(page, name, value)
    _check_whole(page)
    _save(page, force_insert=True)
    _record(page, "publicpage.added", actor, now, slug=page.slug)
    return page


@transaction.atomic
def change_page(
    *, page: PublicPage, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> PublicPage:
    """Change how the page looks or what stands at its top; raises `PageExists`."""
    locked = lock_for_change(page, expected_version=expected_version)
    changed = differing(locked, _checked(fields))
    if not changed:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    _check_whole(locked)
    try:
        with transaction.atomic():
            save_change(locked, *changed, now=now)
    except IntegrityError as error:
        raise PageExists from error
    _record(locked, "publicpage.changed", actor, now, fields=sorted(changed))
    return locked


def open_page(*, page: PublicPage, **change: Any) -> PublicPage:
    """Let everybody read it."""
    return _switch(page, "publicpage.opened", is_published=True, **change)


def close_page(*, page: PublicPage, **change: Any) -> PublicPage:
    """Let nobody read it any more."""
    return _switch(page, "publicpage.closed", is_published=False, **change)


@transaction.atomic
def _switch(
    page: PublicPage,
    verb: str,
    *,
    is_published: bool,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> PublicPage:
    locked = lock_for_change(page, expected_version=expected_version)
    if locked.is_published == is_published:
        return locked
    locked.is_published = is_published
    save_change(locked, "is_published", now=now)
    _record(locked, verb, actor, now)
    return locked


def touch_page(*, brand_id: Any, now: datetime) -> None:
    """Tell caches that something shown on the page of a brand changed at a time."""
    PublicPage.objects.filter(brand_id=brand_id, changed_at__lt=now).update(changed_at=now)


def _checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields as they are stored; refuses what makes no sense by itself."""
    checked = dict(fields)
    for name, longest in _WORDS.items():
        if name in checked:
            checked[name] = checked_words(checked[name], longest=longest, field=name)
    if "languages" in checked:
        _check_languages(checked["languages"])
    if "colour" in checked:
        checked["colour"] = str(checked["colour"]).lower()
        if not is_colour(checked["colour"]):
            raise InvalidInput(errors={"colour": [_("Give a colour as #1f4e79.")]})
    if "blocked_words" in checked:
        checked["blocked_words"] = _words(checked["blocked_words"])
    if checked.get("contact_url"):
        _check_contact(checked["contact_url"])
    _check_seconds(checked)
    return checked


def _check_seconds(checked: Mapping[str, Any]) -> None:
    least, most = CACHE_SECONDS
    if not least <= checked.get("cache_seconds", least) <= most:
        sentence = _("Give %(least)d to %(most)d seconds.") % {"least": least, "most": most}
        raise InvalidInput(errors={"cache_seconds": [sentence]})


def _check_whole(page: PublicPage) -> None:
    require_words(page.titles, page.main_language, field="titles")


def _check_languages(languages: object) -> None:
    known = [code for code, _name in settings.LANGUAGES]
    if (
        not isinstance(languages, list)
        or not languages
        or len(set(map(str, languages))) != len(languages)
        or any(language not in known for language in languages)
    ):
        sentence = _("Give these languages, each at most once, the main one first: %s.")
        raise InvalidInput(errors={"languages": [sentence % ", ".join(known)]})


def _words(words: object) -> list[str]:
    """Return blocked words without blank and repeated ones."""
    if not isinstance(words, list) or len(words) > BLOCKED_WORDS:
        sentence = _("Give a list of at most %d words.") % BLOCKED_WORDS
        raise InvalidInput(errors={"blocked_words": [sentence]})
    cleaned = [" ".join(word.split()) if isinstance(word, str) else "" for word in words]
    if any(len(word) > BLOCKED_LENGTH for word in cleaned):
        sentence = _("Give at most %d characters.") % BLOCKED_LENGTH
        raise InvalidInput(errors={"blocked_words": [sentence]})
    return list(dict.fromkeys(word for word in cleaned if word))


def _check_contact(address: str) -> None:
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    is_web = parts.scheme == "https" and bool(parts.hostname)
    is_other = parts.scheme in _CONTACT_SCHEMES[1:] and bool(parts.path)
    if not (is_web or is_other) or any(mark.isspace() for mark in address):
        sentence = _("Give an address that begins with https:, mailto: or tel:.")
        raise InvalidInput(errors={"contact_url": [sentence]})


def _save(page: PublicPage, **how: Any) -> None:
    try:
        with transaction.atomic():
            page.save(**how)
    except IntegrityError as error:
        raise PageExists from error


def _record(page: PublicPage, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    touch_page(brand_id=page.brand_id, now=now)
    page.changed_at = max(page.changed_at, now)
    record_event(brand_id=page.brand_id, verb=verb, instance=page, actor=actor, now=now, data=data)
