"""Write docs/schemas/: the JSON Schemas of filings, of `check --json` and of a package's manifest.

python scripts/build_schemas.py
"""

from __future__ import annotations

from pathlib import Path

from xlreport.forms import find_form, form_ids
from xlreport.maintain.schemas import check_schema, filing_schema, open_schema, package_schema, schema_text

FOLDER = Path(__file__).parent.parent / "docs" / "schemas"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    schemas = {f"filing-{form}": filing_schema(find_form(form)) for form in form_ids()}
    schemas |= {"check": check_schema(), "open": open_schema(), "package": package_schema()}
    for name, schema in schemas.items():
        (FOLDER / f"{name}.json").write_text(schema_text(schema), encoding="utf-8")


if __name__ == "__main__":
    main()
