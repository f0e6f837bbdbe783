"""Mails: file names in both notations, headers that cannot be injected, words that an office can edit."""

from __future__ import annotations

import email
from datetime import date
from email import policy
from email.header import decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlreport.errors import DefinitionError, UsageError
from xlreport.mail.message import addresses, compose, draft, encoded_words, mailbox
from xlreport.mail.smtp import answer, megabytes
from xlreport.mail.wording import LISTED_CHANGES, one_line, render
from xlreport.published.archive import Change, Correction, PartEntry, Party

#: The day of the letters.
DAY = date(2020, 1, 9)

DIGEST = "0123456789abcdef" * 4

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def parsed(message):
    return email.message_from_bytes(draft(message), policy=policy.default)


@given(TEXT)
def test_encoded_words_come_back(text):
    """Every name survives RFC 2047, in words of at most 75 characters, no character cut in two."""
    words = encoded_words(text)
    assert all(len(line) <= 75 for line in words.split("\r\n ")) or text == words
    assert words.isascii()
    assert text == str(make_header(decode_header(words.replace("\r\n", "\n"))))


@pytest.mark.parametrize(
    "name",
    [
        "环翠区信访局_2020_报送包.zip",
        "a.zip",
        "很长的" * 25 + "_2020_报送包.zip",
        "𠮷野_2020_报送包.zip",
        'a"b.zip',
        "x;y=z.zip",
    ],
)
def test_file_name_in_both_notations(make_manifest, name):
    """filename*= and name= both give the name; no defect, no line too long."""
    message = compose(make_manifest(), name, b"PK", DIGEST, on=DAY)
    raw = draft(message)
    received = email.message_from_bytes(raw, policy=policy.default)
    (part,) = received.iter_attachments()
    assert (name, name) == (part.get_filename(), part.get_param("name", header="content-type"))
    assert ([], []) == (received.defects, part.defects)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    old = email.message_from_bytes(raw)  # how programs without RFC 2231 read it
    field = list(old.walk())[2].get_param("name")
    assert name == str(make_header(decode_header(str(field).replace("\r\n", "\n").replace("\\", ""))))


@pytest.mark.long
@given(unit=TEXT, upward=TEXT, title=TEXT)
def test_no_text_injects_a_header(make_manifest, unit, upward, title):
    """Whatever a unit, its office above or the form is called, the headers are the same ones."""
    party = Party(name=upward, address="upward@example.gov.cn")
    message = parsed(compose(make_manifest(unit=unit, upward=party, title=title), "a.zip", b"PK", DIGEST, on=DAY))
    assert ["To", "Subject", "MIME-Version", "Content-Type", "X-Unsent"] == list(message.keys())
    (address,) = message["to"].addresses
    assert "upward@example.gov.cn" == address.addr_spec
    assert 1 == len(list(message.iter_attachments()))


def test_letter_as_a_leader_reads_it(make_manifest):
    """The report is attached beside the package, which says what is in it; the day stands under the unit, no hash."""
    manifest = make_manifest(
        parts=[
            PartEntry(name=f"{kind}.x", kind=kind, sha256="0", size=1)
            for kind in ("docx", "workbook", "json", "findings", "findings_page", "self_check")
        ]
    )
    message = parsed(compose(manifest, "包.zip", b"PK", DIGEST, on=DAY, reports={"报告.docx": b"docx"}))
    attached = list(message.iter_attachments())
    assert ["报告.docx", "包.zip"] == [part.get_filename() for part in attached]
    assert attached[0].get_content_type().endswith("wordprocessingml.document")
    body = message.get_body().get_content().replace("\r\n", "\n")
    assert "    1. 报告.docx\n    2. 包.zip（内含报告、填报工作簿、数据、核对情况、自查表）\n" in body
    assert "\n环翠区信访局\n2020年1月9日\n" in body
    assert DIGEST not in body
    assert "2020年环翠区信访局政府信息公开工作年度报告" in body
    assert "报送2020年环翠区信访局政府信息公开工作年度报告" == message["subject"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@b.cn", ["a@b.cn"]),
        (" a@b.cn；c.d@e-f.gov.cn、x@localhost ", ["a@b.cn", "c.d@e-f.gov.cn", "x@localhost"]),
        ("", []),
    ],
)
def test_addresses(text, found):
    """One address, or several with what people put between them."""
    assert found == addresses(text)


