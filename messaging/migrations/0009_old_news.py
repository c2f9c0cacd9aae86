"""What happened before there were notifications outside of the service is not told any more."""

from django.db import migrations


def skip_what_was(apps, schema_editor):
    heads = apps.get_model("events", "ChainHead").objects.values_list("brand_id", "position")
    cursor = apps.get_model("messaging", "NewsCursor")
    cursor.objects.bulk_create(
        [cursor(brand_id=brand, position=position) for brand, position in heads],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("messaging", "0008_notification_targets")]

    operations = [migrations.RunPython(skip_what_was, migrations.RunPython.noop)]
