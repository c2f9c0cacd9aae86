"""What everybody may read of a brand, in one language: read once, shown as JSON, HTML and Atom."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from incidents.models import Task, TaskKind
from incidents.rules.tasks import public_state
from messaging.models import (
    PublicIncident,
    PublicIncidentStatus,
    PublicNumber,
    PublicPage,
    PublicUpdate,
)
from messaging.rules.words import chosen
from messaging.selectors.public_shapes import (
    CommitmentView,
    IncidentView,
    NumberView,
    PageView,
    UpdateView,
    Words,
)

# So many are told in full; older ones have their own addresses.
PAST_INCIDENTS = 20
UPDATES = 300
ENTRIES = 50


def page_of(slug: str) -> PublicPage | None:
    """Return the page of a name, when everybody may read it."""
    return PublicPage.objects.published().select_related("brand").filter(slug=slug).first()


def view_page(page: PublicPage, language: str, *, now: datetime) -> PageView:
    """Return all that stands on the page, in five queries however much that is."""
    rows = PublicIncident.objects.shown().filter(brand_id=page.brand_id)
    is_past = Q(status=PublicIncidentStatus.RESOLVED)
    current = rows.exclude(is_past).order_by("-made_public_at", "-id")
    past = rows.filter(is_past).order_by("-status_at", "-id")[:PAST_INCIDENTS]
    return _view(page, [*current, *past], language, now, in_full=False)


def view_incident(
    page: PublicPage, public: PublicIncident, language: str, *, now: datetime
) -> PageView:
    """Return a page with one incident on it, its whole timeline included."""
    return _view(page, [public], language, now, in_full=True)


def find_public(page: PublicPage, public_id: UUID) -> PublicIncident | None:
    """Return a public incident by its id; one merged into another gives the other."""
    rows = PublicIncident.objects.filter(brand_id=page.brand_id)
    found = rows.filter(pk=public_id).values_list("merged_into_id", flat=True)
    wanted = next(iter(found), None) or public_id
    return PublicIncident.objects.shown().filter(brand_id=page.brand_id, pk=wanted).first()


def latest_updates(page: PublicPage, language: str) -> list[tuple[UpdateView, UUID, Words]]:
    """Return the last updates of the page in a language, each with its incident."""
    public = {
        row.incident_id: row
        for row in PublicIncident.objects.shown().filter(brand_id=page.brand_id)
    }
    rows = PublicUpdate.objects.filter(incident_id__in=public, language=language)
    found = list(rows.order_by("-published_at", "-id")[:ENTRIES])
    shown = _shown_updates(found, {row.pk for row in found})
    return [
        (one, public[one.incident_id].pk, _words(public[one.incident_id].titles, page, language))
        for one in shown
    ]


def _view(
    page: PublicPage, rows: list[PublicIncident], language: str, now: datetime, *, in_full: bool
) -> PageView:
    ids = [row.incident_id for row in rows]
    updates = _updates_of(ids, language, in_full=in_full)
    commitments = _commitments_of(ids, now)
    numbers = _numbers_of(ids, page, language)
    told = [
        IncidentView(
            id=row.pk,
            title=_words(row.titles, page, language),
            summary=_words(row.summaries, page, language),
            status=PublicIncidentStatus(row.status),
            status_at=row.status_at,
            made_public_at=row.made_public_at or row.created_at,
            changed_at=_last_change(row, updates.get(row.incident_id, [])),
            updates=_in_language(updates.get(row.incident_id, []), language),
            elsewhere=_elsewhere(updates.get(row.incident_id, []), language),
            commitments=commitments.get(row.incident_id, []),
            numbers=numbers.get(row.incident_id, []),
        )
        for row in rows
    ]
    return PageView(
        page=page,
        language=language,
        title=_words(page.titles, page, language),
        intro=_words(page.intros, page, language),
        incidents=told,
        changed_at=_page_change(page, told, now),
    )


def _updates_of(
    ids: Sequence[UUID], language: str, *, in_full: bool
) -> dict[UUID, list[UpdateView]]:
    rows = PublicUpdate.objects.filter(incident_id__in=ids)
    if in_full:
        found = list(rows.order_by("-published_at", "-id")[:UPDATES])
    else:
        standing = rows.filter(withdrawn_at=None)
        last = standing.order_by("incident_id", "language", "-published_at", "-id")
        found = list(last.distinct("incident_id", "language"))
    by_incident: dict[UUID, list[UpdateView]] = defaultdict(list)
    for one in _shown_updates(found, {row.pk for row in found}):
        by_incident[one.incident_id].append(one)
    return by_incident


def _shown_updates(rows: Iterable[PublicUpdate], known: set[UUID]) -> list[UpdateView]:
    rows = list(rows)
    corrects: dict[UUID, list[UUID]] = defaultdict(list)
    for row in rows:
        if row.corrected_by_id is not None:
            corrects[row.corrected_by_id].append(row.pk)
    return [
        UpdateView(
            id=row.pk,
            incident_id=row.incident_id,
            language=row.language,
            title="" if row.is_withdrawn else row.title,
            body="" if row.is_withdrawn else row.body,
            published_at=row.published_at,
            changed_at=max(row.published_at, row.updated_at),
            withdrawn_at=row.withdrawn_at,
            corrected_by=row.corrected_by_id if row.corrected_by_id in known else None,
            corrects=tuple(corrects[row.pk]),
        )
        for row in rows
    ]


def _in_language(updates: list[UpdateView], language: str) -> list[UpdateView]:
    """Return the updates of a language; where there is none at all, those there are."""
    own = [one for one in updates if one.language == language]
    return own or updates


def _elsewhere(updates: list[UpdateView], language: str) -> dict[str, int]:
    """Count the updates that a reader of the language does not see, by their language."""
    shown = {one.id for one in _in_language(updates, language)}
    return dict(Counter(one.language for one in updates if one.id not in shown))


def _commitments_of(ids: Sequence[UUID], now: datetime) -> dict[UUID, list[CommitmentView]]:
    rows = Task.objects.filter(incident_id__in=ids, kind=TaskKind.COMMITMENT, is_public=True)
    by_incident: dict[UUID, list[CommitmentView]] = defaultdict(list)
    for row in rows.order_by("due_at", "id"):
        if row.due_at is None or row.promised_at is None:
            continue  # the database lets no commitment be without
        ended_at = row.ended_at
        state = public_state(status=row.status, due_at=row.due_at, ended_at=ended_at or now)
        by_incident[row.incident_id].append(
            CommitmentView(row.pk, row.promise, row.promised_at, row.due_at, state, ended_at)
        )
    return by_incident


def _numbers_of(
    ids: Sequence[UUID], page: PublicPage, language: str
) -> dict[UUID, list[NumberView]]:
    rows = PublicNumber.objects.shown().filter(incident_id__in=ids).select_related("goal")
    measured = rows.filter(
        Q(goal=None)
        | Q(goal__current__isnull=False, goal__measured_at__isnull=False, goal__withdrawn_at=None)
    )
    by_incident: dict[UUID, list[NumberView]] = defaultdict(list)
    for row in measured.order_by("position", "id"):
        value, as_of = _value_of(row)
        label, source = (_words(words, page, language) for words in (row.labels, row.sources))
        by_incident[row.incident_id].append(
            NumberView(row.pk, label, value, row.unit, as_of, source)
        )
    return by_incident


def _value_of(row: PublicNumber) -> tuple[float, datetime]:
    if row.goal is None:
        return float(row.value or 0), row.as_of or row.created_at
    share = 100 if row.goal.measured.unit == "share" else 1
    return round((row.goal.current or 0) * share, 2), row.goal.measured_at or row.created_at


def _last_change(row: PublicIncident, updates: list[UpdateView]) -> datetime:
    moments = [row.made_public_at, row.approved_at, row.status_at]
    moments += [one.changed_at for one in updates]
    return max(moment for moment in moments if moment is not None)


def _page_change(page: PublicPage, incidents: list[IncidentView], now: datetime) -> datetime:
    """Return when anything shown changed: by somebody, by a measurement, or by a promise's time."""
    moments = [page.changed_at]
    for incident in incidents:
        moments += [one.as_of for one in incident.numbers if one.as_of <= now]
        moments += [one.due_at for one in incident.commitments if one.due_at <= now]
    return max(moments)


def _words(words: dict[str, str], page: PublicPage, language: str) -> Words:
    return Words(*chosen(words, [language, *page.languages]))
