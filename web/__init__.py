"""The record room's pages and the review desk: a view asks one read or one use case."""
