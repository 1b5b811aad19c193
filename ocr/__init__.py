"""Arrays to arrays: set a page upright, read it, layer it, and check what was made.

Nothing here knows settings, the database or the object store; everything comes in as arguments.
"""
