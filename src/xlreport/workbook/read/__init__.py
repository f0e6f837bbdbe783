"""A workbook that a person filled, read back and compared with what was sent out."""
