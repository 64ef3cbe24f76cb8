"""Migrations of dj-stripe's tables of our own making: see `migrations`."""
