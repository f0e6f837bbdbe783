"""Fillings for the tests: the figures of real reports, by field id."""

from __future__ import annotations

COLUMNS = ("natural", "business", "research", "welfare", "legal", "other")

#: 上海市人民政府办公厅, 2019 (gov2019), as printed; blank where the report is blank.
SHANGHAI_2019_REQUESTS: dict[str, tuple[int | None, ...]] = {
    "new": (821, 35, None, None, 2, 1),
    "carried_in": (18, None, None, None, None, None),
    "granted": (258, 12, None, None, 1, 1),
    "partial": (3, None, None, None, None, None),
    "refused.state_secret": (14, None, None, None, None, None),
    "refused.internal": (5, None, None, None, None, None),
    "refused.process": (3, 1, None, None, None, None),
    "refused.inquiry": (10, 2, None, None, None, None),
    "unavailable.not_held": (252, 12, None, None, 1, None),
    "unavailable.must_create": (44, 3, None, None, None, None),
    "unavailable.unclear": (25, None, None, None, None, None),
    "declined.petition": (148, 1, None, None, None, None),
    "declined.repeat": (5, 4, None, None, None, None),
    "carried_out": (72, None, None, None, None, None),
}

#: 淮安市人民政府, 2024 (gov2021), as printed.
HUAIAN_2024_REQUESTS: dict[str, tuple[int | None, ...]] = {
    "new": (3001, 53, 0, 0, 61, 4),
    "carried_in": (34, 0, 0, 0, 0, 0),
    "granted": (1288, 21, 0, 0, 50, 3),
    "partial": (447, 7, 0, 0, 0, 0),
    "refused.state_secret": (2, 0, 0, 0, 0, 0),
    "refused.prohibited": (30, 1, 0, 0, 0, 0),
    "refused.security": (5, 0, 0, 0, 0, 0),
    "refused.third_party": (6, 0, 0, 0, 0, 0),
    "refused.internal": (7, 1, 0, 0, 0, 0),
    "refused.process": (12, 0, 0, 0, 0, 0),
    "refused.enforcement": (9, 0, 0, 0, 0, 0),
    "refused.inquiry": (105, 0, 0, 0, 0, 0),
    "unavailable.not_held": (746, 12, 0, 0, 10, 1),
    "unavailable.must_create": (11, 0, 0, 0, 0, 0),
    "unavailable.unclear": (1, 0, 0, 0, 0, 0),
    "declined.petition": (56, 6, 0, 0, 0, 0),
    "declined.repeat": (25, 0, 0, 0, 0, 0),
    "declined.publication": (0, 0, 0, 0, 0, 0),
    "declined.excessive": (0, 0, 0, 0, 0, 0),
    "declined.confirm": (1, 0, 0, 0, 0, 0),
    "other_handling.no_correction": (67, 3, 0, 0, 1, 0),
    "other_handling.unpaid": (6, 0, 0, 0, 0, 0),
    "other_handling.other": (108, 2, 0, 0, 0, 0),
    "carried_out": (103, 0, 0, 0, 0, 0),
}


def _requests(rows: dict[str, tuple[int | None, ...]]) -> dict[str, int | None]:
    return {
        f"requests.{row}.{column}": figure
        for row, figures in rows.items()
        for column, figure in zip(COLUMNS, figures, strict=True)
    }


#: What 总体情况 must tell of beside the figures, in words that state none of them.
ASPECTS: dict[str, int | float | str | None] = {
    "overview.proactive": "及时主动公开各类信息，全年举办政府开放日1次。",
    "overview.management": "健全政府信息管理制度，规范公开审查。",
    "overview.platform": "优化政府网站平台栏目设置。",
    "overview.oversight": "加强监督检查，纳入考核，接受社会评议，没有责任追究的情形。",
}


def shanghai_2019() -> dict[str, int | float | str | None]:
    """Every figure of the Shanghai report, with the texts that a filing must have."""
    return {
        "unit.name": "上海市人民政府办公厅",
        "report.year": 2019,
        "report.date": "2020年1月31日",
        "problems.text": "政府信息公开工作还存在公开内容不够全面、解读形式不够丰富等问题，下一步将完善制度、加强培训、改进服务。",
        "other_matters.text": "无。",
        **ASPECTS,
        "disclosure.regulations.made": 13,
        "disclosure.regulations.published": 13,
        "disclosure.regulations.total": 524,
        "disclosure.normative.made": 60,
        "disclosure.normative.published": 60,
        "disclosure.normative.total": 368,
        **{
            f"disclosure.{row}.{column}": 0
            for row in ("licensing", "services", "penalty", "coercion")
            for column in ("prior", "change", "decisions")
        },
        "disclosure.fees.prior": 0,
        "disclosure.fees.change": 0,
        "disclosure.procurement.projects": 6,
        "disclosure.procurement.amount": 25.1,
        **_requests(SHANGHAI_2019_REQUESTS),
        "appeals.review.upheld": 5,
        "appeals.review.pending": 2,
        "appeals.direct.upheld": 8,
        "appeals.direct.pending": 1,
    }


def huaian_2024() -> dict[str, int | float | str | None]:
    """Every figure of the Huai'an report, with the texts that a filing must have."""
    appeals = {"review": (72, 64, 178, 37), "direct": (13, 4, 8, 1), "after_review": (12, 1, 1, 6)}
    return {
        "unit.name": "淮安市人民政府",
        "report.year": 2024,
        "report.date": "2025年1月31日",
        "problems.text": "政府信息公开工作还存在公开内容不够全面、解读形式不够丰富等问题，下一步将完善制度、加强培训、改进服务。",
        "other_matters.text": "本年度收取信息处理费0元，没有其他需要报告的事项。",
        **ASPECTS,
        "disclosure.regulations.issued": 1,
        "disclosure.regulations.repealed": 0,
        "disclosure.regulations.in_force": 11,
        "disclosure.normative.issued": 8,
        "disclosure.normative.repealed": 26,
        "disclosure.normative.in_force": 66,
        "disclosure.licensing.decisions": 447228,
        "disclosure.penalty.decisions": 3985758,
        "disclosure.coercion.decisions": 88283,
        "disclosure.fees.amount": 96171.6,
        **_requests(HUAIAN_2024_REQUESTS),
        **{
            f"appeals.{kind}.{outcome}": figure
            for kind, figures in appeals.items()
            for outcome, figure in zip(("upheld", "corrected", "other", "pending"), figures, strict=True)
        },
    }
