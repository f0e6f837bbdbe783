"""Prose falls into statements: one figure each, with its own words."""

from __future__ import annotations

import pytest

from xlreport.prose.clauses import read_paragraphs


def words(text: str) -> list[str]:
    return [
        statement.words
        for paragraph in read_paragraphs(text)
        for sentence in paragraph
        for statement in sentence.statements
        if statement.figure
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("收到申请3件，办结2件", ["收到申请#", "办结#"]),
        ("2件予以公开、3件不予公开", ["#予以公开", "#不予公开"]),
        ("其中政策文件1条、部门工作91条", ["其中政策文件#", "部门工作#"]),
        ("新收申请数量：10件；上年结转：1件", ["新收申请数量：#", "上年结转：#"]),
        ("收到申请1，234件，办结5件", ["收到申请#", "办结#"]),
        ("答复3件（含上年结转1件）", ["答复#", "含上年结转#"]),
        ("答复（含口头）3件", ["答复#"]),
        ("依据《条例》第20条办理3件", ["依据第20条办理#"]),
        ("1.答复质量不高。2、公开3条", ["2、公开#"]),
        ("2023年1月5日，20个工作日内办结，占33%", []),
    ],
)
def test_each_figure_has_its_own_words(text: str, expected: list[str]):
    assert expected == words(text)


def test_places_are_those_of_the_text():
    text = "第一段。\n收到《某办法》申请１２件。"
    _, (sentence,) = read_paragraphs(text)
    (statement,) = sentence.statements
    assert "收到《某办法》申请１２件" == text[statement.start : statement.end]
    assert statement.figure is not None
    assert "１２" == text[statement.figure.start : statement.figure.end]
