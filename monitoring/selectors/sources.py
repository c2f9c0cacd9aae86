"""Reading sources."""

from uuid import UUID

from monitoring.models import Source

_READ = "SELECT * FROM monitoring_source WHERE id = %s"


def find_source(source_id: UUID) -> Source | None:
    """Return the source that a push names; written out, as building it is a tenth of a push."""
    return next(iter(Source.objects.raw(_READ, [source_id])), None)
