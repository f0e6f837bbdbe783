"""Locked workbook in, finished information-disclosure report out."""

__version__ = "0.1.0"
