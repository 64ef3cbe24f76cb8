"""Who voted to skip the current track; votes survive a restart as the track does."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('playback', '0004_player_message'),
    ]

    operations = [
        migrations.AddField(
            model_name='player',
            name='votes',
            field=models.JSONField(db_default=models.Value([], models.JSONField())),
        ),
    ]
