"""One of several files at a time: whatever one of them makes the program raise, the others are worked on."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from xlreport.errors import EnvironmentFault, XlreportError
from xlreport.storage.log import log_exception, log_path
from xlreport.wording import fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")


def attempt(work: Callable[[], T], file: Path, step: str, number: int = 0) -> T | XlreportError:
    """What `work` on `file` returns, or the sentence that says why there is nothing.

    What the program did not foresee goes to the log under `step`, without anything of the file; the sentence names it.
    """
    try:
        return work()
    except XlreportError as error:
        return error
    except MemoryError as error:
        log_exception(step, error, number)
        return EnvironmentFault(f"处理“{file.name}”时内存不足，没有完成；请关闭其他程序后再试。")
    except OSError as error:
        log_exception(step, error, number)
        where = f"“{error.filename}”" if error.filename else "文件"
        return EnvironmentFault(
            f"处理“{file.name}”时{where}不能读写（{fault(error)}），没有完成；请检查路径、权限和磁盘后再试。"
        )
    except Exception as error:  # noqa: BLE001  (one file must not keep the others from being worked on)
        log_exception(step, error, number)
        return EnvironmentFault(
            f"处理“{file.name}”时程序遇到意外情况，没有完成；请把日志文件 {log_path()} 交给技术支持（里面没有填报内容）。"
        )
