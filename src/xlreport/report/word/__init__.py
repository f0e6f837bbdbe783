"""The Word report: the template prepared once, filled, and every value found again."""
