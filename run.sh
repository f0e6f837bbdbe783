#!/usr/bin/env bash
# Sets itself up and makes the report of the bundled example; with arguments, of those workbooks.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# An environment that has the test tools serves as well.
extra=''
if grep -qs -- '-test$' "$here/.venv/.made-for"; then extra=test; fi
(cd "$here" && . scripts/setup.sh "$extra")
if [ $# -eq 0 ]; then
  set -- "$here"/examples/2020-huancui-xinfang/*.xlsx
fi
exec "$here/.venv/bin/python" -m xlreport generate "$@"
