"""Words to meaning: which file this is, from when, about what, and which side a page is on.

Nothing here knows how the words were read or what becomes of the proposals.
"""
