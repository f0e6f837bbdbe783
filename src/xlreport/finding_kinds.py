"""Every finding there is: its id, usual level, what it says, where it arises and what to do about it.

A finding is made by its row and in no other way, so none can bear an id that is not written down here:

    kinds.MERGED.finding(message, [spot.ref()])  # from xlreport import finding_kinds as kinds
    kinds.PRIOR_DIFFERS.finding(message, cells, item=id_)  # prior_differs[new.total]

To add one, write its row below among those of its stage, the constant named as the id in capitals, and make it where it
arises; then scripts/regenerate for docs/findings.md and, unless it is one of 表样, a sentence in
scripts/guide_messages.toml that tells staff what it means, for scripts/build_guide.py.

The rules of a form, its criteria and its facts about prose are data of the form: id, level and words stand in its
definition, and `form_finding` makes their findings. The manual of its rules (docs/rules-gov2021.md) is their catalogue;
of the program's own there are `cell`, derived from the kinds of cells, and the rules of claims that name none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from xlreport.finding import Finding, Level, RuleKey
from xlreport.wording import stated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlreport.finding import CellRef

#: Where on its way a finding arises: reading a workbook, its rules, its prose, last year's figures, values from JSON,
#: publishing and packing; the last are about a form's definition and are read by whoever maintains it.
Stage: TypeAlias = Literal["读取", "核对", "文字", "上年", "导入", "报送", "表样"]


class FindingKind(msgspec.Struct, frozen=True):
    """One kind of finding. `level` is the usual one, `also` the others it can have; `title` is the message without its figures.

    `sides` are what expected and actual are called beside the message; None where it says all.
    """

    stage: Stage
    id: str
    level: Level
    title: str
    remedy: str
    also: tuple[Level, ...] = ()
    sides: tuple[str, str] | None = ("应为", "实为")

    def finding(
        self,
        message: str,
        cells: Iterable[CellRef] = (),
        *,
        item: str | None = None,
        level: Level | None = None,
        expected: float | str | None = None,
        actual: float | str | None = None,
    ) -> Finding:
        """A finding of this kind, about `item` where it can stand for several; of the usual level unless given."""
        return form_finding(
            RuleKey(self.id, item), level or self.level, message, cells, expected=expected, actual=actual
        )


def names_prose_file(finding: Finding) -> bool:
    """Whether a finding says which Word file was read or passed over, which is told whatever else is left unsaid."""
    return finding.rule in (PROSE_FILE.id, PROSE_FILE_UNUSED.id)


def leaves_out(finding: Finding) -> bool:
    """Whether a finding says of something that staff wrote or drew that it is in no report."""
    return finding.rule in (STRAY.id, LAID_OVER.id, SHEET_ADDED.id)


def form_finding(
    key: RuleKey,
    level: Level,
    message: str,
    cells: Iterable[CellRef] = (),
    *,
    expected: float | str | None = None,
    actual: float | str | None = None,
) -> Finding:
    """A finding of which the form's own definition gives the id and the level."""
    return Finding(
        rule=str(key),
        level=level,
        message=message,
        cells=tuple(cells),
        expected=_told(expected),
        actual=_told(actual),
    )


def _told(value: float | str | None) -> float | str | None:
    return stated(value) if isinstance(value, float) else value


# 读取: the cells of a workbook that came back, and what was done to it (DESIGN §3)

