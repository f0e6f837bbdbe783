"""For whoever writes a form definition: its checks, its manual, its first Word template."""
