"""The simulator as one running process: settings, what it puts together, and the nodes it starts."""
