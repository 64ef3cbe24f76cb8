"""Players, queues and commands as rows in PostgreSQL."""
