"""Discord's gateway v10: sessions that resume, heartbeats, shards, identify limits, op 4."""
