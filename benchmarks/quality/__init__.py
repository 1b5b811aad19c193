"""How well the product reads: made boxes with a known truth, and real scans if there are any."""
