"""Nothing names `explicit_filter` any more: no source tells which tracks are explicit (Lavalink's track object has no
such field, and LavaSrc's `pluginInfo` only album, artist and preview).

The column stays for a release, as processes of the one before still name it; its database default fills it meanwhile.
Then it goes: ALTER TABLE guild_settings DROP COLUMN IF EXISTS explicit_filter.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("guilds", "0003_guild_presence"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="guildsettings", name="explicit_filter")],
        ),
    ]
