"""Who may do what, action by action: what the service promises, apart from how it is built."""

from dataclasses import dataclass

from crisisapi.accounts.callers import ANY_SCOPE
from crisisapi.accounts.models import Role, Scope


@dataclass(frozen=True)
class Rule:
    """The least role of a person (None: any), and the scope of a key (None: no key)."""

    role: Role | None
    scope: str | None = None


# Nobody needs to say who they are.
PUBLIC = "public"
# Only those who run the service; no role in a brand is enough.
STAFF = "staff"
# Everybody has their own and sees no other.
OWN = "own"

VIEWER, RESPONDER, APPROVER, MANAGER = Role
ANYBODY = None

READS_INCIDENTS = Rule(VIEWER, Scope.INCIDENTS_READ)
WRITES_INCIDENTS = Rule(RESPONDER, Scope.INCIDENTS_WRITE)
READS_MESSAGES = Rule(VIEWER, Scope.MESSAGES_READ)
WRITES_MESSAGES = Rule(RESPONDER, Scope.MESSAGES_WRITE)
READS_MENTIONS = Rule(VIEWER, Scope.MENTIONS_READ)
READS_SOURCES = Rule(VIEWER, Scope.SOURCES_READ)
READS_METRICS = Rule(VIEWER, Scope.METRICS_READ)
READS_EVENTS = Rule(VIEWER, Scope.EVENTS_READ)

