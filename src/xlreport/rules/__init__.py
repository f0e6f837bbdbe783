"""One expression, its uses: parsed once, evaluated in Python, written to Excel, checked, explained."""
