"""The official tables as placed cells, from the trees of headings."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.definitions import made_form
from xlreport.forms import find_form, form_ids
from xlreport.forms.model import Block
from xlreport.forms.table_grid import Part, PlacedBlock, place, place_table, table_size

REQUESTS = find_form("gov2019").tables["requests"].blocks[0]
APPEALS = find_form("gov2019").tables["appeals"].blocks[0]

#: Two blocks of one table: the second has fewer columns, one level of row headings less, and rows that staff add.
UNEVEN = """
id = "uneven"
version = "1"
title = "测试表"
basis = "测试"
first_year = 2020

[[sections]]
key = "figures"
sheet = "数字"
title = "数字"

[[sections.tables]]
key = "t"
id = "t.{row}.{column}"
[[sections.tables.blocks]]
corner = "项目"
columns = [ { title = "组", items = [ { key = "a", title = "甲" }, { key = "b", title = "乙" } ] }, { key = "c", title = "丙", span = 2 } ]
rows = [ { title = "大类", items = [ { key = "x", title = "一" }, { key = "y", title = "二" } ] } ]
[[sections.tables.blocks]]
caption = "第二块"
columns = [ { key = "d", title = "丁" }, { key = "e", title = "戊" } ]
rows = [ { key = "z", title = "第{n}行", repeat = 3 } ]
[[sections.tables.blocks]]
columns = [ { key = "f", title = "己" } ]
rows = [ { key = "w" } ]
"""


def placed(grid: PlacedBlock, part: Part) -> list[tuple[str, int, int, int, int]]:
    """Text, row, rows, column, columns of each cell that is such a part."""
    return [(cell.text or cell.field, cell.row, cell.rows, cell.col, cell.cols) for cell in grid.of(part)]


def blocks(tmp_path: Path) -> tuple[Block, ...]:
    return made_form(tmp_path, UNEVEN, rules="").tables["t"].blocks


def test_column_headings():
    """自然人 and 总计 reach down two levels, 法人或其他组织 covers five columns, right of three columns of labels."""
    assert [
        ("申请人情况", 0, 1, 3, 7),
        ("自然人", 1, 2, 3, 1),
        ("法人或其他组织", 1, 1, 4, 5),
        ("商业企业", 2, 1, 4, 1),
        ("科研机构", 2, 1, 5, 1),
        ("社会公益组织", 2, 1, 6, 1),
        ("法律服务机构", 2, 1, 7, 1),
        ("其他", 2, 1, 8, 1),
        ("总计", 1, 2, 9, 1),
    ] == placed(place(REQUESTS), "column")


def test_row_headings():
    """一、 covers three label columns, 三、本年度办理结果 runs down twenty rows, （三）不予公开 eight."""
    cells = placed(place(REQUESTS), "row")
    assert ("一、本年新收政府信息公开申请数量", 3, 1, 0, 3) == cells[0]
    assert ("三、本年度办理结果", 5, 20, 0, 1) == cells[2]
    assert ("（一）予以公开", 5, 1, 1, 2) == cells[3]
    assert ("（三）不予公开", 7, 8, 1, 1) == cells[5]
    assert ("四、结转下年度继续办理", 25, 1, 0, 3) == cells[-1]


def test_sizes():
    """Table three: three label columns, seven figures, three header rows; table four: no labels, fifteen figures."""
    assert ((3, 10), 3) == (table_size([REQUESTS]), place(REQUESTS).head)
    assert ((0, 15), 3) == (table_size([APPEALS]), place(APPEALS).head)


def test_headings_of_a_figure():
    """A figure names the headings over it and then those beside it, the outer ones first."""
    grid = place(REQUESTS)
    texts = {cell.key: cell.text for cell in grid.cells if cell.key}
    figure = next(cell for cell in grid.of("figure") if cell.field == grid.block.ids[4][1])
    assert [
        "申请人情况",
        "法人或其他组织",
        "商业企业",
        "三、本年度办理结果",
        "（三）不予公开",
        "1.属于国家秘密",
    ] == [texts[key] for key in figure.headings]


def test_blocks_share_the_grid_of_their_table(tmp_path: Path):
    """The last column and the innermost row heading of a smaller block take what the larger one has more."""
    grids = place_table(blocks(tmp_path))
    assert [("第二块", 0, 1, 0, 6)] == placed(grids[1], "caption")
    assert [("丁", 1, 1, 2, 1), ("戊", 1, 1, 3, 3)] == placed(grids[1], "column")
    assert [("第1行", 2, 1, 0, 2), ("第2行", 3, 1, 0, 2), ("第3行", 4, 1, 0, 2)] == placed(grids[1], "row")
    assert [("", 1, 1, 0, 2)] == placed(grids[2], "blank")
    assert [("t.w.f", 1, 1, 2, 4)] == placed(grids[2], "figure")


def test_rows_that_are_not_shown_leave_no_gap(tmp_path: Path):
    """Headings run down the rows that are shown; one without such a row is left out."""
    first, second, _ = place_table(blocks(tmp_path), [[1], [0, 2], [0]])
    assert [("大类", 2, 1, 0, 1), ("二", 2, 1, 1, 1)] == placed(first, "row")
    assert [("第1行",), ("第3行",)] == second.paths
    assert [2, 2, 3, 3] == [cell.row for cell in second.of("figure")]


@pytest.mark.parametrize("form_id", form_ids())
def test_every_place_is_taken_once(form_id: str):
    """In every table of the built-in forms the placed cells fill the grid, and none lies on another."""
    for table in find_form(form_id).tables.values():
        _, width = table_size(table.blocks)
        for grid in place_table(table.blocks):
            rows = range(grid.head + len(grid.shown))
            taken = [
                (row, col)
                for cell in grid.cells
                for row in range(cell.row, cell.row + cell.rows)
                for col in range(cell.col, cell.right)
            ]
            assert [(row, col) for row in rows for col in range(width)] == sorted(taken)
            assert [col for row in rows for cell in grid.across(row) for col in range(cell.col, cell.right)] == [
                *range(width)
            ] * len(rows)
