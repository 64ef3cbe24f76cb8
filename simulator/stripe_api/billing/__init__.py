"""How money moves at the simulated Stripe: subscriptions, invoices, attempts to collect, and the passing of time."""
