"""The version of the program; what is kept, packed and logged names it."""

__version__ = "0.1.0"
