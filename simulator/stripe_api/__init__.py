"""A stateful fake of Stripe's REST API, version 2026-08-26.dahlia, with signed webhooks and pages to pay on."""
