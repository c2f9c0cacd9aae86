"""Let the database itself refuse to change or delete a published version of a playbook."""

from django.db import migrations

# A published version may only be retired; updated_at and version go with that.
FORWARD = """
CREATE FUNCTION incidents_refuse_version_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'versions of playbooks are kept' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status = 'draft' THEN
        RETURN NEW;
    END IF;
    IF NEW.status NOT IN (OLD.status, 'retired')
        OR (to_jsonb(NEW) - ARRAY['status', 'updated_at', 'version'])
        <> (to_jsonb(OLD) - ARRAY['status', 'updated_at', 'version'])
    THEN
        RAISE EXCEPTION 'a published version of a playbook stands'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER incidents_version_stands BEFORE UPDATE OR DELETE ON incidents_playbookversion
    FOR EACH ROW EXECUTE FUNCTION incidents_refuse_version_change();
"""

BACKWARD = """
DROP TRIGGER incidents_version_stands ON incidents_playbookversion;
DROP FUNCTION incidents_refuse_version_change();
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0008_playbooks_runs_reviews")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
