"""Give publications from before there were parts the one part each of them is."""

import hashlib
import json

from django.db import migrations


def _digest(revision):
    said = {"title": revision.title, "text": revision.body, "language": revision.language}
    said |= {"attachments": [], "options": {}}
    canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _may_be_out(publication):
    # What was held back after an attempt had been handed to a person.
    was_with_a_person = publication.status == "held" and publication.attempts > 0
    return publication.status == "unknown" or was_with_a_person


def _due_at(publication):
    if publication.status != "pending":
        return None
    return publication.not_before or publication.requested_at


def add_parts(apps, schema_editor):
    """Write one part with the wording of the revision; what is pending is due as it was."""
    publications = apps.get_model("messaging", "Publication").objects
    parts = apps.get_model("messaging", "PublicationPart").objects
    revisions = apps.get_model("messaging", "MessageRevision").objects
    for publication in publications.filter(parts=None).iterator(chunk_size=500):
        revision = revisions.get(
            message_id=publication.message_id, number=publication.revision
        )
        parts.create(
            publication=publication,
            number=1,
            title=revision.title,
            text=revision.body,
            language=revision.language,
            digest=_digest(revision),
            status=publication.status,
            external_id=publication.external_id,
            url=publication.url,
            attempts=publication.attempts,
            may_be_out=_may_be_out(publication),
            attempted_at=publication.attempted_at,
            next_attempt_at=_due_at(publication),
            published_at=publication.published_at,
            last_error=publication.last_error,
            created_at=publication.created_at,
        )
    publications.filter(status__in=["awaiting_person", "unknown"]).update(waits_on_person=True)
    publications.filter(parts__may_be_out=True).update(may_be_out=True)


class Migration(migrations.Migration):
    dependencies = [("messaging", "0010_parts_of_publications")]

    # Backward the parts go with their table.
    operations = [migrations.RunPython(add_parts, migrations.RunPython.noop)]
