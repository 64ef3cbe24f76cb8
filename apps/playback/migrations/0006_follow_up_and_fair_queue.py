"""Where autoplay goes on from, and whether those who asked take turns: both survive a restart as the queue does."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('playback', '0005_votes'),
    ]

    operations = [
        migrations.AddField(
            model_name='player',
            name='fair_queue',
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name='player',
            name='follow_up',
            field=models.BigIntegerField(null=True),
        ),
    ]
