"""Which response strategy fits, after Situational Crisis Communication Theory (SCCT).

Sources: W. T. Coombs (2007), Protecting organization reputations during a crisis, Corporate
Reputation Review 10(3), 163-176: the guidelines for the strategies, the intensifiers (a history
of similar crises, an unfavourable prior reputation) that move a crisis up by one cluster, and the
rule never to mix denial with the strategies that accept a part. W. T. Coombs and S. J. Holladay
(2002), Helping crisis managers protect reputational assets, Management Communication Quarterly
16(2), 165-186: the clusters and the sorts of crises in each.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from incidents.rules.reasons import Reason

CLUSTERS = ("victim", "accidental", "preventable")
STRATEGIES = ("inform", "deny", "diminish", "rebuild")
TACTICS: Mapping[str, tuple[str, ...]] = {
    "inform": (),
    "deny": ("denial",),
    "diminish": ("excuse", "justification"),
    "rebuild": ("apology", "compensation"),
}
SUPPLEMENTS = ("reminder", "ingratiation", "victimage")
STEPS = ("instruct", "adjust", "deny", "diminish", "rebuild", "bolster")

# Cluster of each sort of crisis where the theory names one, and the sort it counts as there.
SUGGESTED: Mapping[str, tuple[str, str]] = {
    "misinformation": ("victim", "rumour"),
    "product_safety": ("accidental", "technical_error"),
    "service_failure": ("accidental", "technical_error"),
    "data_breach": ("accidental", "technical_error"),
    "environment": ("accidental", "technical_error"),
    "campaign_backlash": ("accidental", "challenge"),
    "employee_conduct": ("preventable", "human_error"),
    "executive_conduct": ("preventable", "misdeed"),
    "discrimination": ("preventable", "misdeed"),
    "labour": ("preventable", "misdeed"),
    "legal": ("preventable", "violation"),
}


@dataclass(frozen=True)
class Situation:
    """What the assessment says; each value as the incident has it."""

    kind: str
    legitimacy: str
    responsibility: str
    crisis_history: str
    prior_reputation: str
    harm: str
    # Of the confirmed facts: whether any bears the accusation out, and whether any is not judged.
    has_facts_against_us: bool
    has_unjudged_facts: bool


@dataclass(frozen=True)
class Advice:
    """The advised response: `strategy` and `cluster` are None while responsibility is unknown.

    `steps` are in the order in which to take them; `avoid` names strategies that would undo it;
    `missing` names fields of the assessment that could change the advice, and "bearing" where
    confirmed facts are not judged yet.
    """

    cluster: str | None
    strategy: str | None
    tactics: tuple[str, ...]
    supplements: tuple[str, ...]
    avoid: tuple[str, ...]
    steps: tuple[str, ...]
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]


def advise(situation: Situation) -> Advice:
    """Return the advice for a situation."""
    cluster, why_cluster = _effective_cluster(situation)
    strategy, why_strategy = _strategy(situation, cluster)
    supplements = () if strategy is None else _supplements(situation, cluster)
    return Advice(
        cluster=cluster,
        strategy=strategy,
        tactics=TACTICS[strategy] if strategy else (),
        supplements=supplements,
        avoid=_to_avoid(strategy),
        steps=_steps(situation, strategy, supplements),
        reasons=(*_why_inform_first(situation), *why_cluster, *why_strategy),
        missing=_missing(situation),
    )


def suggested_responsibility(kind: str) -> tuple[str, str] | None:
    """Return the cluster the theory gives this sort of crisis, and why; None where it is open."""
    return SUGGESTED.get(kind)


def _effective_cluster(situation: Situation) -> tuple[str | None, list[Reason]]:
    """Move the cluster up by one when an intensifier is there (the "velcro effect")."""
    base = situation.responsibility
    if base not in CLUSTERS:
        return None, [Reason("responsibility_unknown")]
    reasons = [Reason(f"cluster_{base}")]
    intensifiers = _intensifiers(situation)
    if not intensifiers or base == CLUSTERS[-1]:
        return base, [*reasons, *map(Reason, intensifiers)]
    moved = CLUSTERS[CLUSTERS.index(base) + 1]
    return moved, [*reasons, *map(Reason, intensifiers), Reason(f"treated_as_{moved}")]


def _intensifiers(situation: Situation) -> list[str]:
    found = {
        "history_similar": situation.crisis_history == "similar",
        "reputation_unfavourable": situation.prior_reputation == "unfavourable",
    }
    return [code for code, is_there in found.items() if is_there]


def _strategy(situation: Situation, cluster: str | None) -> tuple[str | None, list[Reason]]:
    if cluster is None:
        return None, []
    if situation.responsibility == "victim" and _is_unfounded(situation):
        objections = _against_denial(situation)
        if not objections:
            return "deny", [Reason("deny_unfounded")]
        strategy = "inform" if cluster == "victim" else "diminish"
        return strategy, [*map(Reason, objections), Reason(f"strategy_{strategy}")]
    strategy = {"victim": "inform", "accidental": "diminish", "preventable": "rebuild"}[cluster]
    return strategy, [Reason(f"strategy_{strategy}")]


def _is_unfounded(situation: Situation) -> bool:
    """Say whether it looks like a rumour, or an attack without substance."""
    return situation.kind == "misinformation" or situation.legitimacy == "attack"


def _against_denial(situation: Situation) -> list[str]:
    """Name what forbids a denial: one that turns out wrong costs more than the crisis."""
    found = {
        "no_denial_of_a_concern": situation.legitimacy in ("concern", "mixed"),
        "no_denial_against_facts": situation.has_facts_against_us,
        "no_denial_unjudged_facts": situation.has_unjudged_facts,
    }
    return [code for code, is_so in found.items() if is_so]


def _supplements(situation: Situation, cluster: str | None) -> tuple[str, ...]:
    """Name what may support the strategy, never stand for it.

    Nobody should ask for sympathy, or praise the public, over people who were hurt.
    """
    hurt = situation.harm in ("injuries", "deaths")
    fitting = {
        "reminder": situation.prior_reputation == "favourable",
        "ingratiation": situation.prior_reputation in ("favourable", "neutral") and not hurt,
        "victimage": cluster == "victim" and not hurt,
    }
    return tuple(name for name in SUPPLEMENTS if fitting[name])


def _to_avoid(strategy: str | None) -> tuple[str, ...]:
    if strategy is None:
        return ()
    return ("diminish", "rebuild") if strategy == "deny" else ("deny",)


def _steps(
    situation: Situation, strategy: str | None, supplements: tuple[str, ...]
) -> tuple[str, ...]:
    wanted = {
        "instruct": _may_harm(situation),
        "adjust": True,
        strategy: True,
        "bolster": bool(supplements),
    }
    return tuple(step for step in STEPS if wanted.get(step))


def _may_harm(situation: Situation) -> bool:
    """Say whether anybody may come to harm: what is not known may be."""
    return situation.harm != "none"


def _why_inform_first(situation: Situation) -> list[Reason]:
    if not _may_harm(situation):
        return []
    return [Reason("harm_unknown" if situation.harm == "unknown" else "harm_there")]


def _missing(situation: Situation) -> tuple[str, ...]:
    """Name the fields left unknown, the one without which there is no strategy first."""
    fields = ("responsibility", "legitimacy", "crisis_history", "prior_reputation", "harm")
    facts = ("bearing",) if situation.has_unjudged_facts else ()
    return (*(name for name in fields if getattr(situation, name) == "unknown"), *facts)
