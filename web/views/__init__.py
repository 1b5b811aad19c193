"""The pages: each view asks one read or one use case and renders it."""
