"""Schema history of the requests for erasure."""
