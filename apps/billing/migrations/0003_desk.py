"""What the support desk needs: the audit trail by time, payers by e-mail, and prices whose amount nobody changes."""

from django.db import migrations, models

FIXED = """
CREATE FUNCTION plan_price_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A price keeps its plan, interval, amount and currency: add a new one, and end this one'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER plan_price_is_fixed BEFORE UPDATE ON plan_prices FOR EACH ROW
  WHEN ((OLD.plan_id, OLD.interval, OLD.amount, OLD.currency)
    IS DISTINCT FROM (NEW.plan_id, NEW.interval, NEW.amount, NEW.currency))
  EXECUTE FUNCTION plan_price_is_fixed();
"""
NOT_FIXED = "DROP TRIGGER plan_price_is_fixed ON plan_prices; DROP FUNCTION plan_price_is_fixed();"
# dj-stripe's table; the condition is as Django writes `email__iexact`.
EMAIL = "CREATE INDEX djstripe_customer_email_any_case ON djstripe_customer (upper(email::text));"


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_plans_and_trigger"), ("djstripe", "0001_initial")]
    operations = [
        migrations.AlterField("billingevent", "guild_id", models.BigIntegerField(null=True)),
        migrations.AddIndex("billingevent", models.Index(fields=["-at"], name="billing_events_recent")),
        migrations.AddIndex("billingevent", models.Index(fields=["guild_id", "-at"], name="billing_events_guild")),
        migrations.AddIndex(
            "billingevent",
            models.Index(fields=["-at"], name="billing_events_staff", condition=models.Q(actor__startswith="staff:")),
        ),
        migrations.RunSQL(FIXED, NOT_FIXED),
        migrations.RunSQL(EMAIL, "DROP INDEX djstripe_customer_email_any_case;"),
    ]
