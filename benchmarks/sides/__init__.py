"""Sides and kinds of pages: undeclared files are made, read, parted and judged."""
