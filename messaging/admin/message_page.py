"""What the page of a message shows beside its fields: findings, counts, what it rests on, who next.

Each function takes the message and returns what is shown; nothing is stored.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from messaging.models import Channel, Comment, Message, MessageStatus, ReviewRound, Variant
from messaging.rules.limits.base import Measure
from messaging.selectors.message_findings import Placed, findings_of
from messaging.services.findings import in_readers_language
from messaging.services.limit_sentences import UNITS, sentence_of
from messaging.services.piecing import compose, measures_of
from messaging.services.rounds import people_asked, round_of

SEVERITIES = {
    "error": _("error"),
    "warning": _("warning"),
    "hint": _("hint"),
}
_NEXT = {
    MessageStatus.DRAFT: _("Submit it for review; errors of the language checks come first."),
    MessageStatus.APPROVED: _("Publish it on a channel."),
    MessageStatus.SCHEDULED: _("It goes out at its time; cancel a publication below to stop it."),
    MessageStatus.ON_HOLD: _("It is held back: release or drop its publications below."),
    MessageStatus.PUBLISHING: _("It is on its way; see each channel below."),
    MessageStatus.PUBLISHED: _("It is public. What is wrong in it is corrected by a revision."),
    MessageStatus.PARTIALLY_PUBLISHED: _("See below where it is not out: send again, or cancel."),
    MessageStatus.FAILED: _("It is out nowhere: see why below, and send again or choose others."),
    MessageStatus.REJECTED: _("It will not be said like this; worded anew it is a draft again."),
    MessageStatus.WITHDRAWN: _("It will not be said."),
}


def link_to(thing: Model, text: object = None) -> SafeString:
    """Return a link to the page of an object at the desk."""
    meta = thing._meta
    page = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[thing.pk])
    return format_html('<a href="{}"><bdi>{}</bdi></a>', page, thing if text is None else text)


@admin.display(description=_("message"))
def message_link(row: ReviewRound | Comment) -> SafeString:
    """Return a link to the message a row belongs to."""
    return link_to(row.message)


@admin.display(description=_("what comes next"))
def next_step(message: Message) -> SafeString | str:
    """Say what can be done now, and who is asked."""
    if message.is_flagged:
        return gettext("A fact it rests on fell. Correct it by a revision, or clear the flag.")
    draft = message.revised_by.exclude(status=MessageStatus.WITHDRAWN).first()
    if draft is not None and message.superseded_by is None:
        return format_html("{} {}", _("It is being said anew:"), link_to(draft))
    if message.superseded_by is not None:
        return format_html("{} {}", _("It was superseded by:"), link_to(message.superseded_by))
    round_ = round_of(message)
    if message.status == MessageStatus.IN_REVIEW and round_ is not None:
        return asked_now(round_)
    return str(_NEXT.get(MessageStatus(message.status), "-"))


def asked_now(round_: ReviewRound) -> SafeString:
    """Return the stage of an open round, and the people whose word is missing."""
    people = get_user_model().objects.filter(pk__in=people_asked(round_)).order_by("username")
    names = ", ".join(person.get_full_name() or person.get_username() for person in people)
    stages = round_.terms["stages"]
    stage = gettext("Stage %(present)s of %(all)s") % {
        "present": round_.stage + 1,
        "all": len(stages),
    }
    return format_html(
        "<p><strong>{}</strong> <bdi>{}</bdi></p><p>{} <bdi>{}</bdi></p>",
        stage,
        round_.present_stage["name"],
        _("Asked now:"),
        names or _("nobody: no active member is meant by this stage"),
    )


@admin.display(description=_("wording"))
def wording(message: Message) -> SafeString:
    """Return the body, the words underlined that the language checks stumble over."""
    placed = [
        one
        for one in findings_of(message, now=timezone.now()).placed
        if one.part == "body" and one.variant is None
    ]
    return format_html(
        '<div class="wording" dir="auto" lang="{}">{}</div>',
        message.language,
        _underlined(message.body, placed),
    )


def _underlined(body: str, placed: list[Placed]) -> SafeString:
    parts, at = [], 0
    for one in sorted(placed, key=lambda one: (one.finding.start, -one.finding.end)):
        start, end = max(at, one.finding.start), one.finding.end
        if end <= start:
            continue
        parts.append(format_html("{}", body[at:start]))
        marked = '<mark class="{}" title="{}">{}</mark>'
        reason = in_readers_language(one.finding.reason)
        parts.append(format_html(marked, one.finding.severity, reason, body[start:end]))
        at = end
    parts.append(format_html("{}", body[at:]))
    return format_html_join("", "{}", ((part,) for part in parts))


@admin.display(description=_("language checks"))
def findings(message: Message) -> SafeString | str:
    """Return each finding: the words, why they are one, and what would be better."""
    found = findings_of(message, now=timezone.now())
    if not found.placed:
        return gettext("Nothing found.")
    names = {one.pk: str(one.channel) for one in message.variants.select_related("channel")}
    order = list(SEVERITIES)
    placed = sorted(found.placed, key=lambda one: order.index(one.finding.severity))
    return format_html_join("", "{}", ((_finding(one, names),) for one in placed))


def _finding(placed: Placed, channels: dict[Any, str]) -> SafeString:
    finding = placed.finding
    quote = (
        format_html("<q><bdi>{}</bdi></q> ", placed.quote)
        if placed.part != "whole"
        else mark_safe("")
    )
    better = (
        format_html("<br>{} <q><bdi>{}</bdi></q>", _("Better:"), finding.replacement)
        if finding.replacement
        else mark_safe("")
    )
    where = channels.get(placed.variant, "") if placed.variant else ""
    return format_html(
        '<p class="finding"><b class="{}">{}</b> {}{}{}<br>{} {}{}</p>',
        finding.severity,
        SEVERITIES[finding.severity],
        quote,
        gettext("(title)") + " " if placed.part == "title" else "",
        format_html("(<bdi>{}</bdi>) ", where) if where else "",
        in_readers_language(finding.reason),
        in_readers_language(finding.suggestion),
        better,
    )


@admin.display(description=_("length on each channel"))
def lengths(message: Message) -> SafeString | str:
    """Return, for each active channel, the length of its posts, what is left, what is wrong."""
    if not message.is_changeable:
        return "-"
    own = {one.channel_id: one for one in message.variants.select_related("channel", "message")}
    channels = Channel.objects.filter(brand_id=message.brand_id, is_active=True)
    rows = [
        row
        for channel in channels.order_by("name")
        for row in _rows_of(message, channel, own.get(channel.pk))
    ]
    if not rows:
        return "-"
    head = (_("channel"), _("length"), _("remaining"), _("problems"))
    return format_html(
        '<table class="lengths"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
        format_html_join("", '<th scope="col">{}</th>', ((name,) for name in head)),
        format_html_join(
            "",
            '<tr><td><bdi>{}</bdi></td><td>{}</td><td><bdi dir="ltr">{}</bdi></td><td>{}</td></tr>',
            rows,
        ),
    )


def _rows_of(
    message: Message, channel: Channel, variant: Variant | None
) -> Iterator[tuple[object, ...]]:
    made = variant or Variant(message=message, channel=channel)
    # A variant that is not stored has no pictures either.
    shown = [(one.asset, one.alt_text) for one in made.media.all()] if variant else []
    pieces = made.pieces if variant else compose(message, made, channel, shown)
    measures = measures_of(made, shown, pieces)
    for number, measure in enumerate(measures, start=1):
        name = f"{channel} {number}/{len(measures)}" if len(measures) > 1 else str(channel)
        wrong = " ".join(sentence_of(problem) for problem in measure.problems)
        yield name, _length(measure), _left(measure), wrong


def _length(measure: Measure) -> SafeString:
    most = "∞" if measure.limit is None else measure.limit
    number = '<bdi dir="ltr">{} / {}</bdi> {}'
    return format_html(number, measure.length, most, UNITS[measure.unit])


def _left(measure: Measure) -> object:
    return "∞" if measure.remaining is None else measure.remaining


@admin.display(description=_("facts"))
def facts(message: Message) -> SafeString | str:
    """Return the facts it rests on, with what is known of each."""
    rows = ((link_to(fact), fact.get_status_display()) for fact in message.facts.order_by("id"))
    return _listed("<li>{}: <strong>{}</strong></li>", rows)


@admin.display(description=_("key messages"))
def key_messages(message: Message) -> SafeString | str:
    """Return the key messages it carries, in its language where they have it."""
    rows = (
        (link_to(one, one.texts.get(message.language) or one),)
        for one in message.key_messages.order_by("position", "id")
    )
    return _listed("<li>{}</li>", rows)


@admin.display(description=_("cited stories"))
def cited_stories(message: Message) -> SafeString | str:
    """Return the success stories it cites."""
    rows = ((link_to(story),) for story in message.cited_stories.order_by("id").defer("search"))
    return _listed("<li>{}</li>", rows)


@admin.display(description=_("made from"))
def origin(message: Message) -> SafeString | str:
    """Return the template it was made from, and the public message it is to replace."""
    rows = [(link_to(one),) for one in (message.template, message.revises) if one is not None]
    return _listed("<li>{}</li>", iter(rows))


def _listed(row: str, rows: Iterator[tuple[object, ...]]) -> SafeString | str:
    inside = format_html_join("", row, rows)
    return format_html("<ul>{}</ul>", inside) if inside else "-"