CLEANED = FindingKind(
    "读取", "cleaned", "note", "填写的内容写法不规范，已按通常的意思读取", "看一看读得对不对。对就不用管。"
)
UNREADABLE = FindingKind("读取", "unreadable", "error", "填写的内容不能确定是什么", "改成一个数字；不适用的填“/”。")
OUT_OF_RANGE = FindingKind("读取", "out_of_range", "error", "填写的数字、日期或年度超出允许的范围", "按提示改正。")
NUMBER_FORMAT = FindingKind(
    "读取",
    "number_format",
    "error",
    "单元格的数字格式使显示的内容与填写的不同",
    "把这一格的格式改回“常规”，再看数字对不对。",
    also=("note",),
)
ODD_FONT = FindingKind(
    "读取",
    "odd_font",
    "error",
    "填写的内容有删除线、上下标、看不见的字、方向符号等，看到的与读到的不同",
    "不要的字删去；要的字，选中单元格“清除格式”，次序不对的重新键入。",
    also=("warning", "note"),
)
FORMULA_IN_INPUT = FindingKind(
    "读取", "formula_in_input", "error", "填写格里是公式", "复制这一格，在原处“选择性粘贴—数值”。"
)
FORMULA_REPLACED = FindingKind(
    "读取",
    "formula_replaced",
    "error",
    "自动计算格的公式被改动、覆盖或删除",
    "撤销改动；恢复不了，就把数字抄到新领的工作簿里。",
)
SHOWN_TOTAL = FindingKind(
    "读取", "shown_total", "note", "表中显示的合计与重新计算的不同", "打开工作簿，等它算好，再保存一次。"
)
LABEL_EDITED = FindingKind("读取", "label_edited", "note", "表头、项目名称等固定文字被改动", "改回原文。")
MERGED = FindingKind("读取", "merged", "error", "填写格或自动计算格被合并到别的单元格里", "取消合并。")
STRAY = FindingKind(
    "读取", "stray", "note", "表样之外的单元格里有内容，不会进入报告", "移到该填的格里，或删去。", also=("error",)
)
LAID_OVER = FindingKind(
    "读取",
    "laid_over",
    "note",
    "单元格上面盖着文本框、图片或图形，里面的文字读不出来，不会进入报告",
    "把文字填到单元格里，再删去文本框。",
    also=("error",),
)
ROW_MOVED = FindingKind(
    "读取", "row_moved", "error", "插入、删除或移动了行", "撤销；撤销不了，就把数字抄到新领的工作簿里。"
)
COLUMN_MOVED = FindingKind(
    "读取", "column_moved", "error", "插入、删除或移动了列", "撤销；撤销不了，就把数字抄到新领的工作簿里。"
)
SHEET_RENAMED = FindingKind("读取", "sheet_renamed", "note", "工作表改了名", "改回原名，再核对一遍。")
SHEET_MOVED = FindingKind("读取", "sheet_moved", "note", "工作表换了位置", "移回原处，再核对一遍。")
SHEET_MISSING = FindingKind(
    "读取", "sheet_missing", "error", "工作表不见了", "从原来的工作簿恢复，或用新领的工作簿重填。", also=("note",)
)
SHEET_ADDED = FindingKind("读取", "sheet_added", "note", "多出了工作表", "要报的内容，填到原有的工作表里。")
SHEET_HIDDEN = FindingKind("读取", "sheet_hidden", "note", "工作表被隐藏", "取消隐藏，再核对一遍。")
NAME_LOST = FindingKind(
    "读取", "name_lost", "note", "单元格的名称丢失", "核对所说的格；读不出的，用新领的工作簿重填。", also=("error",)
)
NAME_MOVED = FindingKind(
    "读取",
    "name_moved",
    "error",
    "单元格的名称指向了别处",
    "撤销剪切。移动数字请用复制，再“选择性粘贴—数值”。",
)
VALIDATION_GONE = FindingKind(
    "读取", "validation_gone", "note", "填写格的输入限制丢失", "不用处理；不要改动灰色格和固定文字。"
)
PROTECTION_GONE = FindingKind(
    "读取", "protection_gone", "note", "工作表或工作簿的保护被撤销", "不用处理；不要改动灰色格和固定文字。"
)
META_VISIBLE = FindingKind(
    "读取", "meta_visible", "note", "内部工作表不再深度隐藏", "不用处理；不要改动灰色格和固定文字。"
)
META_LOST = FindingKind("读取", "meta_lost", "note", "内部工作表丢失，不知道工作簿当初发给谁", "核对单位名称和年度。")
HIDDEN_ROWS = FindingKind("读取", "hidden_rows", "note", "有行或列被隐藏", "取消隐藏，再核对一遍。")
_NEW_WORKBOOK = "向下发工作簿的单位领新的工作簿和程序。内容读不出来的，必须换。"
OLDER_TEMPLATE = FindingKind("读取", "older_template", "note", "工作簿是旧版本的模板", _NEW_WORKBOOK, also=("error",))
NEWER_TEMPLATE = FindingKind("读取", "newer_template", "note", "工作簿是更新版本的模板", _NEW_WORKBOOK, also=("error",))
OTHER_DEFINITION = FindingKind(
    "读取", "other_definition", "note", "工作簿是按改动前的表样做的（表样的版本没有变）", _NEW_WORKBOOK, also=("error",)
)
OTHER_FORM = FindingKind("读取", "other_form", "error", "工作簿属于另一种表样", _NEW_WORKBOOK)
OTHER_YEAR = FindingKind(
    "读取", "other_year", "error", "报告年度与工作簿的年度不同", "改正“报告年度”，或换用该年度的工作簿。"
)
OTHER_UNIT = FindingKind(
    "读取", "other_unit", "warning", "单位代码与工作簿发放的单位不同", "核对单位。没有拿错的，写明原因。"
)

