#!/usr/bin/env bash
# Sets itself up and makes the report of the bundled example; with arguments, of those workbooks.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
args=()
for arg in "$@"; do
  # Relative paths are meant from where the command was typed.
  case $arg in -* | /*) args+=("$arg") ;; *) [ -e "$arg" ] && args+=("$PWD/$arg") || args+=("$arg") ;; esac
done
cd "$here"
# An environment with the test tools serves as well.
. scripts/setup.sh "$([ -f .venv/.made-for ] && grep -q -- '-test$' .venv/.made-for && echo test)"
if [ ${#args[@]} -eq 0 ]; then
  set -- examples/2020-huancui-xinfang/*.xlsx
else
  set -- "${args[@]}"
fi
exec "$PYTHON" -m xlreport generate "$@"
