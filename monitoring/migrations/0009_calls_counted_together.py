from django.db import migrations

# One time for each call becomes pairs of a time and how many calls were made until then.
_TOGETHER = """
UPDATE monitoring_callbudget SET spent = coalesce((
    SELECT jsonb_agg(jsonb_build_array(at, 1) ORDER BY place)
    FROM jsonb_array_elements_text(spent) WITH ORDINALITY AS calls (at, place)
), '[]')
"""
_APART = """
UPDATE monitoring_callbudget SET spent = coalesce((
    SELECT jsonb_agg(pair -> 0 ORDER BY place)
    FROM jsonb_array_elements(spent) WITH ORDINALITY AS pairs (pair, place)
    CROSS JOIN generate_series(1, (pair ->> 1)::int)
), '[]')
"""


class Migration(migrations.Migration):

    dependencies = [
        ('monitoring', '0008_people_forgotten'),
    ]

    operations = [migrations.RunSQL(_TOGETHER, _APART)]
