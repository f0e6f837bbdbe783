"""What libraries and the system say in English reaches no person: it is translated, or left out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from support.source import nodes, trees

#: The functions that make Chinese of an error, or take it to a log, and what of it they may look at.
TRANSLATORS = {
    "fault",
    "cannot_open",
    "write_fault",
    "json_slip",
    "toml_slip",
    "type_and_place",
    "pattern_slip",
    "reason",
    "slip_text",
    "fault_text",
    "syntax_place",
    "usage_sentence",
    "log_exception",
}

#: Functions whose work is to look into an error: each has tests that its clauses hold no English.
INSIDE = TRANSLATORS | {"_reason", "_line", "_no_tls"}

#: What of an error is no prose: numbers, names of files, a server's own reply.
PLAIN = {
    "errno",
    "encoding",
    "exit_code",
    "filename",
    "lineno",
    "option_name",
    "reason_code",
    "smtp_code",
    "smtp_error",
    "verify_code",
    "said",
    "status",
}


def bases() -> dict[str, set[str]]:
    """The program's own classes with the names of their bases."""
    return {
        node.name: {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        for _, node in nodes()
        if isinstance(node, ast.ClassDef)
    }


def own_errors() -> set[str]:
    """The exceptions that the program defines: their texts are its own."""
    known, found = bases(), {"XlreportError"}
    builtin = {"Exception", "ValueError", "OSError", "SMTPException", "KeyError", "RuntimeError"}
    while more := {name for name, of in known.items() if name not in found and of & (found | builtin)}:
        found |= more
    return found


#: The last one's text is a help page, which is the program's own.
OWN = own_errors() | {"NoArgsIsHelpError"}


def foreign(kind: ast.expr | None) -> bool:
    """Whether a type of what is caught, or given to a function, may be an exception that is not the program's own."""
    if kind is None:
        return False
    names = [
        n.id if isinstance(n, ast.Name) else n.attr for n in ast.walk(kind) if isinstance(n, ast.Name | ast.Attribute)
    ]
    return any(
        name not in OWN and (name.endswith(("Error", "Exception", "Warning", "error", "DAMAGE", "FAULTS")))
        for name in names
    )


def spelled(body: list[ast.stmt], name: str) -> Iterator[ast.AST]:
    """Where a body makes text of the variable `name`."""
    parents = {
        child: node for statement in body for node in ast.walk(statement) for child in ast.iter_child_nodes(node)
    }
    for node in (each for statement in body for each in ast.walk(statement)):
        if not (isinstance(node, ast.Name) and node.id == name):
            continue
        parent = parents.get(node)
        match parent:
            case ast.Call(func=ast.Name(id="isinstance" | "type")) | ast.Raise() | ast.Return() | ast.Match() | None:
                continue
            case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)) if called in TRANSLATORS:
                continue
            case ast.Call(func=ast.Name(id=called)) if called.startswith("_") or called in OWN | {"fail", "refusal"}:
                continue  # its own parameter is looked at in its turn
            case ast.Attribute(attr=attribute) if attribute in PLAIN:
                continue
            case ast.IfExp() if parent.body is node:  # handed on as the error that it is
                continue
        yield node


def slips(module: str, tree: ast.AST) -> Iterator[str]:
    """The places of a module where the text of an error that may be foreign is put into words."""
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name in INSIDE
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if id(node) in inside:
            continue
        if isinstance(node, ast.ExceptHandler) and node.name and foreign(node.type):
            found = spelled(node.body, node.name)
        elif isinstance(node, ast.FunctionDef) and node.name != "__init__":  # an error of our own that holds another
            given = [each.arg for each in node.args.args if foreign(each.annotation)]
            found = (each for name in given for each in spelled(node.body, name))
        else:
            continue
        yield from (f"{module}:{each.lineno}" for each in found if isinstance(each, ast.Name))


@pytest.mark.parametrize("module", trees())
def test_no_foreign_text_in_a_message(module: str):
    """No caught error but the program's own is put into words, except by the functions that translate it."""
    assert [] == list(slips(module, trees()[module]))


@pytest.mark.parametrize(
    "body",
    [
        "raise InputError(f'{error}')",
        "raise InputError(str(error))",
        "raise InputError('%s' % error)",
        "raise InputError('{}'.format(error))",
        "raise InputError(error.args[0])",
        "raise InputError(error.strerror)",
        "raise InputError(error.reason)",
        "raise InputError(error.msg)",
        "text = getattr(error, 'strerror', None)",
        "why = error or 'x'",
    ],
)
@pytest.mark.parametrize(
    "kind", ["OSError", "(OSError, ValueError)", "re.error", "jinja2.TemplateError", "Exception", "_FAULTS"]
)
def test_the_watch_sees(kind: str, body: str):
    """Each way of putting an error into words is found, for each kind of foreign error; for the program's own, none."""
    text = "try:\n    pass\nexcept {} as error:\n    {}\n"
    assert list(slips("x.py", ast.parse(text.format(kind, body))))
    assert [] == list(slips("x.py", ast.parse(text.format("InputError", body))))
    assert list(slips("x.py", ast.parse(f"def f(error: OSError) -> None:\n    {body}\n")))


def test_translators_exist():
    """Each function that is allowed is one of the program."""
    defined = {node.name for _, node in nodes() if isinstance(node, ast.FunctionDef)}
    assert set() == INSIDE - defined
    assert all(re.search("[A-Za-z]", name) for name in OWN)
