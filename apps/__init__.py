"""Django apps: the durable truth and the surfaces that people and staff use."""
