"""Let the database itself refuse to change or delete a revision or a decision on one."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION messaging_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER messaging_revision_append_only BEFORE UPDATE OR DELETE ON messaging_messagerevision
    FOR EACH ROW EXECUTE FUNCTION messaging_refuse_change();
CREATE TRIGGER messaging_decision_append_only BEFORE UPDATE OR DELETE ON messaging_reviewdecision
    FOR EACH ROW EXECUTE FUNCTION messaging_refuse_change();
"""

BACKWARD = """
DROP TRIGGER messaging_revision_append_only ON messaging_messagerevision;
DROP TRIGGER messaging_decision_append_only ON messaging_reviewdecision;
DROP FUNCTION messaging_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
