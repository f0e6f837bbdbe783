"""A workbook written by XlsxWriter."""
