"""What tests of result pages share."""

from support.filings import cache, city, seed

__all__ = ["cache", "city", "seed"]
