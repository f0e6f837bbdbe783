"""One expression, its uses: parsed once, evaluated in Python, written to Excel, checked, explained."""

from xlreport.rules.book import Check, Rulebook, rulebook

__all__ = ["Check", "Rulebook", "rulebook"]
