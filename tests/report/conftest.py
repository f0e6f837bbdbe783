"""What tests of reports share."""

from support.filings import cache, city, seed

__all__ = ["cache", "city", "seed"]
