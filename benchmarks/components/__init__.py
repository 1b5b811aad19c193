"""The cost of every stage, against a reference operation, and against what was kept before."""
