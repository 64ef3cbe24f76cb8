"""The control API: how tests, people and outside checks act on the fake Discord and look at it."""
