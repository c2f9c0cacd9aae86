"""What was learned from similar incidents comes with a new one."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from crisisapi.common.actors import Actor
from crisisapi.events.services.log import record_event
from incidents.models import Incident, Lesson, LessonStatus, RecalledLesson
from incidents.rules.similarity import Match
from incidents.selectors.similar import comparable_to, similar_incidents

Similar = Sequence[tuple[Incident, Match]]
# Lessons come unasked for, so the likeness must be plainer than in a search.
LEAST_SCORE = 0.25
INCIDENTS, LESSONS = 5, 10
# What we agreed on; the best proven first.
_WORTH_RECALLING = [LessonStatus.VERIFIED, LessonStatus.ADOPTED, LessonStatus.ACCEPTED]


def find_worth_recalling(incident: Incident) -> Similar:
    """Return the incidents so similar to one about to open that their lessons should come with it.

    Comparing hundreds of incidents takes a while: do it before the chain is locked.
    """
    return similar_incidents(incident, comparable_to(incident), least=LEAST_SCORE, most=INCIDENTS)


def recall_lessons(
    incident: Incident, found: Similar, *, actor: Actor, now: datetime
) -> list[RecalledLesson]:
    """Attach the lessons of similar incidents to one that has just opened, its chain locked.

    Whether somebody may read each is decided when they read. The event, which the whole team
    reads, tells only of lessons from incidents open to it.
    """
    matches = {match.id: match for _similar, match in found}
    recalled = RecalledLesson.objects.bulk_create(
        _recalled(incident, lesson, matches[lesson.incident_id], now)
        for lesson in _lessons(matches)
    )
    restricted = {similar.pk for similar, _match in found if similar.is_restricted}
    told = [one.lesson_id for one in recalled if one.lesson.incident_id not in restricted]
    if told:
        record_event(
            brand_id=incident.brand_id,
            incident_id=incident.pk,
            verb="incident.lessons_recalled",
            instance=incident,
            actor=actor,
            now=now,
            data={"lessons": told},
        )
    return recalled


def _lessons(matches: dict[UUID, Match]) -> list[Lesson]:
    lessons = Lesson.objects.filter(incident__in=list(matches), status__in=_WORTH_RECALLING)

    def rank(lesson: Lesson) -> tuple[float, int, str]:
        proven = _WORTH_RECALLING.index(LessonStatus(lesson.status))
        return -matches[lesson.incident_id].score, proven, str(lesson.pk)

    return sorted(lessons, key=rank)[:LESSONS]


def _recalled(incident: Incident, lesson: Lesson, match: Match, now: datetime) -> RecalledLesson:
    return RecalledLesson(
        brand_id=incident.brand_id,
        incident=incident,
        lesson=lesson,
        score=match.score,
        reasons=[reason.as_json() for reason in match.reasons],
        created_at=now,
    )
