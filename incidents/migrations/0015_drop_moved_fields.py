"""Drop what was moved."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("incidents", "0014_move_stakeholders")]

    operations = [
        migrations.RemoveField(model_name="stakeholder", name="contact"),
        migrations.RemoveField(model_name="stakeholder", name="incidents"),
    ]
