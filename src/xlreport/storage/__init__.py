"""What is kept on disk: the cache between runs, files written whole, their names, the log."""
