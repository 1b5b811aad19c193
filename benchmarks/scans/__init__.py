"""The scan maker: office paper with known contents, aged and scanned; see ``maker``."""