# 核对: what every form is held to, beside its own rules

REQUIRED = FindingKind("核对", "required", "error", "……是必填项，还没有填写，请填写", "填上。")
CELL = FindingKind(
    "核对",
    "cell",
    "error",
    "……应填数字、“/”或留空",
    "改成不为负的整数；金额以万元为单位，可以带小数。不适用的填“/”。",
)
DATE_YEAR = FindingKind(
    "核对", "date_year", "warning", "成文日期是……，报告是……年度的，请核对", "改正日期；确实是这一天成文的，写明原因。"
)
TABLE_UNTOUCHED = FindingKind(
    "核对",
    "table_untouched",
    "warning",
    "……一格也没有填，报告里会全部印成0，请填写；没有发生的填0，不适用的填“/”",
    "没有发生的，在表里填0；不适用的填“/”；要印空白的，在“基本信息”表选“保留空白”。",
)

# 文字: prose against the tables and against itself; `prose[field]` explains all about a field's prose

PROSE_FIGURE = FindingKind(
    "文字",
    "prose_figure",
    "warning",
    "文中“……”写的是……，表中……是……，请核对后改正文字或表格",
    "改正一处。用【名称】代替数字，以后就不会不同。",
    sides=("表中", "文中"),
)
PROSE_SETTLED = FindingKind(
    "文字",
    "prose_settled",
    "warning",
    "文中写“……”，表中还有……，请核对后改正文字或表格",
    "改正文字或表格。",
    sides=None,
)
PROSE_SUM = FindingKind("文字", "prose_sum", "warning", "文中“……”写的总数是……，各部分相加是……，请核对", "改正这句话。")
PROSE_PERCENT = FindingKind(
    "文字", "prose_percent", "warning", "文中“……”写的是……%，按……算是……%，请核对", "改正百分比，或改正所说的数字。"
)
PROSE_YEAR = FindingKind(
    "文字",
    "prose_year",
    "warning",
    "文中“……”写的是……年，报告年度是……，请核对年份",
    "改正年份；有意写别的年份的，写明原因。",
)
PROSE_PLAN = FindingKind(
    "文字",
    "prose_plan",
    "warning",
    "“……”把……年说成将来，而报告就是……年度的，可能是去年的计划没有改，请写已经做了什么，或改成下一年",
    "写已经做了什么；是下一年的打算，就改年份。",
)
PROSE_CHANGE = FindingKind(
    "文字",
    "prose_change",
    "warning",
    "文中“……”，上年是……，本年是……，应是……，请核对",
    "改正增减的数字，或改正本年、上年的数字。",
)
PROSE_BASE_YEAR = FindingKind(
    "文字",
    "prose_base_year",
    "note",
    "“……”比的是……年，……年度的报告一般与……年比较，请核对",
    "看一看年份。有意与更早的年份比，就不用管。",
)
PROSE_OTHER_UNIT = FindingKind(
    "文字",
    "prose_other_unit",
    "warning",
    "文中以“……”自称，本单位是“……”，可能是从别的单位的报告抄来没有改，请核对",
    "改成本单位的名称；写的确实是别的单位的事，写明原因。",
)
PROSE_OTHER_SELF = FindingKind(
    "文字",
    "prose_other_self",
    "warning",
    "文中自称“……”，与本单位“……”不符，请改正",
    "改成本单位的自称。",
)
PROSE_MIXED_SELF = FindingKind(
    "文字",
    "prose_mixed_self",
    "note",
    "这里自称“……”，别处自称“……”，请统一",
    "统一成一种自称；自动生成的文字照“基本信息”表的“自称”写。",
)
OTHER_SIGNATURE = FindingKind(
    "文字",
    "other_signature",
    "note",
    "落款“……”不是本单位“……”的名称，请核对",
    "改正落款，或留空：留空时用单位名称。",
)
PROSE_SHORT = FindingKind(
    "文字", "prose_short", "warning", "……只有……个字，请写明具体情况", "写具体；确实没有更多可写的，写明原因。"
)
PROSE_MISSING = FindingKind(
    "文字",
    "prose_missing",
    "warning",
    "……没有文字，请填写，没有内容的写“无。”",
    "照这一句说的填写；“一、总体情况”不能写“无。”",
)
HEADING_NUMBERS = FindingKind(
    "文字",
    "heading_numbers",
    "warning",
    "序号“……”不连续，请改正",
    "按（一）（二）（三）、一是二是三是的顺序重新编号。",
)
HEADING_EMPTY = FindingKind(
    "文字", "heading_empty", "warning", "小标题“……”下面没有内容，请补写，或者删去这个小标题", "补写内容，或删去小标题。"
)
HEADING_AGAIN = FindingKind(
    "文字",
    "heading_again",
    "warning",
    "“……”这一行是标题，标题会自动印出，这里再写就印两遍，请删去这一行",
    "删去这一行。",
)
PROSE_TWICE = FindingKind(
    "文字", "prose_twice", "warning", "“……”这一段（这句话）在……已经写过，请删去一处", "删去一处；有意重复的，写明原因。"
)
PROSE_UNPRINTED = FindingKind(
    "文字",
    "prose_unprinted",
    "warning",
    "这一格的文字不会印在报告里，因为“……”自带“（一）”这样的小标题，整节只印那一格，"
    "请把这里的文字移到那一格，或者删去那一格的小标题",
    "两处留一处：把文字都写进一格，或者分格填写，不写小标题。",
    also=("note",),
)
PROSE_REFERENCE = FindingKind(
    "文字",
    "prose_reference",
    "error",
    "【……】不是表中数字的名称，是否应为【……】，请改正",
    "照“可引用的数字”表里的名称改。",
    also=("warning", "note"),
)

