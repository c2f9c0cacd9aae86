"""The situation of an incident as the theory of responses sees it."""

from incidents.models import FactStatus, Incident
from incidents.rules.response_strategy import Advice, Situation, advise


def advice_for(incident: Incident) -> Advice:
    """Return what is advised for an incident as it is assessed now."""
    confirmed = incident.facts.filter(status=FactStatus.CONFIRMED)
    return advise(
        Situation(
            kind=incident.kind,
            legitimacy=incident.legitimacy,
            responsibility=incident.responsibility,
            crisis_history=incident.crisis_history,
            prior_reputation=incident.prior_reputation,
            harm=incident.harm,
            has_confirmed_facts=confirmed.exists(),
        )
    )
