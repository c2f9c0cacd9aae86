"""All tables as 0004_retention_of_brands left them, made at once where none is there yet."""

import crisisapi.common.ids
import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('accounts', '0001_initial'),
        ('accounts', '0002_circles'),
        ('accounts', '0003_names_of_fields'),
        ('accounts', '0004_retention_of_brands'),
    ]

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('id', models.UUIDField(default=crisisapi.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('language', models.CharField(choices=[('en', 'English'), ('he', 'Hebrew')], default='en', help_text='Language of e-mails and of pages that do not ask the browser.', max_length=2, verbose_name='language')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'abstract': False,
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Brand',
            fields=[
                ('id', models.UUIDField(default=crisisapi.common.ids.uuid7, editable=False, help_text='Identifier.', primary_key=True, serialize=False, verbose_name='id')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, help_text='When it was made.', verbose_name='created at')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, help_text='When it last changed.', verbose_name='updated at')),
                ('version', models.PositiveIntegerField(default=1, editable=False, help_text='Rises by one with each change.', verbose_name='version')),
                ('slug', models.SlugField(help_text='Short name in addresses; never changes.', unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(-[a-z0-9]+)*$', 'Lower case, digits, hyphens.')], verbose_name='slug')),
                ('name', models.CharField(help_text='Name as people know it.', max_length=120, verbose_name='name')),
                ('languages', models.JSONField(blank=True, default=list, help_text='Languages its public speaks, ISO 639-1, the main one first.', verbose_name='languages')),
                ('time_zone', models.CharField(default='Asia/Jerusalem', help_text='Name from the IANA database; days in reports follow it.', max_length=50, verbose_name='time zone')),
                ('mentions_kept_days', models.PositiveIntegerField(blank=True, help_text='After so many days words and authors are erased; empty: never.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(36500)], verbose_name='days mentions are kept')),
                ('deliveries_kept_days', models.PositiveIntegerField(blank=True, help_text='After so many days what came in is removed; empty: as the service does.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(36500)], verbose_name='days deliveries are kept')),
            ],
            options={
                'verbose_name': 'brand',
                'verbose_name_plural': 'brands',
                'ordering': ['slug'],
                'constraints': [models.CheckConstraint(condition=models.Q(('mentions_kept_days', None), ('mentions_kept_days__range', (1, 36500)), _connector='OR'), name='accounts_brand_mentions_days'), models.CheckConstraint(condition=models.Q(('deliveries_kept_days', None), ('deliveries_kept_days__range', (1, 36500)), _connector='OR'), name='accounts_brand_deliveries_days')],
            },
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.UUIDField(default=crisisapi.common.ids.uuid7, editable=False, help_text='Identifier.', primary_key=True, serialize=False, verbose_name='id')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, help_text='When it was made.', verbose_name='created at')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, help_text='When it last changed.', verbose_name='updated at')),
                ('version', models.PositiveIntegerField(default=1, editable=False, help_text='Rises by one with each change.', verbose_name='version')),
                ('name', models.CharField(help_text='Who or what uses it.', max_length=100, verbose_name='name')),
                ('prefix', models.CharField(editable=False, help_text='Its first characters.', max_length=16, verbose_name='prefix')),
                ('secret_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('brands:read', 'read brands'), ('events:read', 'read the event log'), ('incidents:read', 'read incidents and what belongs to them'), ('incidents:write', 'open and change incidents'), ('messages:read', 'read templates, messages, channels, publications'), ('messages:write', 'write and submit messages'), ('mentions:read', 'read mentions and deliveries'), ('mentions:write', 'push mentions'), ('metrics:read', 'read metrics'), ('sources:read', 'read sources')], max_length=20), help_text='What it may do.', size=None, verbose_name='scopes')),
                ('expires_at', models.DateTimeField(blank=True, help_text='When it stops working by itself.', null=True, verbose_name='expires at')),
                ('revoked_at', models.DateTimeField(editable=False, help_text='When it was taken back.', null=True, verbose_name='revoked at')),
                ('last_used_at', models.DateTimeField(editable=False, help_text='To the minute.', null=True, verbose_name='last used at')),
                ('created_by', models.ForeignKey(editable=False, help_text='Who made it.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
                ('replaces', models.OneToOneField(editable=False, help_text='The key this one was rotated from.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='replaced_by', to='accounts.apikey', verbose_name='replaces')),
                ('brand', models.ForeignKey(help_text='The one brand the key is good for.', on_delete=django.db.models.deletion.CASCADE, related_name='api_keys', to='accounts.brand', verbose_name='brand')),
            ],
            options={
                'verbose_name': 'API key',
                'verbose_name_plural': 'API keys',
            },
        ),
        migrations.CreateModel(
            name='Circle',
            fields=[
                ('subject_id', models.UUIDField(primary_key=True, serialize=False)),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('readers', models.ManyToManyField(related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SignInAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('username_hash', models.CharField(max_length=64)),
                ('attempted_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'indexes': [models.Index(fields=['username_hash', 'attempted_at'], name='accounts_attempt_recent')],
            },
        ),
        migrations.CreateModel(
            name='AccessToken',
            fields=[
                ('id', models.UUIDField(default=crisisapi.common.ids.uuid7, editable=False, help_text='Identifier.', primary_key=True, serialize=False, verbose_name='id')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, help_text='When it was made.', verbose_name='created at')),
                ('prefix', models.CharField(editable=False, help_text='Its first characters.', max_length=16)),
                ('secret_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('expires_at', models.DateTimeField(help_text='When it stops working.')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='access_tokens', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'access token',
                'verbose_name_plural': 'access tokens',
                'indexes': [models.Index(fields=['expires_at'], name='accounts_token_expiry')],
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.UUIDField(default=crisisapi.common.ids.uuid7, editable=False, help_text='Identifier.', primary_key=True, serialize=False, verbose_name='id')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, help_text='When it was made.', verbose_name='created at')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, help_text='When it last changed.', verbose_name='updated at')),
                ('version', models.PositiveIntegerField(default=1, editable=False, help_text='Rises by one with each change.', verbose_name='version')),
                ('role', models.CharField(choices=[('viewer', 'viewer'), ('responder', 'responder'), ('approver', 'approver'), ('manager', 'manager')], help_text='What the member may do.', max_length=10, verbose_name='role')),
                ('department', models.CharField(choices=[('marketing', 'marketing'), ('pr', 'public relations'), ('legal', 'legal'), ('hr', 'human resources'), ('support', 'customer support'), ('executive', 'executive'), ('operations', 'operations'), ('other', 'other')], default='other', help_text='Where in the organisation the member sits.', max_length=10, verbose_name='department')),
                ('brand', models.ForeignKey(help_text='The brand.', on_delete=django.db.models.deletion.CASCADE, related_name='members', to='accounts.brand', verbose_name='brand')),
                ('user', models.ForeignKey(help_text='The person.', on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'member',
                'verbose_name_plural': 'members',
                'constraints': [models.UniqueConstraint(fields=('brand', 'user'), name='accounts_member_once'), models.CheckConstraint(condition=models.Q(('role__in', ['viewer', 'responder', 'approver', 'manager'])), name='accounts_member_role')],
            },
        ),
    ]
