"""From a finished report upward: the package, the mail draft, sending."""
