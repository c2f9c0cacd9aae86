"""Whether what is to be sent fits where it is to go."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from crisisapi.common.errors import InvalidInput
from crisisapi.common.sentences import cleaned
from messaging.models import Channel, Message, PublicationPart, Variant
from messaging.rules.limits.base import Medium, Problem
from messaging.rules.measuring import Measure
from messaging.rules.pieces import Draft, measured
from messaging.services.limit_sentences import kept_sentence_of, sentence_of
from messaging.services.piecing import limits_of, measures_of, shown_by

_POST = _("Post %(number)d: %(problem)s")


class DoesNotFit(InvalidInput):
    """A platform would refuse it, or cut it."""

    code = "does_not_fit"
    detail = _("It does not fit where it is to go.")


def require_fit(message: Message) -> None:
    """Refuse a message a variant of which its platform would refuse, or some could not read."""
    errors = {}
    for variant in message.variants.select_related("channel", "message"):
        if found := _sentences_about(variant):
            errors[f"variants.{variant.pk}"] = found
    if errors:
        raise DoesNotFit(errors=errors)


def require_fit_for(message: Message, channels: Sequence[Channel]) -> None:
    """Refuse channels that would refuse what they get: their variant, or the body as it stands."""
    variants = {
        variant.channel_id: variant
        for variant in message.variants.filter(channel__in=channels).select_related("channel")
    }
    sentences = []
    for channel in channels:
        if channel.pk in variants:
            found = _sentences_about(variants[channel.pk])
        else:
            found = [_with_advice(text) for text in _sentences(_as_it_stands(message, channel))]
        sentences += [f"{channel.name}: {text}" for text in found]
    if sentences:
        raise DoesNotFit(errors={"channels": sentences})


def require_parts_fit(parts: Sequence[PublicationPart], channel: Channel) -> None:
    """Refuse frozen posts that their platform would refuse by what its account allows now."""
    first = parts[0]
    draft = Draft(
        text=first.text,
        language=first.language,
        title=first.title,
        options=first.options,
        media=[_frozen_medium(stored) for stored in first.attachments],
    )
    found = measured(channel.platform, draft, [part.text for part in parts], limits_of(channel))
    if sentences := _sentences(found):
        raise DoesNotFit(errors={"channels": sentences})


def _frozen_medium(stored: Mapping[str, Any]) -> Medium:
    return Medium(stored["mime_type"], stored["size"], has_alt_text=bool(stored["alt_text"]))


def _sentences_about(variant: Variant) -> list[str]:
    measures = measures_of(variant, shown_by(variant), variant.pieces)
    needed = [
        sentence_of(problem)
        for one in measures
        for problem in one.problems
        if problem.code == "alt_text_missing"
    ]
    return [*_sentences(measures), *needed]


def _as_it_stands(message: Message, channel: Channel) -> list[Measure]:
    draft = Draft(text=message.body, language=message.language, title=message.title)
    return measured(channel.platform, draft, [message.body], limits_of(channel))


def _sentences(measures: Sequence[Measure]) -> list[str]:
    """Return a sentence for each error, with the number of the post where there are several."""
    many = len(measures) > 1
    return [
        cleaned(_POST) % {"number": number, "problem": kept_sentence_of(problem)}
        if many
        else kept_sentence_of(problem)
        for number, one in enumerate(measures, start=1)
        for problem in _errors(one)
    ]


def _errors(one: Measure) -> Iterable[Problem]:
    return one.errors


def _with_advice(sentence: str) -> str:
    return _("%s Write a variant for this channel.") % sentence
