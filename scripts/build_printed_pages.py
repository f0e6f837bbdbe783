"""Make the pictures of pages again against which tests/report/test_printed_pages.py holds the report; look at them first.

python scripts/build_printed_pages.py      (LibreOffice, poppler and the fonts of .ci/run)
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.printed_pages import printed  # noqa: E402  (of the tests, which stand on no path)


def main() -> int:
    folder = ROOT / "tests/report/printed_pages"
    folder.mkdir(exist_ok=True)
    pages = {}
    with tempfile.TemporaryDirectory() as work:
        for name, page, picture in printed(ROOT / "examples", Path(work)):
            pages[name] = page
            # Sixteen levels of grey are enough, and half the size.
            picture.point(lambda grey: grey // 17 * 17).save(folder / f"{name}.png", optimize=True)
            print(folder / f"{name}.png")
    (folder / "pages.json").write_bytes(msgspec.json.format(msgspec.json.encode(pages)) + b"\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
