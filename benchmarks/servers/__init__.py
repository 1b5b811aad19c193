"""Throw-away servers of our own: on free loopback ports, ended by their own process id."""
