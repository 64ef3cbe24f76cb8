"""PostgreSQL refuses to empty the audit log, too: a trigger for each row does not see TRUNCATE.

`billing_events` is not emptied either, for it holds lines of staff's; what names a member there is forgotten row by row.
"""

from django.db import migrations

TABLES = ("staff_audit", "staff_audit_outcomes", "billing_events")
TRIGGER = """
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON {0}
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0005_outcomes"), ("billing", "0004_desk_words")]
    operations = [
        migrations.RunSQL(TRIGGER.format(table), f"DROP TRIGGER not_emptied ON {table};") for table in TABLES
    ]
