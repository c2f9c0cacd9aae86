"""What an incident must be for anything to be added to it."""

from django.utils.translation import gettext_lazy as _

from crisisapi.common.errors import DomainError
from crisisapi.events.services.log import lock_chain
from incidents.models import Incident


class IncidentMerged(DomainError):
    """The incident goes on in another one."""

    code = "incident_merged"


def lock_standing(incident: Incident) -> Incident:
    """Lock the chain and return the incident as it is; refuse one that was merged into another.

    The first step of every service that adds something to an incident: nothing may be added to
    one while what it has moves on to another.
    """
    lock_chain(incident.brand_id)
    standing = Incident.objects.select_related("brand", "merged_into").get(pk=incident.pk)
    require_standing(standing)
    return standing


def require_standing(incident: Incident) -> None:
    """Refuse an incident that was merged into another."""
    if incident.merged_into is not None:
        raise IncidentMerged(
            _("This incident was merged into %s. Go on there.") % incident.merged_into.reference
        )
