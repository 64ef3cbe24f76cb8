"""A member's own data: handed out on request, and erased on request."""
