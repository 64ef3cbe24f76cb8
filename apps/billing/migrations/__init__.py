"""Schema history of the billing tables."""
