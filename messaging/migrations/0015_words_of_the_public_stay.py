"""Let the database itself refuse to change or delete the words that went up on a public page."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION messaging_keep_public_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.key, OLD.message_id, OLD.language, OLD.title, OLD.body, OLD.published_at)
        IS DISTINCT FROM (NEW.key, NEW.message_id, NEW.language, NEW.title, NEW.body, NEW.published_at)
    THEN
        RAISE EXCEPTION 'what went up on the public page stays' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER messaging_public_words_stay BEFORE UPDATE OR DELETE ON messaging_publicupdate
    FOR EACH ROW EXECUTE FUNCTION messaging_keep_public_words();
"""

BACKWARD = """
DROP TRIGGER messaging_public_words_stay ON messaging_publicupdate;
DROP FUNCTION messaging_keep_public_words();
"""


class Migration(migrations.Migration):
    dependencies = [("messaging", "0014_public_page")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
