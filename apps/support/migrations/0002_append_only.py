"""Lines of the audit log are written once: PostgreSQL refuses to change or delete them, whoever asks.

Of `billing_events` it keeps what staff did; what names a member may have to be forgotten.
"""

from django.db import migrations

TRIGGERS = """
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The audit log is append-only (table %)', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON staff_audit
  FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER append_only_for_staff BEFORE UPDATE OR DELETE ON billing_events
  FOR EACH ROW WHEN (OLD.actor LIKE 'staff:%') EXECUTE FUNCTION audit_is_append_only();
"""
UNDO = """
DROP TRIGGER append_only_for_staff ON billing_events;
DROP TRIGGER append_only ON staff_audit;
DROP FUNCTION audit_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0001_initial"), ("billing", "0002_plans_and_trigger")]
    operations = [migrations.RunSQL(TRIGGERS, UNDO)]
