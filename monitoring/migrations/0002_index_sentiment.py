# Without it, a page of the rarest sentiment walks every mention of the brand.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("monitoring", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="mention",
            index=models.Index(
                fields=["brand", "sentiment", "-published_at", "-id"],
                name="monitoring_mention_sentiment",
            ),
        ),
    ]
