"""Plans, subscriptions, usage: what a guild has paid for and what it may do."""
