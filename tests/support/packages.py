"""Manifests of packages for tests."""

from __future__ import annotations

from typing import Any

from xlreport.published.archive import Manifest, Party


def manifest(**changes: Any) -> Manifest:
    """A manifest of a unit's report; `changes` are other values."""
    values: dict[str, Any] = {
        "title": "政府信息公开工作年度报告",
        "unit": "环翠区信访局",
        "unit_code": None,
        "year": 2020,
        "form": "gov2019",
        "form_version": "1",
        "template_version": "1.1",
        "tool": "xlreport",
        "tool_version": "0.1.0",
        "upward": Party(name="区政府办公室", address="upward@example.gov.cn"),
        "contact": Party(name="办公室", address="0631-5200000"),
    }
    return Manifest(**(values | changes))