RULES: dict[str, Rule | str] = {
    "session.create": PUBLIC,
    "session.end": PUBLIC,
    "me.show": Rule(ANYBODY, ANY_SCOPE),
    "access-token.list": Rule(ANYBODY),
    "access-token.create": PUBLIC,
    "access-token.retrieve": OWN,
    "access-token.destroy": OWN,
    "api-key.list": Rule(MANAGER),
    "api-key.retrieve": Rule(MANAGER),
    "api-key.create": Rule(MANAGER),
    "api-key.rotate": Rule(MANAGER),
    "api-key.revoke": Rule(MANAGER),
    "brand.list": Rule(ANYBODY, Scope.BRANDS_READ),
    "brand.retrieve": Rule(VIEWER, Scope.BRANDS_READ),
    "brand.create": STAFF,
    "brand.partial_update": Rule(MANAGER),
    "member.list": Rule(VIEWER),
    "member.retrieve": Rule(VIEWER),
    "member.create": Rule(MANAGER),
    "member.partial_update": Rule(MANAGER),
    "member.destroy": Rule(MANAGER),
    "event.list": READS_EVENTS,
    "event.retrieve": READS_EVENTS,
    "incident.list": READS_INCIDENTS,
    "incident.retrieve": READS_INCIDENTS,
    "incident.timeline": READS_INCIDENTS,
    "incident.create": WRITES_INCIDENTS,
    "incident.partial_update": WRITES_INCIDENTS,
    "incident.respond": WRITES_INCIDENTS,
    "incident.monitor": WRITES_INCIDENTS,
    "incident.recover": WRITES_INCIDENTS,
    "incident.learn": WRITES_INCIDENTS,
    "incident.close": WRITES_INCIDENTS,
    "incident.decline": WRITES_INCIDENTS,
    "incident.reopen": WRITES_INCIDENTS,
    "incident.advice": READS_INCIDENTS,
    "incident.similar": READS_INCIDENTS,
    "incident.lessons": READS_INCIDENTS,
    "incident.merge": WRITES_INCIDENTS,
    "incident.relate": WRITES_INCIDENTS,
    "incident.unrelate": WRITES_INCIDENTS,
    "response-policy.list": READS_INCIDENTS,
    "response-policy.retrieve": READS_INCIDENTS,
    "response-policy.create": Rule(MANAGER),
    "response-policy.partial_update": Rule(MANAGER),
    "fact.list": READS_INCIDENTS,
    "fact.retrieve": READS_INCIDENTS,
    "fact.create": WRITES_INCIDENTS,
    "fact.partial_update": WRITES_INCIDENTS,
    "fact.confirm": Rule(RESPONDER),
    "fact.refute": Rule(RESPONDER),
    "fact.supersede": WRITES_INCIDENTS,
    "evidence.list": READS_INCIDENTS,
    "evidence.retrieve": READS_INCIDENTS,
    "evidence.file": READS_INCIDENTS,
    "evidence.create": WRITES_INCIDENTS,
    "evidence.withdraw": WRITES_INCIDENTS,
    "goal.list": READS_INCIDENTS,
    "goal.retrieve": READS_INCIDENTS,
    "goal.create": WRITES_INCIDENTS,
    "goal.partial_update": WRITES_INCIDENTS,
    "lesson.list": READS_INCIDENTS,
    "lesson.retrieve": READS_INCIDENTS,
    "lesson.create": WRITES_INCIDENTS,
    "lesson.partial_update": WRITES_INCIDENTS,
    "lesson.accept": Rule(APPROVER),
    "lesson.reject": Rule(APPROVER),
    "lesson.adopt": Rule(APPROVER),
    "lesson.verify": Rule(APPROVER),
    "incident-playbooks.playbooks": READS_INCIDENTS,
    "playbook.list": READS_INCIDENTS,
    "playbook.retrieve": READS_INCIDENTS,
    "playbook.create": WRITES_INCIDENTS,
    "playbook.partial_update": Rule(APPROVER),
    "playbook-version.list": READS_INCIDENTS,
    "playbook-version.retrieve": READS_INCIDENTS,
    "playbook-version.create": WRITES_INCIDENTS,
    "playbook-version.partial_update": WRITES_INCIDENTS,
    "playbook-version.publish": Rule(APPROVER),
    "playbook-run.list": READS_INCIDENTS,
    "playbook-run.retrieve": READS_INCIDENTS,
    "playbook-run.create": WRITES_INCIDENTS,
    "playbook-run.cancel": Rule(RESPONDER),
    "run-step.list": READS_INCIDENTS,
    "run-step.retrieve": READS_INCIDENTS,
    "run-step.approve": Rule(APPROVER),
    "run-step.decline": Rule(APPROVER),
    "run-step.choose": Rule(RESPONDER),
    "run-step.supply": WRITES_INCIDENTS,
    "run-step.skip": Rule(RESPONDER),
    "run-step.retry": WRITES_INCIDENTS,
    "review.list": READS_INCIDENTS,
    "review.retrieve": READS_INCIDENTS,
    "review.create": WRITES_INCIDENTS,
    "review.partial_update": WRITES_INCIDENTS,
    "review.refresh": WRITES_INCIDENTS,
    "review.complete": Rule(APPROVER),
    "review.reopen": Rule(APPROVER),
    "stakeholder.list": READS_INCIDENTS,
    "stakeholder.retrieve": READS_INCIDENTS,
    "stakeholder.create": WRITES_INCIDENTS,
    "stakeholder.partial_update": WRITES_INCIDENTS,
    "template.list": READS_MESSAGES,
    "template.retrieve": READS_MESSAGES,
    "template.create": Rule(APPROVER),
    "template.partial_update": Rule(APPROVER),
    "template.draft": WRITES_MESSAGES,
    "message.list": READS_MESSAGES,
    "message.retrieve": READS_MESSAGES,
    "message.revisions": READS_MESSAGES,
    "message.decisions": READS_MESSAGES,
    "message.create": WRITES_MESSAGES,
    "message.partial_update": WRITES_MESSAGES,
    "message.submit": WRITES_MESSAGES,
    "message.withdraw": WRITES_MESSAGES,
    "message.approve": Rule(APPROVER),
    "message.reject": Rule(APPROVER),
    "message.publish": Rule(APPROVER),
    "message.clear_flag": Rule(APPROVER),
    "channel.list": READS_MESSAGES,
    "channel.retrieve": READS_MESSAGES,
    "channel.create": Rule(MANAGER),
    "channel.partial_update": Rule(MANAGER),
    "publication.list": READS_MESSAGES,
    "publication.retrieve": READS_MESSAGES,
    "publication.record": Rule(RESPONDER),
    "publication.fail": Rule(RESPONDER),
    "publication.cancel": Rule(APPROVER),
    "source.list": READS_SOURCES,
    "source.retrieve": READS_SOURCES,
    "source.create": Rule(MANAGER),
    "source.partial_update": Rule(MANAGER),
    "source.rotate_secret": Rule(MANAGER),
    "source.webhook": PUBLIC,  # signed by the source
    "delivery.list": READS_MENTIONS,
    "delivery.retrieve": READS_MENTIONS,
    "delivery.raw": Rule(RESPONDER, Scope.MENTIONS_READ),
    "delivery.replay": Rule(RESPONDER),
    "mention.list": READS_MENTIONS,
    "mention.retrieve": READS_MENTIONS,
    "metrics.metrics": READS_METRICS,
    "incident-metrics.metrics": READS_METRICS,
}