# 文字: prose that a Word file beside the workbook carries

PROSE_FILE = FindingKind(
    "文字",
    "prose_file",
    "note",
    "报告的文字取自 Word 文件“……”：……",
    "看一看是不是这个文件，各部分读得全不全。",
)
PROSE_FILE_UNUSED = FindingKind(
    "文字",
    "prose_file_unused",
    "note",
    "工作簿旁边的 Word 文件“……”没有用上",
    "要用它，就改成所说的文件名；不用的移到别处。",
)
PROSE_FILE_DIFFERS = FindingKind(
    "文字",
    "prose_file_differs",
    "error",
    "“……”在工作簿里和 Word 文件里都写了，两处不同，请只留一处",
    "把不要的一处删去，或改成一样。",
    sides=("工作簿", "Word 文件"),
)
PROSE_FILE_YEAR = FindingKind(
    "文字",
    "prose_file_year",
    "error",
    "Word 文件的题目是……年度的报告，工作簿是……年度的，请核对是不是拿错了文件",
    "换成本年度的文件，或改正题目里的年份。",
)
PROSE_FILE_LEFT_OUT = FindingKind(
    "文字",
    "prose_file_left_out",
    "error",
    "Word 文件里的“……”不知道属于报告的哪一部分，没有读入",
    "移到它那一部分的标题下面；不要的删去。",
    also=("note",),
)
PROSE_FILE_HEADING = FindingKind(
    "文字",
    "prose_file_heading",
    "error",
    "Word 文件里的“……”像一个部分的标题，本表样没有这个部分，它和下面的文字没有读入",
    "改成本表样的标题；是小标题的，前面写（一）（二）；不要的删去。",
    also=("note",),
)
PROSE_FILE_BESIDE = FindingKind(
    "文字",
    "prose_file_beside",
    "error",
    "Word 文件里有表格、图片、文本框、脚注、尚未接受的修订等，不会印在报告里",
    "表格里的数字填到工作簿里；图片、文本框等删去；修订先接受或拒绝，再保存。",
    also=("note",),
)
PROSE_FILE_ODD = FindingKind(
    "文字",
    "prose_file_odd",
    "error",
    "Word 文件里的“……”有删除线，是隐藏的或白色的，没有读入",
    "不要的字删去；要的字清除格式。",
    also=("note",),
)

