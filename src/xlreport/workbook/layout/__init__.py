"""What stands where in a workbook, and the formulas in it."""
