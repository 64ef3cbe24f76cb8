"""Background jobs, one file per job, and their schedule."""
