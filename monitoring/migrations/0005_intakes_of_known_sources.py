"""Every source has an intake from the beginning on."""

from django.db import migrations


def _begin(apps, _editor):
    source, intake = apps.get_model("monitoring", "Source"), apps.get_model("monitoring", "Intake")
    intake.objects.bulk_create(
        intake(source=one, state="active" if one.is_active else "paused")
        for one in source.objects.filter(intake__isnull=True)
    )


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0004_sources_of_every_kind")]

    operations = [migrations.RunPython(_begin, migrations.RunPython.noop, elidable=True)]
