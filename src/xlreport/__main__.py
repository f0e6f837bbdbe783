"""`python -m xlreport`."""

from xlreport.cli import main

main()
