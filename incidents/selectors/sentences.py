"""What the rules found, in sentences of the reader's language."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from incidents.models import Harm, Kind, LegalExposure, Legitimacy, Responsibility
from incidents.models.stakeholder import StakeholderKind
from incidents.rules.reasons import Reason

STRATEGIES = {
    "inform": _("inform: instructions and empathy are enough"),
    "deny": _("deny: there is no crisis, or it is not ours"),
    "diminish": _("diminish: it was not meant, or is less grave than it looks"),
    "rebuild": _("rebuild: take responsibility, apologise, make good"),
}
TACTICS = {
    "denial": _("denial: say plainly, with evidence, that it is not so"),
    "excuse": _("excuse: nobody meant harm, or could have prevented what happened"),
    "justification": _("justification: show that the damage is smaller than it seems"),
    "apology": _("apology: take full responsibility and ask for forgiveness"),
    "compensation": _("compensation: offer those affected money, a replacement or help"),
}
SUPPLEMENTS = {
    "reminder": _("reminder: tell of the good done before"),
    "ingratiation": _("ingratiation: thank and praise those who help"),
    "victimage": _("victimage: say that the brand was hurt by it too"),
}
STEPS = {
    "instruct": _("First say what people must do to stay safe."),
    "adjust": _("Say what happened, what is being done about it, and that you feel with them."),
    "deny": _("Deny it, with the evidence."),
    "diminish": _("Put it in proportion: what was not meant, and how far it reaches."),
    "rebuild": _("Take responsibility, apologise, and say how you make good."),
    "bolster": _("Only beside this, remind of the good that was and is."),
}
FIELDS = {
    "responsibility": _(
        "Fill in the responsibility (victim, accidental or preventable): without it there is no "
        "advice on the strategy."
    ),
    "legitimacy": _("Fill in the legitimacy: a genuine concern must never be denied."),
    "crisis_history": _("Fill in the crisis history: similar crises call for a stronger response."),
    "prior_reputation": _(
        "Fill in the prior reputation: an unfavourable one calls for a stronger response."
    ),
    "harm": _("Fill in the harm: until it is known, assume that people may be hurt."),
    "bearing": _("Say of each confirmed fact whether it bears out what the brand is accused of."),
}
_ADVICE = {
    "responsibility_unknown": _("It is not known yet how far people hold the brand responsible."),
    "cluster_victim": _("The brand is a victim of it too: people hold it hardly responsible."),
    "cluster_accidental": _("It was an accident: people hold the brand responsible a little."),
    "cluster_preventable": _("It was preventable: people hold the brand responsible."),
    "history_similar": _("The brand had similar crises before, which makes people judge harder."),
    "reputation_unfavourable": _(
        "The brand was not well thought of before, which makes people judge harder."
    ),
    "treated_as_accidental": _("Therefore respond as to an accident."),
    "treated_as_preventable": _("Therefore respond as if it had been preventable."),
    "deny_unfounded": _("It is a rumour, or an attack without substance: deny it."),
    "no_denial_of_a_concern": _("There is a genuine concern in it, so do not deny it."),
    "no_denial_against_facts": _("Confirmed facts bear it out, so do not deny it."),
    "no_denial_unjudged_facts": _(
        "It is not judged yet whether the confirmed facts bear it out, so do not deny it."
    ),
    "strategy_inform": _("Instructions and empathy are enough: more would raise suspicion."),
    "strategy_diminish": _("Little is laid at the brand's door: show how little it is."),
    "strategy_rebuild": _("Much is laid at the brand's door: only making good restores trust."),
    "harm_there": _("People are hurt or may be: their safety comes before everything else."),
    "harm_unknown": _("Whether people may be hurt is not known: speak to their safety first."),
    "rumour": _("The theory counts rumours among the crises a brand is a victim of."),
    "technical_error": _("The theory counts technical failures among the accidents."),
    "challenge": _("The theory counts protests against what a brand does among the accidents."),
    "human_error": _("The theory counts errors of people among the preventable crises."),
    "misdeed": _("The theory counts misdeeds of an organisation among the preventable crises."),
    "violation": _("The theory counts breaches of the law among the preventable crises."),
}
_SEVERITY = {
    "holds": _("%(signal)s: %(value)s (at least %(at_least)s)."),
    "unknown": _("%(signal)s: not known; it could make the severity worse."),
    "none_holds": _("No rule of a worse severity holds."),
}
_SIGNALS = {
    "volume_ratio": _("talk against the usual"),
    "negative_share": _("share of negative mentions"),
    "reach": _("people reached"),
    "press": _("mentions in the press"),
    "harm": _("harm"),
    "legal": _("legal exposure"),
}
_SIMILARITY = {
    "shared_words": _("Shared words: %(words)s."),
    "same_kind": _("Same kind of crisis: %(value)s."),
    "same_responsibility": _("Same responsibility: %(value)s."),
    "same_legitimacy": _("Same legitimacy: %(value)s."),
    "shared_audiences": _("Audiences in common: %(values)s."),
}
_LABELS = {
    "same_kind": Kind,
    "same_responsibility": Responsibility,
    "same_legitimacy": Legitimacy,
    "shared_audiences": StakeholderKind,
}
_SCALES = {"harm": Harm, "legal": LegalExposure}


def advice_sentence(code: str) -> str:
    """Return the sentence of a reason of the advice."""
    return str(_ADVICE[code])


def severity_sentences(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return why the computed severity is what it is, from the stored reasons."""
    return [_severity_sentence(reason["code"], reason["params"]) for reason in reasons]


def similarity_sentences(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return in what two incidents are similar, from reasons as they are stored."""
    return [_similarity_sentence(reason["code"], reason["params"]) for reason in reasons]


def stored(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """Return reasons as they are stored, for those not stored yet."""
    return [reason.as_json() for reason in reasons]


def _severity_sentence(code: str, params: Mapping[str, Any]) -> str:
    signal = params.get("signal", "")
    shown = {
        "signal": capfirst(str(_SIGNALS.get(signal, signal))),
        "value": _shown(signal, params.get("value")),
        "at_least": _shown(signal, params.get("at_least")),
    }
    return str(_SEVERITY[code]) % shown


def _shown(signal: str, value: Any) -> str:
    if value is None:
        return _now("not known")
    if signal in _SCALES:
        return str(_SCALES[signal](value).label)
    if signal == "negative_share":
        return f"{value:.0%}"
    return f"×{value:,.3g}" if signal == "volume_ratio" else f"{value:,.0f}"


def _similarity_sentence(code: str, params: Mapping[str, Any]) -> str:
    choices = _LABELS.get(code)
    shown = {
        name: _listed(said, choices) if isinstance(said, list) else _label(said, choices)
        for name, said in params.items()
    }
    return str(_SIMILARITY[code]) % shown


def _listed(values: list[str], choices: Any) -> str:
    return ", ".join(_label(value, choices) for value in values)


def _label(value: str, choices: Any) -> str:
    return value if choices is None else str(choices(value).label)
