"""Who may do what with what was found in mentions, beside `tests.access_rules`."""

from tests.access_rules import (
    READS_MENTIONS,
    READS_METRICS,
    RESPONDER,
    RULES,
    VIEWER,
    WRITES_INCIDENTS,
    Rule,
)

INSIGHT: dict[str, Rule | str] = {
    "analysis-accuracy.accuracy": READS_METRICS,
    "incident-chart.svg": READS_METRICS,
    "incident-chart-picture.png": READS_METRICS,
    "author.list": READS_MENTIONS,
    "author.retrieve": READS_MENTIONS,
    "author.link": WRITES_INCIDENTS,
    "author.unlink": WRITES_INCIDENTS,
    "incident-author.ranked": READS_MENTIONS,
    "incident-report.report": Rule(VIEWER),
    "correction.list": READS_MENTIONS,
    "correction.retrieve": READS_MENTIONS,
    "incident-pull-through.pull_through": READS_MENTIONS,
    "incident-questions.unanswered": READS_MENTIONS,
    "unanswered-question-adopt.adopt": Rule(RESPONDER),
    "unanswered-question-dismiss.dismiss": Rule(RESPONDER),
    "unanswered-question-reopen.reopen": Rule(RESPONDER),
    "mention-confirmation.confirm": Rule(RESPONDER),
    "mention-correction.correct": Rule(RESPONDER),
    "mention-undoing.undo": Rule(RESPONDER),
    "mention-sample.list": READS_MENTIONS,
    "mention-sample.retrieve": READS_MENTIONS,
    "mention-sample.create": Rule(RESPONDER),
    "mention-sample.next": READS_MENTIONS,
}
ALL_RULES = RULES | INSIGHT
