"""What travels between processes: messages, Redis keys, and the one way to publish."""
