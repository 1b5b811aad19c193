"""The use cases, one module a verb. The order of all reading and writing is decided here."""
