"""All tables as 0002_append_only left them, made at once where none is there yet."""

import crisisapi.common.ids
import django.db.models.deletion
from django.db import migrations, models


FORWARD = """
CREATE FUNCTION events_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the event log is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER events_event_append_only BEFORE UPDATE OR DELETE ON events_event
    FOR EACH ROW EXECUTE FUNCTION events_refuse_change();
"""

BACKWARD = """
DROP TRIGGER events_event_append_only ON events_event;
DROP FUNCTION events_refuse_change();
"""


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('events', '0001_initial'),
        ('events', '0002_append_only'),
    ]

    dependencies = [
        ('accounts', '0004_retention_of_brands'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChainHead',
            fields=[
                ('brand', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='accounts.brand')),
                ('position', models.PositiveBigIntegerField(default=0)),
                ('hash', models.CharField(blank=True, default='', max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.UUIDField(default=crisisapi.common.ids.uuid7, editable=False, help_text='Identifier.', primary_key=True, serialize=False)),
                ('position', models.PositiveBigIntegerField(help_text="Place in the brand's chain, from 1, without gaps.", verbose_name='position')),
                ('incident_id', models.UUIDField(help_text='The incident it belongs to, if to one.', null=True, verbose_name='incident')),
                ('actor_kind', models.CharField(help_text='user, api_key or system.', max_length=10, verbose_name='kind of actor')),
                ('actor_id', models.UUIDField(help_text='Who did it; null for the service.', null=True, verbose_name='actor')),
                ('verb', models.CharField(help_text='What happened, e.g. incident.opened.', max_length=60, verbose_name='verb')),
                ('object_type', models.CharField(help_text='What it happened to.', max_length=40, verbose_name='kind of object')),
                ('object_id', models.UUIDField(help_text='Which one.', verbose_name='object')),
                ('data', models.JSONField(default=dict, help_text='What changed; depends on the verb.', verbose_name='details')),
                ('occurred_at', models.DateTimeField(help_text='When.', verbose_name='occurred at')),
                ('previous_hash', models.CharField(help_text='Hash of the event before, empty for the first.', max_length=64, verbose_name='hash before')),
                ('hash', models.CharField(help_text='SHA-256 over all of the above in canonical JSON.', max_length=64, verbose_name='hash')),
                ('brand', models.ForeignKey(help_text='The brand.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand', verbose_name='brand')),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'indexes': [models.Index(condition=models.Q(('incident_id__isnull', False)), fields=['incident_id', 'id'], name='events_of_incident'), models.Index(fields=['object_id', 'id'], name='events_of_object'), models.Index(fields=['brand', 'id'], name='events_of_brand')],
                'constraints': [models.UniqueConstraint(fields=('brand', 'position'), name='events_event_position')],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
