"""Stripe's objects with every field that version 2026-08-26.dahlia sends: no logic, only their forms."""
