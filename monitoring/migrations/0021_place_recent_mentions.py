"""Have the mentions of the last weeks put together in the background."""

from django.db import migrations

# What is older is no longer told by anybody; the rows wait for the worker.
ASK = """
INSERT INTO monitoring_placement (mention_id, brand_id)
SELECT id, brand_id FROM monitoring_mention
WHERE analysed_at IS NOT NULL AND removed_at IS NULL
    AND published_at > now() - interval '30 days'
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0020_narratives_and_claims")]

    operations = [migrations.RunSQL(ASK, migrations.RunSQL.noop)]
