"""The situation of an incident as the theory of responses sees it."""

from incidents.models import Bearing, Fact, Incident
from incidents.rules.response_strategy import Advice, Situation, advise


def advice_for(incident: Incident) -> Advice:
    """Return what is advised for an incident as it is assessed now."""
    bearings = set(
        Fact.objects.holding().filter(incident=incident).values_list("bearing", flat=True)
    )
    return advise(
        Situation(
            kind=incident.kind,
            legitimacy=incident.legitimacy,
            responsibility=incident.responsibility,
            crisis_history=incident.crisis_history,
            prior_reputation=incident.prior_reputation,
            harm=incident.harm,
            has_facts_against_us=Bearing.SUPPORTS in bearings,
            has_unjudged_facts=Bearing.UNKNOWN in bearings,
        )
    )
