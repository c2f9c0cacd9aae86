"""A publication that turns out to be out may stand beside the one sent in its place."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_names_of_fields'),
        ('messaging', '0019_polls'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='publication',
            name='messaging_publication_once',
        ),
        migrations.AddField(
            model_name='publication',
            name='is_double',
            field=models.BooleanField(default=False, editable=False, help_text='It turned out to be out after the message had been sent there once more.', verbose_name='may be there twice'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('status__in', ['failed', 'cancelled', 'withdrawn']), _negated=True), ('is_double', False)), fields=('message', 'channel'), name='messaging_publication_once'),
        ),
    ]
