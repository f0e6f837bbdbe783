#!/usr/bin/env bash
# Sets itself up and passes the tests: lint, types, tests. Arguments go to pytest.
set -eu
cd "$(dirname -- "$0")"
. scripts/setup.sh test
"$PYTHON" -m ruff format --check .
"$PYTHON" -m ruff check .
"$PYTHON" -m mypy
"$PYTHON" -m pytest -n auto "$@"
