"""The tables of the support desk, step by step."""
