"""What staff see of a guild (errors, how long commands took), and the nodes that they drain."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('playback', '0006_follow_up_and_fair_queue'),
    ]

    operations = [
        migrations.CreateModel(
            name='NodeDrain',
            fields=[
                ('node', models.TextField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('by', models.TextField()),
                ('reason', models.TextField(db_default='')),
            ],
            options={
                'db_table': 'node_drains',
            },
        ),
        migrations.AddField(
            model_name='command',
            name='took_ms',
            field=models.IntegerField(null=True),
        ),
        migrations.CreateModel(
            name='PlaybackError',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('guild_id', models.BigIntegerField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('kind', models.TextField()),
                ('title', models.TextField(db_default='')),
                ('uri', models.TextField(null=True)),
                ('detail', models.TextField(db_default='')),
                ('close_code', models.IntegerField(null=True)),
                ('node', models.TextField(db_default='')),
            ],
            options={
                'db_table': 'playback_errors',
                'indexes': [models.Index(fields=['guild_id', '-id'], name='playback_errors_recent')],
            },
        ),
    ]
