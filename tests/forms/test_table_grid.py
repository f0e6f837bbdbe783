"""Merges of the official tables, from the trees of headings."""

from __future__ import annotations

from xlreport.forms import find_form
from xlreport.forms.table_grid import column_width, header_height, heading_cells, label_width

REQUESTS = find_form("gov2019").tables["requests"].blocks[0]
APPEALS = find_form("gov2019").tables["appeals"].blocks[0]


def merges(nodes: tuple) -> list[tuple[str, int, int, int, int]]:
    return [(cell.title, cell.level, cell.levels, cell.start, cell.length) for cell in heading_cells(nodes)]


def test_column_headings():
    """自然人 and 总计 reach down two levels, 法人或其他组织 covers five columns."""
    assert merges(REQUESTS.columns) == [
        ("申请人情况", 0, 1, 0, 7),
        ("自然人", 1, 2, 0, 1),
        ("法人或其他组织", 1, 1, 1, 5),
        ("商业企业", 2, 1, 1, 1),
        ("科研机构", 2, 1, 2, 1),
        ("社会公益组织", 2, 1, 3, 1),
        ("法律服务机构", 2, 1, 4, 1),
        ("其他", 2, 1, 5, 1),
        ("总计", 1, 2, 6, 1),
    ]


def test_row_headings():
    """一、 covers three label columns, 三、本年度办理结果 runs down twenty rows, （三）不予公开 eight."""
    cells = merges(REQUESTS.rows)
    assert cells[0] == ("一、本年新收政府信息公开申请数量", 0, 3, 0, 1)
    assert cells[2] == ("三、本年度办理结果", 0, 1, 2, 20)
    assert cells[3] == ("（一）予以公开", 1, 2, 2, 1)
    assert cells[5] == ("（三）不予公开", 1, 1, 4, 8)
    assert cells[-1] == ("四、结转下年度继续办理", 0, 3, 22, 1)


def test_sizes():
    """Table three: three label columns, seven figures, three header rows; table four: no labels, fifteen figures."""
    assert (label_width(REQUESTS), column_width(REQUESTS), header_height(REQUESTS)) == (3, 7, 3)
    assert (label_width(APPEALS), column_width(APPEALS), header_height(APPEALS)) == (0, 15, 3)
