"""Slash commands: one module per family, each declaring its commands."""
