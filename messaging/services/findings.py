"""Errors of the language checks keep a wording from going on, unless a person lets them stand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.errors import DomainError, InvalidInput
from messaging.models import Message
from messaging.rules.language.computed import PLACEHOLDER
from messaging.rules.language.findings import Text
from messaging.selectors.message_findings import MessageFindings, Placed, findings_of

QUOTED = 80


class FindingsStand(DomainError):
    """The wording has errors that nobody let stand."""

    code = "findings_stand"
    detail = _("The language checks found errors in the wording. Correct them, or say why not.")


@dataclass(frozen=True)
class Acceptance:
    """Rules whose errors a person lets stand in a wording, and why."""

    rules: Sequence[str] = ()
    reason: str = ""


NOTHING_ACCEPTED = Acceptance()


@dataclass(frozen=True)
class Settled:
    """What the checks counted, and which errors were let stand."""

    counts: dict[str, int]
    accepted: list[str] = field(default_factory=list)
    reason: str = ""

    @property
    def told(self) -> dict[str, object]:
        """What the event of the step says of it."""
        data: dict[str, object] = {"findings": self.counts}
        if self.accepted:
            data["accepted_findings"] = self.accepted
            data["accepted_reason"] = self.reason
        return data


def require_no_standing_findings(
    message: Message, acceptance: Acceptance, *, actor: Actor, now: datetime
) -> Settled:
    """Refuse errors that are not accepted (`FindingsStand`); placeholders cannot be accepted.

    An acceptance needs a person and a reason (`InvalidInput`). Returns counts for the event.
    """
    _check(acceptance, actor)
    found = findings_of(message, now=now)
    errors = [placed for placed in found.placed if placed.finding.severity == "error"]
    standing = [placed for placed in errors if not _is_accepted(placed, acceptance)]
    if standing:
        raise FindingsStand(errors=_by_rule(standing))
    accepted = sorted({placed.finding.rule for placed in errors})
    return Settled(found.counts, accepted, acceptance.reason.strip() if accepted else "")


def require_no_gaps(message: Message, *, now: datetime) -> None:
    """Refuse a wording with a place still to be filled in (`FindingsStand`), whatever the hurry."""
    found = findings_of(message, now=now)
    gaps = [placed for placed in found.placed if placed.finding.category == PLACEHOLDER]
    if gaps:
        raise FindingsStand(errors=_by_rule(gaps))


def _check(acceptance: Acceptance, actor: Actor) -> None:
    if not acceptance.rules:
        return
    if actor.person_id is None:
        sentence = _("Only a person can let an error stand.")
        raise InvalidInput(errors={"accept_findings": [sentence]})
    if not acceptance.reason.strip():
        raise InvalidInput(errors={"accept_reason": [_("Say why the errors may stand.")]})


def _is_accepted(placed: Placed, acceptance: Acceptance) -> bool:
    finding = placed.finding
    return finding.rule in acceptance.rules and finding.category != PLACEHOLDER


def _by_rule(standing: Sequence[Placed]) -> dict[str, list[object]]:
    errors: dict[str, list[object]] = {}
    for placed in standing:
        errors.setdefault(f"findings.{placed.finding.rule}", []).append(_sentence(placed))
    return errors


def _sentence(placed: Placed) -> str:
    """Say where an error stands, and why it is one."""
    finding, quote = placed.finding, placed.quote[:QUOTED]
    reason = in_readers_language(finding.reason)
    if placed.part == "whole":
        return reason
    return _("“%(quote)s” (%(part)s, %(start)d-%(end)d): %(reason)s") % {
        "quote": quote,
        "part": _("title") if placed.part == "title" else _("body"),
        "start": finding.start,
        "end": finding.end,
        "reason": reason,
    }


def in_readers_language(text: Text) -> str:
    """Return a sentence in the language of the request, English where there is none."""
    language = (get_language() or "en").partition("-")[0]
    return text.get(language) or text["en"]


__all__ = [
    "NOTHING_ACCEPTED",
    "Acceptance",
    "FindingsStand",
    "MessageFindings",
    "Settled",
    "in_readers_language",
    "require_no_standing_findings",
]
