"""What was sent, on disk beside the package: a package goes out once.

`<package>_发送回执.json` lists every sending of the package; `<package>_发送中.json` stands only while a sending is under
way, or where one broke off so late that nobody knows whether it arrived.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from xlreport.errors import EnvironmentFault, UsageError
from xlreport.storage.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

RECEIPT_ENDING, CLAIM_ENDING = "_发送回执.json", "_发送中.json"

State: TypeAlias = Literal["sent", "sending", "uncertain", "dry-run"]


class Receipt(msgspec.Struct, frozen=True, kw_only=True, rename={"sender": "from"}):
    """One sending. `when` is ISO 8601 with the offset, `size` the bytes of the whole mail, `answer` the server's words."""

    package: str
    sha256: str
    state: State
    sender: str
    to: tuple[str, ...]
    subject: str
    message_id: str
    when: str
    server: str
    size: int
    answer: str = ""
    attempts: int = 0


def receipt_path(package: Path) -> Path:
    return package.with_name(package.stem + RECEIPT_ENDING)


def claim_path(package: Path) -> Path:
    return package.with_name(package.stem + CLAIM_ENDING)


def receipts(package: Path) -> list[Receipt]:
    """Every sending of the package that is on record. Raises EnvironmentFault where the record cannot be read."""
    path = receipt_path(package)
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Receipt])
    except FileNotFoundError:
        return []
    except OSError as error:
        raise EnvironmentFault(f"发送回执“{path.name}”打不开（{error.strerror}），请检查权限。") from None
    except msgspec.DecodeError:
        raise EnvironmentFault(f"发送回执“{path.name}”不完整，不能确定是否发送过，请先核实，再改名或删去它。") from None


def sendings(package: Path, digest: str) -> list[Receipt]:
    """The sendings of exactly these bytes, under whatever name they lay in this folder."""
    found: dict[str, Receipt] = {}
    for path in (receipt_path(package), *sorted(package.parent.glob(f"*{RECEIPT_ENDING}"))):
        with contextlib.suppress(OSError, msgspec.DecodeError):
            for receipt in msgspec.json.decode(path.read_bytes(), type=list[Receipt]):
                if receipt.sha256 == digest:
                    found[receipt.message_id] = receipt
    return list(found.values())


def claim(package: Path, receipt: Receipt, *, again: bool) -> None:
    """Note that a sending begins; only one can. Raises UsageError where one is under way or broke off."""
    path = claim_path(package)
    if again:
        path.unlink(missing_ok=True)
    try:
        with path.open("xb") as file:
            file.write(_pretty(receipt))
    except FileExistsError:
        raise UsageError(
            f"报送包“{package.name}”正在发送，或上次发送中断、不能确定是否送达，请先向对方核实，确要重发请加 --again。"
        ) from None
    except OSError as error:
        raise EnvironmentFault(
            f"不能在“{package.parent}”里写回执（{error.strerror}），没有发送，请检查权限和磁盘空间。"
        ) from None


def release(package: Path, receipt: Receipt | None = None) -> None:
    """Take the claim back; with a receipt, leave it on record as uncertain."""
    with contextlib.suppress(OSError):
        if receipt is None:
            claim_path(package).unlink(missing_ok=True)
        else:
            claim_path(package).write_bytes(_pretty(receipt))


def record(package: Path, receipt: Receipt) -> Path:
    """Add a sending to the receipt file and take the claim back. Raises EnvironmentFault."""
    path = receipt_path(package)
    try:
        write_atomically(path, _pretty([*receipts(package), receipt]))
    except EnvironmentFault as error:
        raise EnvironmentFault(
            f"报送包“{package.name}”已经发出，不要重发，请记下信件号 {receipt.message_id}；但回执没有写成：{error}"
        ) from None
    release(package)
    return path


def _pretty(document: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
