"""Let the database itself refuse to rewrite the shift log; note who took old incidents on."""

from django.db import migrations

# A merge may move a note to another incident; what it says, and who said it when, stays.
FORWARD = """
CREATE FUNCTION incidents_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the shift log is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER incidents_shift_note_append_only
    BEFORE DELETE OR UPDATE OF text, kind, author_id, created_at ON incidents_shiftnote
    FOR EACH ROW EXECUTE FUNCTION incidents_refuse_change();
"""

BACKWARD = """
DROP TRIGGER incidents_shift_note_append_only ON incidents_shiftnote;
DROP FUNCTION incidents_refuse_change();
"""

# What has left triage was taken on by somebody.
ACKNOWLEDGE = """
UPDATE incidents_incident SET acknowledged_at = COALESCE(responded_at, updated_at)
WHERE status NOT IN ('triage', 'merged') AND acknowledged_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0010_clocks_shift_notes_acknowledgement")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL(ACKNOWLEDGE, migrations.RunSQL.noop),
    ]
