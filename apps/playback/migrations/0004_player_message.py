"""Where the player message is, since when nobody listens, and whether the pause is because of that."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('playback', '0003_players_present'),
    ]

    operations = [
        migrations.AddField(
            model_name='player',
            name='empty_since_ms',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='player',
            name='paused_when_empty',
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name='player',
            name='screen_channel_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='player',
            name='screen_message_id',
            field=models.BigIntegerField(null=True),
        ),
    ]
