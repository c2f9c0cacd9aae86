"""The language checks on the present wording of a message and its variants, part by part."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from messaging.models import Message
from messaging.rules.language.findings import SEVERITIES
from messaging.selectors.language_checks import (
    Against,
    Checked,
    Found,
    Wording,
    check_against,
    read_against,
)
from messaging.selectors.language_packs import Applied

# Nothing is read across it: a sentence of the title ends there.
_BETWEEN = "\n\n"


@dataclass(frozen=True)
class Placed(Found):
    """A finding in a part of a message (title, body, or the whole); its span counts from there.

    With `variant` the title or text of that variant.
    """

    part: str = "whole"
    variant: UUID | None = None


@dataclass(frozen=True)
class MessageFindings:
    """What the checks say of a message, by place, its variants behind it."""

    language: str
    placed: list[Placed]
    packs: tuple[Applied, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each severity."""
        return {
            severity: sum(1 for one in self.placed if one.finding.severity == severity)
            for severity in SEVERITIES
        }


def findings_of(message: Message, *, now: datetime) -> MessageFindings:
    """Check title and body as one text: what the title says is not missing in the body.

    A variant with words of its own is checked too. It need not say everything the message says:
    what is missing there is left out.
    """
    against = read_against(
        brand=message.brand, incident=message.incident, now=now, without=message.pk
    )
    checked = _checked(message, message.title, message.body, against)
    placed = [*_placed(checked, message.title), *_in_variants(message, against)]
    return MessageFindings(checked.language, placed, checked.packs)


def _in_variants(message: Message, against: Against) -> Iterator[Placed]:
    variants = message.variants.select_related("channel").order_by("created_at", "id")
    for variant in variants:
        if not variant.text and not variant.title:
            continue
        platform = variant.channel.platform
        checked = _checked(message, variant.title, variant.text, against, platform)
        for placed in _placed(checked, variant.title):
            if placed.part != "whole":
                yield replace(placed, variant=variant.pk)


def _checked(
    message: Message, title: str, body: str, against: Against, platform: str = ""
) -> Checked:
    text = f"{title}{_BETWEEN}{body}"
    wording = Wording(text, message.language, message.purpose, platform)
    return check_against(wording, against)


def _placed(checked: Checked, title: str) -> Iterator[Placed]:
    offset = len(title) + len(_BETWEEN)
    for found in checked.found:
        finding = found.finding
        if finding.start == finding.end:
            part = "whole"
        elif finding.start < len(title):
            part = "title"
        else:
            part = "body"
            finding = replace(finding, start=finding.start - offset, end=finding.end - offset)
        yield Placed(finding, found.quote, found.offer, part)