# 上年: last year's figures and prose, from its filing or its published report

PRIOR_UNIT = FindingKind(
    "上年",
    "prior_unit",
    "warning",
    "上年数据取自……，它是……的，不是……的，请核对所给的文件",
    "换成本单位去年的文件；单位改了名称的，写明原因。",
)
PRIOR_YEAR = FindingKind(
    "上年",
    "prior_year",
    "warning",
    "上年数据取自……，它是……年度的，不是……年度的，请核对所给的文件",
    "换成去年的文件。",
)
PRIOR_DIFFERS = FindingKind(
    "上年",
    "prior_differs",
    "warning",
    "……填的是……，……里是……，已采用后者，请核对",
    "核对；去年的文件没有错的，写明原因。",
)
PRIOR_UNREADABLE = FindingKind(
    "上年",
    "prior_unreadable",
    "warning",
    "……里……写的是“……”，不能确定是什么数，这个上年数留空，请核对",
    "看一看去年的报告；空着没有关系的，写明原因。",
)
PRIOR_MISSING = FindingKind(
    "上年", "prior_missing", "note", "……里没有与本表样含义相同的……，这些上年数留空", "不用处理。"
)
PROSE_AS_LAST_YEAR = FindingKind(
    "上年",
    "prose_as_last_year",
    "warning",
    "“……”这一段与……里的几乎相同，会被指为照抄上年的报告，请按本年度的情况重写",
    "按本年度的情况重写；确实没有变化的，写明原因。",
)
TABLE_AS_LAST_YEAR = FindingKind(
    "上年",
    "table_as_last_year",
    "warning",
    "“……”的数字与……里的全部相同，可能是去年的数字没有改，请按本年度的台账核对",
    "照台账核对；两年的数字确实相同的，写明原因。",
)

# 导入: values from JSON, and a workbook filled from them

COMPUTED_DIFFERS = FindingKind(
    "导入",
    "computed_differs",
    "warning",
    "……在文件里是……，按各项重新计算为……，已采用重新计算的数，请核对各项",
    "核对各项。",
)
YEAR_DIFFERS = FindingKind(
    "导入", "year_differs", "warning", "文件写明是……年度的，里面填的报告年度是……，请核对", "核对年度。"
)
UNIT_DIFFERS = FindingKind(
    "导入", "unit_differs", "warning", "文件写明是……的，里面填的单位名称是……，请核对", "核对单位名称。"
)
EXPLANATION_LEFT_OUT = FindingKind(
    "导入",
    "explanation_left_out",
    "warning",
    "对……的说明在“校验”表里没有单元格，没有写进工作簿，请核对后另行保存",
    "把说明另外记下来，写到合适的地方。",
)

# 报送: the Word report that a person may have edited, and the package made of it