@pytest.mark.parametrize("text", ["办公室", "a@b", "a@@b.cn", "a@b..cn", "<a@b.cn>", "a@b.cn>", "信访@b.cn", 'a"@b.cn'])
def test_no_address(text):
    """What is no address is not sent to."""
    with pytest.raises(ValueError, match=r".*"):
        addresses(text)


@pytest.mark.parametrize(
    ("text", "name", "spec"),
    [
        ("a@b.cn", "", "a@b.cn"),
        ("某局 <a@b.cn>", "某局", "a@b.cn"),
        ('"某局" <a@b.cn>', "某局", "a@b.cn"),
        ("某局\r\nBcc: x <a@b.cn>", "某局 Bcc: x", "a@b.cn"),
    ],
)
def test_mailbox(text, name, spec):
    """A sender with or without a name."""
    box = mailbox(text)
    assert (name, spec) == (box.display_name, box.addr_spec)


def test_wrong_copy_address(make_manifest):
    """A wrong mail.cc names itself."""
    with pytest.raises(UsageError, match=r"mail\.cc 的“存档”不是邮箱地址"):
        compose(make_manifest(), "a.zip", b"PK", DIGEST, on=DAY, cc=["存档"])


def test_long_correction_is_cut_in_the_mail(make_manifest):
    """A mail lists so many changes and counts the rest; the package has them all."""
    changes = tuple(Change(field=f"a.b{n}", name=f"项目{n}", old=None, new=n) for n in range(LISTED_CHANGES + 5))
    manifest = make_manifest(correction=Correction(number=2, of=DIGEST, changes=changes))
    message = parsed(compose(manifest, "a.zip", b"PK", DIGEST, on=DAY))
    body = message.get_body().get_content()
    assert message["subject"].startswith("【更正】")
    assert "（第2次更正）" in body
    assert "1. 项目0：原为空白，改为0" in body
    assert "另有5项改动" in body
    assert f"项目{LISTED_CHANGES}：" not in body


def test_correction_of_words_alone(make_manifest):
    """A correction without changed figures says so."""
    manifest = make_manifest(correction=Correction(number=1, of=DIGEST, changes=()))
    assert "数字没有改动" in parsed(compose(manifest, "a.zip", b"PK", DIGEST, on=DAY)).get_body().get_content()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ untit }}", "不能使用.*untit"),
        ("一行\n{% if %}", "第2行写法不对"),
        ("{{ ''.__class__.__mro__ }}", "不能使用"),
        ("{{ 1/0 }}", "不能使用"),
        ("{% include 'body.txt' %}", "不能使用"),
    ],
)
def test_office_template_that_does_not_work(tmp_path, make_manifest, source, said):
    """A template's mistake names the file; it reaches nothing outside its variables."""
    (tmp_path / "subject.txt").write_text(source, encoding="utf-8")
    with pytest.raises(DefinitionError, match=said) as caught:
        compose(make_manifest(), "a.zip", b"PK", DIGEST, on=DAY, templates=tmp_path)
    assert str(tmp_path / "subject.txt") in str(caught.value)


def test_office_template_in_another_encoding(tmp_path, make_manifest):
    """A template saved as GBK is said to be no UTF-8."""
    (tmp_path / "body.txt").write_bytes("你好".encode("gbk"))
    with pytest.raises(DefinitionError, match="不是 UTF-8 文本"):
        compose(make_manifest(), "a.zip", b"PK", DIGEST, on=DAY, templates=tmp_path)


def test_values_are_text_not_templates():
    """What staff typed is never read as a template."""
    assert "{{ 7*7 }}" == render("subject.txt", context("{{ 7*7 }}")).strip().removeprefix("报送").partition("2020")[0]


def context(unit):
    return {"report": f"{unit}2020年报告", "correction": None}


@given(st.text(max_size=80))
def test_one_line(text):
    """One line, no controls, no direction marks, no doubled or outer spaces."""
    line = one_line(text)
    assert " ".join(line.split()) == line
    assert not any(c in line for c in "\r\n\t\x00\u2028\u2029\u202e\x85\x0b")


@pytest.mark.parametrize(
    ("text", "said"),
    [("收下了".encode(), "250 收下了"), ("收下了".encode("gb18030"), "250 收下了"), (b"2.0.0\n  Ok", "250 2.0.0 Ok")],
)
def test_servers_words(text, said):
    """Answers in UTF-8 and in GB18030, on one line."""
    assert said == answer(250, text)


@pytest.mark.parametrize(("size", "said"), [(3000, "3000 字节"), (12_345_678, "12.3 MB")])
def test_sizes(size, said):
    """Sizes as a person reads them."""
    assert said == megabytes(size)
