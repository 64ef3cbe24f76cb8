"""One list of both logs: what staff did, and what happened to subscriptions and plans."""

from django.db import migrations, models

VIEW = """
CREATE VIEW audit_lines AS
  SELECT 's' || id AS id, at, actor, action, subject, guild_id, reason, before, after FROM staff_audit
  UNION ALL
  SELECT 'b' || id AS id, at, actor, action, '' AS subject, guild_id, reason, before, after FROM billing_events;
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0002_append_only"), ("billing", "0003_desk")]
    operations = [
        migrations.RunSQL(VIEW, "DROP VIEW audit_lines;"),
        migrations.CreateModel(
            name="AuditLine",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("actor", models.TextField()),
                ("action", models.TextField()),
                ("subject", models.TextField()),
                ("guild_id", models.BigIntegerField(null=True, verbose_name="guild")),
                ("reason", models.TextField()),
                ("before", models.JSONField()),
                ("after", models.JSONField()),
            ],
            options={
                "db_table": "audit_lines",
                "managed": False,
                "verbose_name": "line of the audit log",
                "verbose_name_plural": "audit log",
            },
        ),
    ]