REPORT_DIFFERS = FindingKind(
    "报送",
    "report_differs",
    "error",
    "报告里的数字与工作簿不同，请改正工作簿后重新生成报告，不要直接改报告里的表格",
    "在工作簿里改，再双击一次“生成报告”。",
)
REPORT_TABLE_EDITED = FindingKind(
    "报送",
    "report_table_edited",
    "error",
    "报告里的表格改动过，请改正工作簿后重新生成报告，不要直接改报告里的表格",
    "在工作簿里改，再双击一次“生成报告”。",
)
REPORT_PROSE_EDITED = FindingKind(
    "报送",
    "report_prose_edited",
    "note",
    "……的文字改动过，工作簿里没有改：原为“……”，现为“……”",
    "是有意改的就不用管；最好也在工作簿里改。",
)
REPORT_UNKNOWN = FindingKind(
    "报送",
    "report_unknown",
    "error",
    "……的文字与工作簿不同，旁边又没有生成时留下的数据文件，不知道是改动过还是早先生成的，请重新生成报告",
    "再双击一次“生成报告”：原来的报告另存在旁边，要用其中的文字，请写进工作簿。",
)
REPORT_MARKS = FindingKind(
    "报送",
    "report_marks",
    "warning",
    "……里有……处批注、修订或隐藏文字，会随报告一起报送",
    "在 Word 里删去批注和隐藏文字、接受或拒绝全部修订，再打包。",
)
REPORT_DRAFT = FindingKind(
    "报送",
    "report_draft",
    "error",
    "……是草稿，不能报送，请重新生成正式的报告",
    "改正所有问题，再双击一次“生成报告”。",
)
REPORT_REMADE = FindingKind("报送", "report_remade", "note", "与工作簿不再一致，已重新生成", "不用处理。")
PACKAGE_UNCHANGED = FindingKind(
    "报送", "package_unchanged", "note", "与已有的报送包没有差别，没有重新打包", "不用处理。"
)
REPORT_LEFT_OUT = FindingKind("报送", "report_left_out", "note", "没有放入报送包", "重新生成，或自己核对。")
UPWARD_EMAIL_BLANK = FindingKind(
    "报送",
    "upward_email_blank",
    "note",
    "报送邮箱没有填写，没有生成邮件草稿",
    "在“基本信息”填对“报送邮箱”，再双击一次“生成报告”。",
)
UPWARD_EMAIL_WRONG = FindingKind(
    "报送",
    "upward_email_wrong",
    "note",
    "报送邮箱不是邮箱地址，没有生成邮件草稿",
    "在“基本信息”填对“报送邮箱”，再双击一次“生成报告”。",
)

# 表样: a form's definition, its rules, its prose and its Word template (`xlreport form check`)

