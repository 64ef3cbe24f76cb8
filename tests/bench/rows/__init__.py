"""One module per measurement; `MEASUREMENTS` in tests.bench.__main__ lists them."""
