"""One file per outside thing that a worker talks to."""
