"""Write the Word template of each built-in form, as `maintain/first_template.py` has it: what was changed in it by hand goes.

python scripts/build_word_templates.py [FORM ...] [--check]

With --check nothing is written: status 1 where a template differs from what would be written.
"""

from __future__ import annotations

import sys

from xlreport.forms import find_form, form_ids
from xlreport.forms.registry import own_word_template
from xlreport.maintain.first_template import starter_template


def main(arguments: list[str]) -> int:
    check = "--check" in arguments
    differ = False
    for name in [argument for argument in arguments if not argument.startswith("-")] or form_ids():
        form = find_form(name)
        path, content = own_word_template(form), starter_template(form)
        same = path.is_file() and path.read_bytes() == content
        differ |= not same
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        print(f"{path}: {'the same' if same else 'differs' if check else 'written'}")
    return int(check and differ)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
