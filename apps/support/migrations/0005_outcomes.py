"""What became of an order stands beside the line that was written before it was given; the audit log shows one story."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

VIEW = """
CREATE OR REPLACE VIEW audit_lines AS
  SELECT 's' || id AS id, at, actor, action, subject, guild_id, reason, before, after || coalesce(
    (SELECT o.after FROM staff_audit_outcomes o WHERE o.entry_id = staff_audit.id ORDER BY o.stage DESC LIMIT 1), '{}'
  ) AS after FROM staff_audit
  UNION ALL
  SELECT 'b' || id AS id, at, actor, action, '' AS subject, guild_id, reason, before, after FROM billing_events;
"""
VIEW_BEFORE = """
CREATE OR REPLACE VIEW audit_lines AS
  SELECT 's' || id AS id, at, actor, action, subject, guild_id, reason, before, after FROM staff_audit
  UNION ALL
  SELECT 'b' || id AS id, at, actor, action, '' AS subject, guild_id, reason, before, after FROM billing_events;
"""
TRIGGER = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON staff_audit_outcomes
  FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0004_audit_by_subject")]
    operations = [
        migrations.CreateModel(
            name="AuditOutcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stage", models.SmallIntegerField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("after", models.JSONField()),
                (
                    "entry",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outcomes",
                        to="support.auditentry",
                    ),
                ),
            ],
            options={
                "db_table": "staff_audit_outcomes",
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "stage"), name="staff_audit_outcome_once")
                ],
            },
        ),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER append_only ON staff_audit_outcomes;"),
        migrations.RunSQL(VIEW, VIEW_BEFORE),
    ]
