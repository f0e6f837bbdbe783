"""What tests of forms and their templates share."""

from support.filings import cache, city, seed

__all__ = ["cache", "city", "seed"]
