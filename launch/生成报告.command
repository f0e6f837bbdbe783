#!/bin/sh
# macOS 上双击的就是它；做的事和 生成报告.sh 一样。
exec "$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)/生成报告.sh" "$@"