DEFINITION = FindingKind(
    "表样", "definition", "error", "表样定义的文件读不进来", "到所说的文件和位置，照提示改成它要的写法。"
)
ID = FindingKind("表样", "id", "error", "表样的编号是自带表样的，或规则的编号是程序自己的核对结果的", "换一个编号。")
BASICS = FindingKind("表样", "basics", "error", "表样没有问 unit.name 或 report.year", "在基本信息里加上这个字段。")
FORMULA = FindingKind(
    "表样", "formula", "error", "公式读不懂，或写了表样没有的字段", "照提示改正公式，字段号见 form.toml。"
)
BASIS = FindingKind("表样", "basis", "error", "规则没有写依据", "在 basis 写明出自哪一条款，或由什么得出。")
PLACEHOLDER = FindingKind("表样", "placeholder", "error", "规则的说法里有填不上的花括号", "改正 message。")
NEVER_FAILS = FindingKind(
    "表样",
    "never_fails",
    "error",
    "无论怎样填写规则都成立（在合计上直接填数也算一种填法）；只有单元格本身填错才不成立的，是提醒",
    "改正公式，或删去这条规则。",
    also=("warning",),
)
NEVER_HOLDS = FindingKind("表样", "never_holds", "error", "没有找到能使规则成立的填法", "改正公式，或删去这条规则。")
DUPLICATE = FindingKind("表样", "duplicate", "error", "两条规则说的是同一件事，写法和次序不论", "删去一条。")
CONTRADICTION = FindingKind(
    "表样",
    "contradiction",
    "error",
    "两条规则（或规则与单元格的类型）限定同一个和，没有数能同时满足",
    "改正其中一条。",
)
UNTOUCHED = FindingKind(
    "表样",
    "untouched",
    "warning",
    "有数字没有任何规则；只有数字格式一条规则的，是说明",
    "能与别的数字核对的，补一条规则。",
    also=("note",),
)
WORDING = FindingKind(
    "表样",
    "wording",
    "error",
    "prose.toml 里的句子或 lexicon.toml 里的用语读不懂，或写了表样没有的字段",
    "到所说的句子或说法，照提示改正。",
    also=("note",),
)
TEMPLATE = FindingKind(
    "表样",
    "template",
    "error",
    "没有 Word 模板，或它不是完好的 .docx",
    "用 xlreport form template 生成一份，或用 Word 另存为 .docx。",
)
BRACES = FindingKind(
    "表样",
    "braces",
    "error",
    "模板里的括号是全角的、少了或分开了，会照样印出",
    "改成半角的 {{ }} 或 {% %}。",
)
SPLIT = FindingKind(
    "表样",
    "split",
    "error",
    "标签没有写完、分在几段，或里面夹着书签、域、超链接、修订；只被 Word 拆成几截而能拼回的，是提醒",
    "删去整个标签，在同一段里一次重新输入。",
    also=("warning",),
)
TAG_PLACE = FindingKind(
    "表样",
    "tag_place",
    "error",
    "模板里有标签写在填不了的地方：修订中已删除的文字、批注、域代码、超链接的地址、文档属性、嵌入的文件",
    "把标签移到正文，或删去。",
)
TEMPLATE_MARKS = FindingKind(
    "表样",
    "template_marks",
    "warning",
    "模板里有批注、修订或看不见的文字：批注不印进报告，修订按接受后的文字印，隐藏、白色、极小的文字印了也看不见",
    "在 Word 里接受或拒绝全部修订，删去批注和看不见的文字。",
)
SYNTAX = FindingKind("表样", "syntax", "error", "模板里的标签 Jinja 读不懂", "到所说的段落改正标签。")
STRUCTURE = FindingKind(
    "表样",
    "structure",
    "error",
    "标签跨越了段落、表格行或超链接，或 {%p %}、{%tr %}、{%tc %} 放错了位置",
    "照提示移开旁边的文字，成对的标签放在一起。",
)
UNKNOWN_NAME = FindingKind(
    "表样",
    "unknown_name",
    "error",
    "模板里有表样没有的名称，页眉、页脚、脚注、循环和分支也算",
    "改正标签，或在 form.toml 加上字段。",
)
NEVER_APPEARS = FindingKind(
    "表样",
    "never_appears",
    "error",
    "报告应当印的字段，模板里没有；只有规则用到的，或不在编号各部分而必填的，是提醒",
    "在模板里加上标签；本来就不印的不用管。",
    also=("warning",),
)
LABEL = FindingKind("表样", "label", "warning", "模板里没有定义里的标题或项目名称", "核对两边，改成一致。")
FONT = FindingKind(
    "表样",
    "font",
    "error",
    "模板里的中文没有设中文字体（文字、样式、默认值和主题里都没有）",
    "在 Word 里选中文字或修改样式，设好“中文字体”。",
)
DRAFT = FindingKind("表样", "draft", "warning", "模板的页眉没有草稿标记，不能生成草稿", "在页眉加上草稿标记。")
WORKBOOK = FindingKind("表样", "workbook", "error", "空白工作簿生成不了", "照提示改正表样定义。")
REPORT = FindingKind(
    "表样", "report", "error", "按空白、样例或填满的数据试着生成报告，生成不了", "照提示改正模板或表样定义。"
)

#: Every row, by its id, in the order in which they stand here.
FINDING_KINDS: dict[str, FindingKind] = {
    kind.id: kind for kind in tuple(globals().values()) if isinstance(kind, FindingKind)
}


def seen_otherwise(finding: Finding) -> bool:
    """Whether an error says that a cell was seen otherwise than it stands: it is not taken over as if nobody doubted it."""
    return finding.level == "error" and finding.rule in (NUMBER_FORMAT.id, ODD_FONT.id, LAID_OVER.id)
