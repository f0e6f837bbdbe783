"""The last mile on the command line: package, dry run, send, and the received mail opened again."""

from __future__ import annotations

import email
import io
import re
import zipfile
from email import policy

import pytest

from support.command import xlreport
from support.figures import shanghai_2019
from xlreport.filing import Filing
from xlreport.filing_json import to_json
from xlreport.forms import find_form
from xlreport.workbook.write.xlsx import write_workbook


@pytest.fixture
def workbook(tmp_path):
    """A filled workbook with an address to send to."""
    values = shanghai_2019() | {"upward.name": "市政府", "upward.email": "upward@example.gov.cn"}
    data, path = tmp_path / "filing.json", tmp_path / "填报.xlsx"
    data.write_bytes(to_json(Filing(form=find_form("gov2019"), values=values)))
    assert 0 == xlreport("fill", data, "-o", path).status
    return path


@pytest.fixture
def own_settings(tmp_path, monkeypatch):
    """Where the user's own settings lie."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    path = tmp_path / "own/xlreport/xlreport.toml"
    path.parent.mkdir(parents=True)
    return path


@pytest.mark.long
def test_from_workbook_to_the_received_mail(workbook, own_settings, serve, office):
    """What arrives at the office above holds the clerk's workbook, byte for byte, and is sent once."""
    smtp = serve().smtp
    own_settings.write_text(
        f'[smtp]\nhost = "{smtp.host}"\nport = {smtp.port}\nuser = "{smtp.user}"\nca_file = "../../ca.pem"\n',
        encoding="utf-8",
    )
    out = workbook.parent
    said = xlreport("package", workbook, "-o", out, "--explain", "已核实")
    assert 0 == said.status, said
    package = out / "上海市人民政府办公厅_2019_报送包.zip"
    assert package.name in said.out
    dry = xlreport("send", "--dry-run", package)
    assert (0, 0) == (dry.status, office.greetings)
    sent = xlreport("send", package)
    assert (0, 1) == (sent.status, len(office.received)), sent
    message = email.message_from_bytes(office.received[0].content, policy=policy.default)
    report, attachment = message.iter_attachments()
    assert str(report.get_filename()).endswith("年度报告.docx")
    assert package.read_bytes() == attachment.get_content()
    with zipfile.ZipFile(io.BytesIO(attachment.get_content())) as archive:
        assert workbook.read_bytes() == archive.read("上海市人民政府办公厅_2019_填报工作簿.xlsx")
    again = xlreport("send", package)
    assert 2 == again.status
    assert "没有重发" in again.err
    assert 1 == len(office.received)


@pytest.mark.long
def test_each_failure_is_a_sentence_and_a_status(workbook, tmp_path, own_settings):
    """Not a package: 3. No settings: 4. A password in the settings: 4, and not repeated."""
    assert 0 == xlreport("package", workbook, "-o", tmp_path, "--explain", "已核实").status
    package = tmp_path / "上海市人民政府办公厅_2019_报送包.zip"
    assert 3 == xlreport("send", workbook).status
    assert 4 == xlreport("send", package).status
    own_settings.write_text('[smtp]\nhost = "x"\npassword = "geheim"\n', encoding="utf-8")
    said = xlreport("send", package)
    assert 4 == said.status
    assert "密码不能放在文件里" in said.err
    assert "geheim" not in said.out + said.err


@pytest.mark.long
def test_settings_that_came_with_the_package(workbook, tmp_path, own_settings, serve, office):
    """A server named beside the package gets nothing, and the sentence says where the user's own settings belong."""
    smtp = serve().smtp
    assert 0 == xlreport("package", workbook, "-o", tmp_path, "--explain", "已核实").status
    (tmp_path / "xlreport.toml").write_text(
        f'[smtp]\nhost = "{smtp.host}"\nport = {smtp.port}\nuser = "{smtp.user}"\nca_file = "ca.pem"\n',
        encoding="utf-8",
    )
    said = xlreport("send", tmp_path / "上海市人民政府办公厅_2019_报送包.zip")
    assert (4, 0) == (said.status, office.greetings)
    assert f"没有采用“{tmp_path / 'xlreport.toml'}”" in said.err
    assert str(own_settings) in said.err


@pytest.mark.long
def test_package_names_the_cell_that_explains(tmp_path):
    """A warning that stops the package says in which cell of 校验 it is explained, as `check` does."""
    values = shanghai_2019() | {"overview.summary": "2019年收到申请5件。"}
    path = tmp_path / "填报.xlsx"
    write_workbook(Filing(form=find_form("gov2019"), values=values), path)
    said = xlreport("package", path)
    assert 1 == said.status
    (line,) = [line for line in said.out.splitlines() if "要做的" in line]
    assert line in xlreport("check", path).out
    assert re.search("就在“校验”表[A-Z]+[0-9]+写明原因", line)
