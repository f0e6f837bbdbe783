"""Which cells are likely wrong: the smallest sets of changes that make the failed rules hold."""
