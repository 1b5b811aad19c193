"""How a command ends that met no error; the classes of ``errors`` carry their own codes."""

from __future__ import annotations

NOT_ALL = 3  # the rest is done; what was refused, skipped or must be scanned again was said
PART_MISSING = 4
DAMAGED = 6
STOPPED = 130  # as shells report Ctrl-C; the work is kept and resumes
