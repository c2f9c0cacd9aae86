"""What the OpenAPI document says of the service as a whole."""

from pathlib import Path
from typing import get_args

from incidents.rules.severity import SIGNALS
from incidents.rules.tasks import PublicState
from incidents.rules.waiting import DIMENSIONS
from messaging.rules.declarations import TYPES
from messaging.rules.language.findings import SEVERITIES
from messaging.rules.media_files import MEDIA_TYPES

INTRODUCTION = (Path(__file__).parent / "introduction.md").read_text(encoding="utf-8")

# In the order of a crisis; every resource has its line.
_RESOURCES = {
    "session": "Signing in with a cookie: for front ends on the same site.",
    "access-tokens": "Signing in for a bearer token: for other front ends and for scripts.",
    "me": "Who the caller is, and what they may do.",
    "brands": "The organisations and products watched and defended; nothing crosses from one to "
    "another.",
    "members": "People and their roles in a brand.",
    "api-keys": "Keys of integrators; each has scopes and one brand.",
    "sources": "Where mentions come from, and the signed webhook of each.",
    "deliveries": "Every inbound request, kept as it came, and what became of it.",
    "mentions": "What the public says.",
    "metrics": "How a brand is talked of, counted exactly.",
    "response-policies": "What a brand decided before a crisis: how severity is computed, how fast "
    "to be.",
    "incidents": "Crises, from first suspicion to lessons learned.",
    "assignments": "Who has which part in an incident.",
    "shift-notes": "What whoever comes next has to know; never changed.",
    "clocks": "How fast an incident wants to be, and how fast it is.",
    "tasks": "What is to be done by whom and by when, and what the public was promised.",
    "workload": "Who has how much to do.",
    "notifications": "What the caller should know.",
    "notification-targets": "Where the caller is told of it outside of the service, and when.",
    "team-notification-targets": "Chats and mailboxes where a whole team is told.",
    "facts": "What is known, not known, or false; messages rest on it.",
    "evidence": "What shows a fact: links, and files kept beside it.",
    "stakeholders": "Who is affected, who decides, who is listened to.",
    "involvements": "What stakeholders have to do with incidents, and when they hear of us next.",
    "contact-entries": "Who was spoken to, when, and what was said.",
    "goals": "Where a metric should be, and by when.",
    "goal-metrics": "What a goal can aim at.",
    "templates": "Wording prepared before it is needed.",
    "blocks": "Paragraphs that several templates share.",
    "language-checks": "What the language of a text does, as you type.",
    "language-rules": "What texts are checked for.",
    "language-packs": "What a brand adds to the language checks, or takes away.",
    "key-messages": "What every message of an incident comes back to.",
    "success-stories": "What we did well before, to be cited in messages.",
    "messages": "What we say: written, reviewed by other eyes, published.",
    "variants": "What a message says on one channel, post by post.",
    "media-assets": "Pictures and films that go with messages.",
    "previews": "What a text would be on each platform, counted as the platform does.",
    "channels": "The accounts and places a brand speaks through.",
    "publications": "One message on its way to one channel.",
    "review-policies": "Who has to agree to which messages, in which stages.",
    "review-rounds": "One wording going through its stages, by the terms of its submission.",
    "comments": "What people say of a wording, at its place.",
    "holds": "The crisis brake: while one stands, nothing it covers leaves.",
    "hold-rules": "When the brake pulls itself.",
    "public-pages": "Where everybody may read what a brand says and does.",
    "public-incidents": "What the public is told of an incident, approved by other eyes.",
    "public-updates": "Approved messages as they went up on the public page.",
    "public-numbers": "Numbers the public is shown, with their time and their source.",
    "questions": "What the audience wants to know, and who answers it.",
    "public": "The public page itself, for everybody: no signing in, cacheable.",
    "playbooks": "What to do when it happens, and when to begin with it.",
    "playbook-versions": "The steps of a playbook, each version as it was.",
    "playbook-runs": "A playbook at work in an incident.",
    "run-steps": "What is done, waited for, decided and skipped in a run.",
    "reviews": "Looking back at an incident: what the log says, what people make of it.",
    "lessons": "What to do otherwise next time.",
    "events": "The log of every change of state, chained by hash.",
}


def _title(name: str) -> str:
    said = name.replace("-", " ").replace("api", "API")
    return said[0].upper() + said[1:]


TAGS = [
    {"name": name, "x-displayName": _title(name), "description": text}
    for name, text in _RESOURCES.items()
]

