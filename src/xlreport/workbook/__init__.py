"""Excel out and in: `layout` says what stands where, `write` writes it, `read` reads it back and compares."""
