"""Words for the public: proposed, and approved by somebody who did not word them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.errors import DomainError, InvalidInput, StaleVersion
from messaging.models.proposed import ProposedModel
from messaging.services.decisions import FourEyes

PROPOSAL_FIELDS = ("proposal", "proposed_by", "revision")
APPROVED_FIELDS = (*PROPOSAL_FIELDS, "approved_revision", "approved_by", "approved_at")


class NothingProposed(DomainError):
    """There is nothing to approve."""

    code = "nothing_proposed"
    detail = _("Nothing waits for approval here.")


def propose(locked: ProposedModel, fields: Mapping[str, Any], actor: Actor) -> bool:
    """Let the fields wait for approval; False when that is what is shown or waits already.

    The caller saves `PROPOSAL_FIELDS`.
    """
    present = locked.proposal or {name: getattr(locked, name) for name in fields}
    if locked.revision and present == fields:
        return False
    locked.proposal = dict(fields)
    locked.proposed_by_id = actor.person_id
    locked.revision += 1
    return True


def take_over(
    locked: ProposedModel, *, revision: int, actor: Actor, now: datetime
) -> dict[str, Any]:
    """Approve what was read and return it; the caller sets it and saves `APPROVED_FIELDS`.

    Refuses when nothing waits, another revision than the one read, and who worded it.
    """
    proposal: dict[str, Any] | None = locked.proposal
    if proposal is None:
        raise NothingProposed
    if locked.revision != revision:
        raise StaleVersion
    if actor.person_id is None:
        raise FourEyes(_("Only a person can approve what the public is told."))
    if actor.person_id == locked.proposed_by_id:
        raise FourEyes
    locked.proposal = None
    locked.approved_revision = revision
    locked.approved_by_id = actor.person_id
    locked.approved_at = now
    return proposal


def checked_words(words: object, *, longest: int, field: str) -> dict[str, str]:
    """Return texts by language without blank ones; refuses other languages and long texts."""
    known = [code for code, _name in settings.LANGUAGES]
    if not isinstance(words, Mapping):
        raise InvalidInput(errors={field: [_("Give a text for each language.")]})
    errors: dict[str, list[object]] = {}
    for language, text in words.items():
        place = f"{field}.{language}"
        if language not in known:
            errors[place] = [_("Give one of these languages: %s.") % ", ".join(known)]
        elif not isinstance(text, str):
            errors[place] = [_("Give a text.")]
        elif len(text) > longest:
            errors[place] = [_("Give at most %d characters.") % longest]
    if errors:
        raise InvalidInput(errors=errors)
    return {language: text.strip() for language, text in words.items() if text.strip()}


def require_words(words: Mapping[str, str], language: str, *, field: str) -> None:
    """Refuse texts that lack the language everybody falls back on."""
    if not words.get(language):
        sentence = _("Give a text in the main language of the page: %s.") % language
        raise InvalidInput(errors={f"{field}.{language}": [sentence]})
