# Sourced by run.sh and test.sh: makes .venv with the project (and, for tests, its test tools) in it.
# Usage: . scripts/setup.sh [extra]
# Leaves the path of the environment's Python in $PYTHON.
set -eu

extra=${1:-}
venv=.venv
PYTHON=$venv/bin/python

find_python() {
  for name in python3.13 python3.12 python3.11 python3 python; do
    if command -v "$name" >/dev/null 2>&1 &&
      "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      echo "$name"
      return
    fi
  done
}

# The environment is made again when the requirements change, or when an earlier attempt was cut short.
want=$(cat pyproject.toml scripts/setup.sh | cksum)-$extra
stamp=$venv/.made-for
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$want" ]; then
  base=$(find_python)
  if [ -z "$base" ]; then
    echo "没有找到 Python 3.11 或更新的版本，请先安装 Python（Debian/UOS：sudo apt install python3 python3-venv）。" >&2
    exit 4
  fi
  echo "第一次运行，正在准备运行环境……" >&2
  if [ ! -x "$PYTHON" ] && ! "$base" -m venv "$venv" >/dev/null 2>&1; then
    rm -rf "$venv"
    echo "不能建立 Python 虚拟环境，请先安装 venv（Debian/UOS：sudo apt install python3-venv）后再试。" >&2
    exit 4
  fi
  log=$venv/setup.log
  if ! "$PYTHON" -m pip install --disable-pip-version-check --quiet -e ".${extra:+[$extra]}" >"$log" 2>&1; then
    cat "$log" >&2
    echo "安装所需的软件包失败，请检查网络后再试（记录在 $log）。" >&2
    exit 4
  fi
  echo "$want" >"$stamp"
fi
