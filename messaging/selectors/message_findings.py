"""The language checks on the present wording of a message, part by part."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from messaging.models import Message
from messaging.selectors.language_checks import Checked, Found, Wording, check_wording

# Nothing is read across it: a sentence of the title ends there.
_BETWEEN = "\n\n"


@dataclass(frozen=True)
class Placed(Found):
    """A finding in a part of a message (title, body, or the whole); its span counts from there."""

    part: str = "whole"


@dataclass(frozen=True)
class MessageFindings:
    """What the checks say of a message, by place."""

    checked: Checked
    placed: list[Placed]


def findings_of(message: Message, *, now: datetime) -> MessageFindings:
    """Check title and body as one text: what the title says is not missing in the body."""
    wording = Wording(
        text=f"{message.title}{_BETWEEN}{message.body}",
        language=message.language,
        purpose=message.purpose,
    )
    checked = check_wording(
        wording,
        brand=message.brand,
        incident=message.incident,
        now=now,
        without=message.pk,
    )
    return MessageFindings(checked, list(_placed(checked, len(message.title))))


def _placed(checked: Checked, title_length: int) -> Iterator[Placed]:
    offset = title_length + len(_BETWEEN)
    for found in checked.found:
        finding = found.finding
        if finding.start == finding.end:
            part = "whole"
        elif finding.start < title_length:
            part = "title"
        else:
            part = "body"
            finding = replace(finding, start=finding.start - offset, end=finding.end - offset)
        yield Placed(finding, found.quote, found.offer, part)
