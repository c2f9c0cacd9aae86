"""The bytes of evidence, read only where somebody asks for them."""

from incidents.models import Evidence, EvidenceFile


def file_of(evidence: Evidence) -> bytes | None:
    """Return the content of a file, None for a link."""
    stored = EvidenceFile.objects.filter(evidence=evidence).first()
    return None if stored is None else bytes(stored.content)
