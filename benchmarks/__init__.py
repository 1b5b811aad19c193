"""Measures the product: scans with known contents, and side-by-side runs on them."""
