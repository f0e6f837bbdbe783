"""`python -m xlreport.desktop`."""

import sys

from xlreport.desktop.main import main

sys.exit(main())
