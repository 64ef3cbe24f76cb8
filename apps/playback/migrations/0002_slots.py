"""Writes the slots: their count is decided here, once, and every process must agree with it."""

from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def write_slots(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    slot = apps.get_model("playback", "Slot")
    slot.objects.bulk_create([slot(slot=number) for number in range(settings.SLOTS)])


class Migration(migrations.Migration):
    dependencies = [("playback", "0001_initial")]
    operations = [migrations.RunPython(write_slots, migrations.RunPython.noop)]
