"""What was sent, on disk beside the package: a package goes out once.

`<package>_发送回执.json` lists every sending of the package; `<package>_发送中.json` stands only while a sending is under
way, or where one broke off so late that nobody knows whether it arrived.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from xlreport.errors import EnvironmentFault, UsageError
from xlreport.published.archive import sha256
from xlreport.storage.files import MAX_TEXT, read_bounded, write_atomically
from xlreport.storage.lock import give_back, take
from xlreport.storage.plain_data import Malformed, decode_json
from xlreport.wording import fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RECEIPT_ENDING, CLAIM_ENDING = "_发送回执.json", "_发送中.json"

#: Of a claim: nothing sent yet, the end of the message on its way, nobody knows. Of a receipt: sent. Of neither: a dry run.
State: TypeAlias = Literal["preparing", "sending", "uncertain", "sent", "dry-run"]


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
        return decode_json(read_bounded(path, MAX_TEXT), list[Receipt])
    except FileNotFoundError:
        return []
    except OSError as error:
        raise EnvironmentFault(f"发送回执“{path.name}”打不开（{fault(error)}），请检查权限。") from None
    except Malformed as error:
        raise EnvironmentFault(
            f"发送回执“{path.name}”不完整（{error}），不能确定是否发送过，请先核实，再改名或删去它。"
        ) from None


def sendings(package: Path, digest: str) -> list[Receipt]:
    """The sendings of exactly these bytes, under whatever name they lay in this folder."""
    by_message: dict[str, Receipt] = {}
    for path in (receipt_path(package), *sorted(package.parent.glob(f"*{RECEIPT_ENDING}"))):
        with contextlib.suppress(OSError, Malformed):
            for receipt in decode_json(read_bounded(path, MAX_TEXT), list[Receipt]):
                if receipt.sha256 == digest:
                    by_message[receipt.message_id] = receipt
    return list(by_message.values())


class Claim:
    """That this process is sending a package. `left` says whether it stays when the sending ends."""

    def __init__(self, package: Path) -> None:
        self.package = package
        self.left = False

    def note(self, receipt: Receipt) -> None:
        """Put the claim on disk as `receipt`; it stays if anything but "preparing". Raises EnvironmentFault."""
        write_atomically(claim_path(self.package), pretty(receipt))
        self.left = receipt.state != "preparing"

    def settle(self, receipt: Receipt) -> None:
        """`note`, as far as the disk allows: what stands there already says the same, less exactly."""
        with contextlib.suppress(EnvironmentFault):
            self.note(receipt)


@contextlib.contextmanager
def claimed(package: Path, receipt: Receipt, *, again: bool) -> Iterator[Claim]:
    """Hold the package's bytes against every other process while it is being sent.

    Only then is it certain what was sent: receipts are read within. Raises UsageError where another process is sending
    these bytes, or one broke off so late that nobody knows, EnvironmentFault where nothing can be written.
    """
    names = (sha256(os.fsencode(package.stem))[:16], receipt.sha256[:16])
    with contextlib.ExitStack() as held:
        locked = all(_lock(package.with_name(f".xlreport.{name}.lock"), held) for name in names)
        yield from _held(package, receipt, again=again, locked=locked)


def _lock(path: Path, held: contextlib.ExitStack) -> bool:
    """Whether `path` could be locked. Raises UsageError where another process holds it."""
    try:
        lock = take(path)
    except OSError:  # no locks on this file system, or no writing: then the claim itself decides
        return False
    if lock is None:
        raise UsageError("这个报送包正在由另一个程序发送，没有重发，请等它结束。")
    held.callback(give_back, path, lock)
    return True


def _held(package: Path, receipt: Receipt, *, again: bool, locked: bool) -> Iterator[Claim]:
    path = claim_path(package)
    for each in (path, *sorted(package.parent.glob(f"*{CLAIM_ENDING}"))):
        if _stands(each, path, receipt.sha256, locked=locked) and not again:
            raise UsageError(unknown(package))
    try:
        if again or locked:
            path.unlink(missing_ok=True)
        with path.open("xb") as file:
            file.write(pretty(receipt))
    except FileExistsError:
        raise UsageError(unknown(package)) from None
    except OSError as error:
        raise EnvironmentFault(
            f"不能在“{package.parent}”里写回执（{fault(error)}），没有发送，请检查权限和磁盘空间。"
        ) from None
    claim = Claim(package)
    try:
        yield claim
    finally:
        if not claim.left:
            release(package)


def _stands(path: Path, own: Path, digest: str, *, locked: bool) -> bool:
    """Whether the claim at `path` speaks of a sending of these bytes (`own`: of this package) that may have arrived.

    Under the lock, one that was still "preparing" is of a process that died before it sent anything.
    """
    try:
        claim = decode_json(read_bounded(path, MAX_TEXT), Receipt)
    except FileNotFoundError:
        return False
    except (OSError, Malformed):
        return path == own
    return (path == own or claim.sha256 == digest) and not (locked and claim.state == "preparing")


def unknown(package: Path) -> str:
    """The sentence where nobody knows whether the package arrived."""
    return f"报送包“{package.name}”正在发送，或上次发送中断、不能确定是否送达，请先向对方核实，确要重发请加 --again。"


def record(package: Path, receipt: Receipt) -> Path:
    """Add a sending to the receipt file. Raises EnvironmentFault."""
    path = receipt_path(package)
    try:
        write_atomically(path, pretty([*receipts(package), receipt]))
    except EnvironmentFault as error:
        raise EnvironmentFault(
            f"报送包“{package.name}”已经发出，不要重发，请记下信件号 {receipt.message_id}；但回执没有写成：{error}"
        ) from None
    return path


def release(package: Path) -> None:
    """Take the claim back."""
    with contextlib.suppress(OSError):
        claim_path(package).unlink(missing_ok=True)


def pretty(document: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
