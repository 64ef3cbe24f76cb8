"""Dashboards and alerts: what they name is emitted, and each alert fires when it should and only then."""
