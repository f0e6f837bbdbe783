"""What tests of reports read again share."""

from support.filings import cache, city, seed

__all__ = ["cache", "city", "seed"]
