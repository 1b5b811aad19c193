"""The JSON interface: what the commands print with ``--json``, for programs with a token."""
