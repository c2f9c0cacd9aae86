"""Rollups anew from the rows, which know the language that the old ones were not kept by.

The worker folds what this appends; whoever reads adds both, so that nothing is missing meanwhile.
"""

from django.db import migrations

_COUNTED = """
SELECT brand_id, platform, {language} AS language,
    date_bin('5 minutes', published_at, TIMESTAMPTZ '2000-01-01 00:00Z') AS started_at,
    count(*), count(analysed_at),
    count(*) FILTER (WHERE analysed_at IS NOT NULL AND sentiment = 'positive'),
    count(*) FILTER (WHERE analysed_at IS NOT NULL AND sentiment = 'neutral'),
    count(*) FILTER (WHERE analysed_at IS NOT NULL AND sentiment = 'negative'),
    sum(likes), sum(comments), sum(shares), sum(reach)
FROM monitoring_mention GROUP BY 1, 2, 3, 4
"""
_INTO = """
INSERT INTO monitoring_bucketdelta (
    brand_id, platform, language, started_at, mentions, analysed, positive, neutral, negative,
    likes, comments, shares, reach
)
"""
_EMPTY = "TRUNCATE monitoring_bucket, monitoring_bucketdelta;"
_BY_LANGUAGE = _COUNTED.format(language="CASE WHEN analysed_at IS NULL THEN '' ELSE language END")
# One language, so that the constraint of before holds while the worker of before folds.
_WITHOUT = _COUNTED.format(language="''")


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0012_count_by_query_and_language")]

    operations = [migrations.RunSQL(_EMPTY + _INTO + _BY_LANGUAGE, _EMPTY + _INTO + _WITHOUT)]
