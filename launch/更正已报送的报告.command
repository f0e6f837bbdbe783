#!/bin/sh
# macOS 上双击的就是它；它的名字说明做什么，怎么做在 生成报告.sh 里。
name=${0##*/}
XLREPORT_LAUNCHER=${name%.command} exec "$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)/生成报告.sh" "$@"
