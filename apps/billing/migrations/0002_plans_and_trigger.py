"""Writes the plans and their prices, and the trigger that lets people write a subscription by hand."""

from dataclasses import asdict

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from apps.billing.entitlements import SEEDED

PRICES = {
    "BASIC": {"month": 499, "year": 4_990},
    "PREMIUM": {"month": 999, "year": 9_990},
}

# The services say who they are (SET LOCAL segue.writer); everybody else writes by hand, and what they set in the
# columns in force becomes a grant, which no later sync with Stripe undoes, and a line of the audit trail.
TRIGGER = """
CREATE FUNCTION subscription_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."updatedAt" := now();
  IF current_setting('segue.writer', true) = 'billing' THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND (NEW.tier, NEW.status, NEW."currentPeriodEnd")
      IS NOT DISTINCT FROM (OLD.tier, OLD.status, OLD."currentPeriodEnd") THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'INSERT' AND NEW.tier = 'FREE' THEN
    RETURN NEW;
  END IF;
  NEW."pastDueSince" := CASE WHEN NEW.status = 'PAST_DUE' THEN coalesce(NEW."pastDueSince", now()) END;
  NEW."grantTier" := CASE WHEN NEW.status IN ('ACTIVE', 'TRIALING', 'PAST_DUE') THEN NEW.tier ELSE 'FREE' END;
  NEW."grantUntil" := NEW."currentPeriodEnd";
  NEW."grantAlone" := true;
  NEW.source := 'grant';
  INSERT INTO billing_events (guild_id, actor, action, reason, before, after) VALUES (
    NEW."guildId", 'sql:' || current_user, 'manual', 'written by hand',
    CASE WHEN TG_OP = 'UPDATE' THEN jsonb_build_object(
      'tier', OLD.tier, 'status', OLD.status, 'period_end', OLD."currentPeriodEnd") ELSE '{}'::jsonb END,
    jsonb_build_object('tier', NEW.tier, 'status', NEW.status, 'period_end', NEW."currentPeriodEnd"));
  RETURN NEW;
END $$;
CREATE TRIGGER subscription_written BEFORE INSERT OR UPDATE ON subscriptions
  FOR EACH ROW EXECUTE FUNCTION subscription_written();
"""
UNDO = "DROP TRIGGER subscription_written ON subscriptions; DROP FUNCTION subscription_written();"


def write_plans(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    plan, price = apps.get_model("billing", "Plan"), apps.get_model("billing", "PlanPrice")
    plan.objects.bulk_create([plan(**asdict(limits)) for limits in SEEDED])
    price.objects.bulk_create(
        price(plan_id=tier, interval=interval, amount=amount)
        for tier, prices in PRICES.items()
        for interval, amount in prices.items()
    )


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]
    operations = [
        migrations.RunPython(write_plans, migrations.RunPython.noop),
        migrations.RunSQL(TRIGGER, UNDO),
    ]
