"""The double-click."""
