"""What is asked: form definitions in TOML, and the types they load into."""

from xlreport.forms.kinds import Kind
from xlreport.forms.load import load_form
from xlreport.forms.model import Block, Field, Form, Line, Rule, Section, Table
from xlreport.forms.registry import find_form, form_for_year, form_ids

__all__ = [
    "Block",
    "Field",
    "Form",
    "Kind",
    "Line",
    "Rule",
    "Section",
    "Table",
    "find_form",
    "form_for_year",
    "form_ids",
    "load_form",
]
