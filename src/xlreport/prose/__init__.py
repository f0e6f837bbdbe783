"""Prose that cannot contradict its tables: standard sentences, named figures, and figures typed in prose."""
