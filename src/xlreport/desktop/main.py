"""The double-click: what the launcher that was double-clicked stands for is done, and a page in the browser says what came of it.

    python -m xlreport.desktop [workbooks and folders…]

XLREPORT_LAUNCHER names the launcher (its file's name); without it reports are made. Without arguments, the folder that
the launcher names in XLREPORT_FOLDER (else the current one) is looked through. With XLREPORT_NO_BROWSER set nothing is
opened, neither browser nor dialog; the page's path is printed all the same. Whatever happens ends in a page. Exit
status as on the command line, the highest of all workbooks.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from xlreport.console import plain_output, require_utf8
from xlreport.desktop.launchers import launcher_of
from xlreport.desktop.show import show, unexpected_page
from xlreport.errors import EnvironmentFault
from xlreport.storage.log import log_exception

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER, LAUNCHER = "XLREPORT_FOLDER", "XLREPORT_LAUNCHER"

#: So many more objects than freed ones before the collector looks for garbage, in a process of our own.
_GARBAGE = 100_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one double-click; see the module. Never raises for what files or the surroundings hold."""
    if arguments is None:
        require_utf8()
        # A process of its own, soon over: looking for garbage would take a tenth of it and find hardly any.
        gc.set_threshold(_GARBAGE)
    plain_output()
    launcher = launcher_of(os.environ.get(LAUNCHER, ""))
    try:
        paths = [Path(text) for text in (sys.argv[1:] if arguments is None else arguments)]
        return launcher.run()(paths, Path(os.environ.get(FOLDER) or Path.cwd()))
    except Exception as error:  # noqa: BLE001  (the last resort: a sentence instead of a traceback)
        log_exception("run", error)
        show(unexpected_page(launcher.title), None)
        return EnvironmentFault.status
