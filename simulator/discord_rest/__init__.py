"""Discord's REST API v10 as far as a music bot uses it; it refuses what Discord refuses."""
