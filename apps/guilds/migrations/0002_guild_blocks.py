"""Guilds that support has blocked."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('guilds', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='GuildBlock',
            fields=[
                ('guild_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('by', models.TextField()),
                ('reason', models.TextField(db_default='')),
            ],
            options={
                'db_table': 'guild_blocks',
            },
        ),
    ]
