"""An X screen of a test's own, and keys pressed on it as a person would."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

#: Seconds within which a window opens, or a file is saved, on a busy machine.
PATIENCE = 90.0

#: The screen counts as still when it has not changed for so long; how often it is looked at.
STILL, LOOK = 0.6, 0.1


def require_programs(*names: str) -> None:
    """Skips the test where one of the programs is missing; fails it in CI."""
    missing = [name for name in names if not shutil.which(name)]
    if missing:
        reason = f"{'、'.join(missing)} is not installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


def wait_for(happened: Callable[[], bool], what: str) -> None:
    """Look again and again until it has happened; fails with `what` after PATIENCE seconds."""
    end = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > end:
            pytest.fail(f"waited {PATIENCE:.0f} seconds in vain: {what}")
        time.sleep(LOOK)


class Screen:
    """`display` is what DISPLAY is to say; `pixels` the file with what is to be seen."""

    def __init__(self, display: str, pixels: Path) -> None:
        self.display = display
        self.pixels = pixels

    def xdotool(self, *arguments: str) -> str:
        """What xdotool prints for these arguments."""
        command = ["xdotool", *arguments]
        env = os.environ | {"DISPLAY": self.display}
        done = subprocess.run(command, env=env, check=False, capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, (arguments[:3], done.stderr)
        return done.stdout.strip()

    def fill_with(self, title: str, width: int, height: int) -> None:
        """Wait for the window with this in its title, make it as large as the screen, and give it the keys."""
        window = self.xdotool("search", "--sync", "--onlyvisible", "--name", title).splitlines()[0]
        self.xdotool("windowmove", window, "0", "0", "windowsize", "--sync", window, str(width), str(height))
        self.xdotool("windowfocus", "--sync", window)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing on the screen changes any more."""
        before, since = b"", time.monotonic()

        def still() -> bool:
            nonlocal before, since
            now = self.pixels.read_bytes()
            if now != before:
                before, since = now, time.monotonic()
            return time.monotonic() - since > STILL

        wait_for(still, "the screen does not come to rest")

    def turn(self, key: str) -> None:
        """Press a key that changes what is to be seen, and wait until it has."""
        before = self.pixels.read_bytes()
        self.press([key])
        wait_for(lambda: self.pixels.read_bytes() != before, f"{key} changes the screen")
        self.settle()

    def press(self, keys: Sequence[str]) -> None:
        """Press and release the keys one after the other, by their X names: 1, Tab, ctrl+s."""
        self.xdotool("key", "--delay", "8", *keys)


@contextmanager
def open_screen(width: int = 1200, height: int = 900) -> Iterator[Screen]:
    """An empty screen of this size in pixels. Needs Xvfb and xdotool."""
    require_programs("Xvfb", "xdotool")
    with TemporaryDirectory(prefix="screen-") as folder:
        ready, told = os.pipe()
        command = ["Xvfb", "-displayfd", str(told), "-screen", "0", f"{width}x{height}x24", "-fbdir", folder]
        server = subprocess.Popen([*command, "-nolisten", "tcp"], pass_fds=[told], stderr=subprocess.DEVNULL)
        os.close(told)
        with os.fdopen(ready) as pipe:
            number = pipe.readline().strip()
        try:
            yield Screen(f":{number}", Path(folder) / "Xvfb_screen0")
        finally:
            server.terminate()
            server.wait(timeout=20)