# A name for each set of choices; without one it would be called after a field, or by a hash.
ENUM_NAMES = {
    "ActorKind": ["user", "api_key", "system"],
    "Alarm": "incidents.models.due.Alarm",
    "ApiScope": "crisisapi.accounts.models.Scope",
    "BaselineFrom": "incidents.models.BaselineFrom",
    "BucketWidth": ["5m", "1h", "1d"],
    "CallerKind": ["user", "api_key"],
    "ChannelKind": "messaging.models.ChannelKind",
    "ClockKind": "incidents.models.ClockKind",
    "ClockState": "incidents.models.ClockState",
    "Department": "crisisapi.accounts.models.Department",
    "CrisisHistory": "incidents.models.CrisisHistory",
    "ContactChannel": "incidents.models.contact_entry.ContactChannel",
    "ContactDirection": "incidents.models.contact_entry.Direction",
    "ContactKind": "incidents.models.stakeholder.ContactKind",
    "DeliveryStatus": "monitoring.models.DeliveryStatus",
    "EvidenceKind": "incidents.models.EvidenceKind",
    "FactBearing": "incidents.models.Bearing",
    "FactStatus": "incidents.models.FactStatus",
    "FlagReason": "messaging.models.FlagReason",
    "GoalDirection": ["lower", "higher"],
    "GoalMetric": "incidents.models.goal.METRIC_CHOICES",
    "GoalState": "incidents.models.GoalState",
    "Harm": "incidents.models.Harm",
    "HeldBecause": "messaging.models.HeldBecause",
    "IncidentKind": "incidents.models.incident.Kind",
    "IncidentMode": "incidents.models.incident.Mode",
    "IncidentRole": "incidents.models.IncidentRole",
    "IncidentStatus": "incidents.models.Status",
    "IncidentVisibility": "incidents.models.incident.Visibility",
    "FindingPart": ["title", "body", "whole"],
    "FindingSeverity": list(SEVERITIES),
    "OfferKind": ["commitment"],
    "PackLanguage": "messaging.models.PackLanguage",
    "LimitPart": ["text", "title", "media", "options"],
    "LimitSeverity": ["error", "warning"],
    "LimitUnit": ["weighted", "characters", "graphemes", "bytes", "utf16"],
    "MediaType": list(MEDIA_TYPES),
    "LegalExposure": "incidents.models.LegalExposure",
    "Legitimacy": "incidents.models.incident.Legitimacy",
    "LessonStatus": "incidents.models.LessonStatus",
    "MessagePurpose": "messaging.models.Purpose",
    "MessageStatus": "messaging.models.MessageStatus",
    "NotificationTiming": "messaging.models.Timing",
    "NotificationWay": "messaging.models.Way",
    "OnOpening": "incidents.models.OnOpening",
    "MetricUnit": ["mentions", "share", "engagements", "mentions_per_hour", "count", "points"],
    "PlaceholderType": list(TYPES),
    "Platform": "messaging.models.Platform",
    "PriorReputation": "incidents.models.PriorReputation",
    "PlaybookRunState": "incidents.models.RunState",
    "PlaybookStepKind": "incidents.models.StepKind",
    "PlaybookVersionStatus": "incidents.models.VersionStatus",
    "PublicState": list(get_args(PublicState)),
    "PublicationPartStatus": "messaging.models.PartStatus",
    "PublicIncidentStatus": "messaging.models.PublicIncidentStatus",
    "PublicNumberUnit": "messaging.models.NumberUnit",
    "PublicationStatus": "messaging.models.PublicationStatus",
    "QuestionOrigin": "messaging.models.QuestionOrigin",
    "QuestionStatus": "messaging.models.QuestionStatus",
    "CrisisCluster": ["victim", "accidental", "preventable"],
    "Responsibility": "incidents.models.incident.Responsibility",
    "ReviewDecisionKind": "messaging.models.Decision",
    "ReviewOutcome": "messaging.models.RoundOutcome",
    "ReviewStageRule": ["any", "all", "at_least"],
    "BreakGlassRole": ["approver", "manager"],
    "ReviewStatus": "incidents.models.ReviewStatus",
    "Role": "crisisapi.accounts.models.Role",
    "RunStepState": "incidents.models.StepState",
    "Sentiment": "monitoring.models.Sentiment",
    "Severity": "incidents.models.incident.Severity",
    "SeveritySignal": list(SIGNALS),
    "ShiftNoteKind": "incidents.models.ShiftNoteKind",
    "SourceKind": "monitoring.models.SourceKind",
    "StakeholderKind": "incidents.models.stakeholder.StakeholderKind",
    "Stance": "incidents.models.stakeholder.Stance",
    "TaskKind": "incidents.models.TaskKind",
    "TaskPriority": "incidents.models.TaskPriority",
    "TaskStatus": "incidents.models.TaskStatus",
    "WaitedOnKind": list(DIMENSIONS),
    "StakeholderStrategy": "incidents.models.stakeholder.Strategy",
}
