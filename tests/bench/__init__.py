"""`make bench`: what the budgets say (DESIGN: ratios within one run), measured on real processes."""
