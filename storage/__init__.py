"""Where the bytes are kept: the object store, a deposit's layout, its manifest, its fixity."""
