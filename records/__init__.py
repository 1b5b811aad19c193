"""What is known: batches, files, pages, events, deposits. Only this room writes states."""
