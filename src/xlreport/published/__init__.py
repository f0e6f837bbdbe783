"""A report that exists, read again: its tables and figures, and whether they agree with the filing."""
