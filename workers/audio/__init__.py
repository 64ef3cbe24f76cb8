"""The audio worker process: slots, leases, journal, pool, and the actors on top."""
