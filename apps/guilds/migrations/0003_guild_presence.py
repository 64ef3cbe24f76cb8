"""Since when the bot is not in a guild any more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("guilds", "0002_guild_blocks"),
    ]

    operations = [
        migrations.CreateModel(
            name="GuildPresence",
            fields=[
                ("guild_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("seen_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "guild_presence",
                "indexes": [
                    models.Index(
                        condition=models.Q(("left_at__isnull", False)), fields=["left_at"], name="guild_presence_left"
                    )
                ],
            },
        ),
    ]
