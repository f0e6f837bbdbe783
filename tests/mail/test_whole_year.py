"""A clerk's year, every step by double-click: new workbook, report, mail, correction, next year's workbook."""

from __future__ import annotations

import email
from collections.abc import Callable
from email import policy
from pathlib import Path

import pytest

from support import clerk
from support.command import type_into
from support.loopback_smtp import Office
from support.result_page import listed, notices, sentence
from xlreport.desktop.correct import Asking
from xlreport.desktop.correct import run as correct
from xlreport.desktop.generate import run as generate
from xlreport.desktop.next_year import run as next_year
from xlreport.mail.send import send_package
from xlreport.mail.settings import Settings
from xlreport.published.archive import open_package, read_package
from xlreport.workbook.read.xlsx import read_workbook

UNIT = clerk.UNIT


def filled_in() -> dict[str, int | float | str | None]:
    """What a clerk types into this year's workbook: everything but what it brings along."""
    values = clerk.sound(report__date="2021年1月20日") | {
        "requests.carried_in.natural": 72,
        "requests.carried_out.natural": 126,
    }
    brought = ("unit.", "report.year", "upward.", "contact.", "prior.", "requests.carried_in.")
    return {id_: value for id_, value in values.items() if value is not None and not id_.startswith(brought)}


@pytest.mark.long
def test_whole_year(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, serve: Callable[..., Settings], office: Office
) -> None:
    """From last year's workbook to next year's, through a report that was mailed and corrected; nothing is ever lost."""
    monkeypatch.setenv("XLREPORT_NO_BROWSER", "1")
    folder = tmp_path / "年报"
    last = clerk.write(
        folder / "2019.xlsx",
        clerk.sound() | {"upward.email": "up@example.gov.cn", "upward.name": "国务院办公厅", "contact.name": "王五"},
    )

    # January: this year's workbook, from last year's.
    assert next_year([], folder) == 0
    this = folder / f"{UNIT}_2020_填报工作簿.xlsx"
    assert ("王五", 72) == tuple(
        read_workbook(this).values[id_] for id_ in ("contact.name", "requests.carried_in.natural")
    )
    last.rename(tmp_path / last.name)

    # Filled in; one figure is wrong at first.
    type_into(this, this, filled_in() | {"requests.carried_out.natural": 125})
    assert generate([], folder) == 1
    made = folder / "输出" / f"{UNIT}_2020"
    assert "必须改正" in sentence(made / "结果.html")
    type_into(this, this, {"requests.carried_out.natural": 126})
    assert generate([], folder) == 0
    assert sentence(made / "结果.html") == "✓ 报告已生成。"
    assert any(line.startswith("明年一月：") and "新建下一年度工作簿" in line for line in listed(made, "以后"))

    # Mailed.
    package = made / f"{UNIT}_2020_报送包.zip"
    settings = serve()
    send_package(package, settings)
    went_up = package.read_bytes()

    # In March a mistake is found.
    type_into(this, this, {"requests.new.natural": 822, "requests.granted.natural": 259})
    asking = Asking(package=lambda _unit, _folder: (), reason=lambda _question: "漏录一件自然人申请。")
    assert correct([], folder, asking) == 0
    assert sentence(made / "结果.html").startswith("✓ 第1次更正已做好")
    assert any("更正原因：漏录一件自然人申请。" in notice for notice in notices(made))
    send_package(made / f"{UNIT}_2020_报送包_更正1.zip", settings)
    assert went_up == package.read_bytes()

    # What the office above received: both, the second as a correction of the first.
    mails = [
        email.message_from_bytes(each.content, policy=policy.default)
        for each in office.received
        if isinstance(each.content, bytes)
    ]
    assert ["【更正】" in str(mail["Subject"]) for mail in mails] == [False, True]
    (zips,) = [
        [each.get_content() for each in mail.iter_attachments() if str(each.get_filename()).endswith(".zip")]
        for mail in mails[1:]
    ]
    manifest, _ = read_package(zips[0], "更正.zip")
    assert manifest.correction is not None
    assert (1, "漏录一件自然人申请。") == (manifest.correction.number, manifest.correction.reason)

    # Next January, in another form.
    assert next_year([], folder) == 0
    following = read_workbook(folder / f"{UNIT}_2021_填报工作簿.xlsx")
    assert ("gov2021", 2021, "王五") == (following.form.id, following.year, following.values["contact.name"])
    assert (860, 126) == tuple(
        following.values[id_] for id_ in ("prior.requests.new.total", "requests.carried_in.natural")
    )
    assert any("用新的表样" in line for line in listed(folder / "输出", "没有带过来的"))

    # The corrected package gives the same workbook as the workbook itself.
    dropped = tmp_path / "只有包" / "更正.zip"
    dropped.parent.mkdir()
    dropped.write_bytes((made / f"{UNIT}_2020_报送包_更正1.zip").read_bytes())
    assert next_year([dropped], folder) == 0
    (other,) = dropped.parent.glob("*.xlsx")
    assert following.values == read_workbook(other).values
    assert open_package(dropped)[0].year == 2020
