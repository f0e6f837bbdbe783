#!/bin/sh
# 双击它，或把填好的工作簿、装着工作簿的文件夹拖到它上面。做什么看它的名字：程序认得每一个。
#
# Runs the double-click with the Python beside it (python/), else with an environment of its own, made once: from
# wheelhouse/ beside it without the internet, or in a checkout of the project by scripts/setup.sh.
set -u

here=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "$0" 2>/dev/null || echo "$0")")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}/xlreport
name=${0##*/}
: "${XLREPORT_FOLDER:=$here}" "${XLREPORT_LAUNCHER:=${name%.sh}}"
export XLREPORT_FOLDER XLREPORT_LAUNCHER
# What the clerk's shell sets for other Pythons is none of ours.
unset PYTHONHOME PYTHONPATH

# A window that says something; in a terminal also there. Nothing is shown where XLREPORT_NO_BROWSER asks for quiet.
say() {
  echo "$1" >&2
  if [ -n "${XLREPORT_NO_BROWSER:-}" ]; then return; fi
  if [ "$(uname)" = Darwin ]; then
    osascript -e 'on run a' -e 'display alert (item 1 of a) message (item 2 of a)' -e 'end run' "$XLREPORT_LAUNCHER" "$1" >/dev/null 2>&1
    return
  fi
  if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then return; fi
  if command -v zenity >/dev/null 2>&1; then
    zenity --error --no-markup --width=420 --title="$XLREPORT_LAUNCHER" --text="$1" >/dev/null 2>&1
  elif command -v kdialog >/dev/null 2>&1; then
    kdialog --title "$XLREPORT_LAUNCHER" --error "$1" >/dev/null 2>&1
  elif [ -f "$here/$2" ] && command -v xdg-open >/dev/null 2>&1; then
    xdg-open "$here/$2" >/dev/null 2>&1
  elif command -v xmessage >/dev/null 2>&1; then
    xmessage -center -title xlreport "$1" >/dev/null 2>&1
  elif command -v notify-send >/dev/null 2>&1; then
    notify-send "$XLREPORT_LAUNCHER" "$1" >/dev/null 2>&1
  fi
}

complete() {
  [ -x "$1/python/bin/python3" ] || [ -d "$1/wheelhouse" ] || [ -f "$1/../scripts/setup.sh" ]
}

# The first Python on the path that is new enough.
find_python() {
  for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
    if command -v "$name" >/dev/null 2>&1 &&
      "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      echo "$name"
      return
    fi
  done
}

# Leaves in $python an environment with the program, made from $base/wheelhouse where it is not there yet.
own_environment() {
  python=$data/env/bin/python
  want=$(ls "$base/wheelhouse" | cksum)
  if [ -x "$python" ] && [ "$(cat "$data/env/made-for" 2>/dev/null)" = "$want" ]; then return; fi
  found=$(find_python)
  if [ -z "$found" ]; then
    say '没有找到 Python 3.11 或更新的版本，不能运行。请安装 Python（例如在终端运行 sudo apt install python3 python3-venv），或向技术支持索取自带 Python 的安装包。' need-python.html
    exit 4
  fi
  echo '第一次运行，正在准备运行环境，请稍候……' >&2
  rm -rf "$data/env"
  mkdir -p "$data"
  log=$data/setup.log
  if ! "$found" -m venv "$data/env" >"$log" 2>&1 || ! "$python" -m pip install --disable-pip-version-check \
    --no-index --find-links "$base/wheelhouse" xlreport >>"$log" 2>&1; then
    rm -rf "$data/env"
    say "准备运行环境没有成功，不能运行。请安装 python3-venv（在终端运行 sudo apt install python3-venv）后再试；还不行，就把 $log 交给技术支持。" setup-failed.html
    exit 4
  fi
  echo "$want" >"$data/env/made-for"
}

# A copy of this file beside the workbooks: where it came from was noted by an earlier run.
base=$here
if ! complete "$base"; then base=$(cat "$data/launcher" 2>/dev/null); fi
if [ -z "$base" ] || ! complete "$base"; then
  say '找不到程序文件夹，不能运行。请先在安装包的文件夹里双击一次“生成报告”，再把它复制到别处使用。' setup-failed.html
  exit 4
fi
mkdir -p "$data" 2>/dev/null && echo "$base" >"$data/launcher"

if [ -x "$base/python/bin/python3" ]; then
  python=$base/python/bin/python3
elif [ -d "$base/wheelhouse" ]; then
  own_environment
else
  # An environment that has the test tools serves as well.
  extra=
  if grep -qs -- '-test$' "$base/../.venv/.made-for"; then extra=test; fi
  if ! message=$(cd "$base/.." && set -- $extra && . scripts/setup.sh 2>&1); then
    say "$message" need-python.html
    exit 4
  fi
  python=$base/../.venv/bin/python
fi
exec "$python" -I -m xlreport.desktop "$@"
