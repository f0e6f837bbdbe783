"""A quick share of the fuzzer: no traceback, no hang, no wrong figure. scripts/fuzz_workbooks.py makes the long runs."""

from __future__ import annotations

import io
import tracemalloc
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.bases import BASES, FILLINGS, base
from fuzz.cells import CELLS
from fuzz.mutants import Mutant, mutant
from fuzz.oracle import around, figure, judge, places_of
from fuzz.parts import PARTS, huge
from fuzz.seen import see
from fuzz.surroundings import SURROUNDINGS
from fuzz.trial import RIGHT, generated, try_out
from fuzz.typed import FIGURES
from support.returns.drawn import anchor, box, draw, old_box
from support.returns.package import M, Package, address_of, put, reference
from xlreport.forms import find_form

pytestmark = pytest.mark.long

#: Mutants tried on every run: eight shares, so that several processes can take them.
SHARES, SHARE = 8, 8


def changed(name: str, change) -> bytes:
    """A base with one change."""
    package = Package(io.BytesIO(base(name)))
    change(package)
    buffer = io.BytesIO()
    package.save(buffer)
    return buffer.getvalue()


def put_at(field: str, *content):
    return lambda package: put(package.cell(*address_of(package, field)), *content)


@pytest.mark.parametrize("share", range(SHARES))
def test_a_share_of_mutants(share):
    """Each is refused in a sentence, has findings, or gives a report that says what the workbook shows."""
    trials = [try_out(mutant(seed)) for seed in range(share, SHARES * SHARE, SHARES)]
    assert [] == [trial for trial in trials if trial.outcome not in RIGHT]


def test_a_seed_is_a_mutant():
    """The same seed gives the same bytes, another one others; every level of mutation is met."""
    made = [mutant(seed) for seed in range(20)]
    assert made == [mutant(seed) for seed in range(20)]
    assert len({each.content for each in made}) == len(made)


@pytest.mark.parametrize("change", dict.fromkeys((*CELLS, *SURROUNDINGS, *PARTS)), ids=lambda change: change.__name__)
def test_every_mutator_changes_a_workbook(change):
    """Of several tries at least one leaves another workbook than before."""

    def bytes_of(package: Package) -> bytes:
        buffer = io.BytesIO()
        package.save(buffer)
        return buffer.getvalue()

    sent = base("zeros-written")
    untouched = Package(io.BytesIO(sent))
    untouched.book  # noqa: B018  (parsed and written again, as most mutators do)
    changes = 0
    for seed in range(6):
        package = Package(io.BytesIO(sent))
        change(Random(seed), package)
        package.save(io.BytesIO())
        changes += any(data != untouched.parts.get(name) for name, data in package.parts.items())
    assert changes


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    filling=st.sampled_from(sorted(FILLINGS)),
    data=st.data(),
)
def test_clumsy_values_in_random_inputs(filling, data):
    """Anything typed into any inputs: understood, an error, or printed as it is shown."""
    form = find_form(FILLINGS[filling][0])
    fields = [field for field in form.inputs if field.numeric]
    texts = st.sampled_from(FIGURES) | st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), max_size=12)
    numbers = st.integers(-20, 10**10).map(str) | st.floats(allow_nan=False).map(repr)
    contents = texts.map(lambda text: ("inlineStr", text.replace("\x07", ""))) | numbers.map(lambda text: ("n", text))
    typed = data.draw(st.dictionaries(st.sampled_from([field.id for field in fields]), contents, max_size=4))

    def change(package: Package) -> None:
        for name, content in typed.items():
            put_at(name, *content)(package)

    content = changed(f"{filling}-written", change)
    trial = try_out(Mutant(-1, tuple(map(str, typed.items())), content))
    assert trial.outcome in RIGHT, trial


# The judge itself


@pytest.mark.parametrize("name", BASES)
def test_an_untouched_workbook_is_published_without_a_doubt(name, tmp_path):
    """Every base gives a report, and the judge finds every printed figure in it by name and by labels."""
    form = find_form(FILLINGS[name.partition("-")[0]][0])
    result = generated(base(name), tmp_path)
    assert result.published is not None
    assert result.reviewed is not None
    document = result.published.files["docx"].read_bytes()
    assert [] == judge(base(name), form, document, result.reviewed.findings)
    found = places_of(see(base(name)), form)
    assert [] == [id_ for id_, places in found.items() if len(places) != 1]


@pytest.mark.parametrize("form", ["gov2019", "gov2021"])
def test_labels_lead_to_nearly_every_figure(form):
    """The judge does not depend on names: labels alone find the figures of the printed tables."""
    figures = {
        id_ for table in find_form(form).tables.values() if table.printed for block in table.blocks
        for ids in block.ids for id_ in ids
    }  # fmt: skip
    assert len(figures & set(around(form).labels)) > 0.95 * len(figures)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (put_at("requests.new.natural", "n", "822"), "another figure"),
        (put_at("requests.new.natural", "inlineStr", "821件"), "read without a word"),
        (put_at("requests.new.natural", None), "another figure"),
        (put_at("requests.new.research", "n", "0"), None),
        (put_at("requests.new.total", "n", "860", "SUM(D7:I7)"), "another total is shown, without a word"),
        (put_at("report.blanks", "inlineStr", "保留空白"), "another figure"),
        (put_at("unit.name", "inlineStr", "别的单位"), None),
        (put_at("problems.text", "inlineStr", "别的话"), "not in the document"),
        (put_at("report.date", "inlineStr", "2020年2月1日"), "not in the document"),
        (put_at("report.year", "n", "2018"), "not in the document"),
    ],
)
def test_the_judge_sees_what_is_wrong(change, why, tmp_path):
    """A report held against a workbook that says something else."""
    form = find_form("gov2019")
    result = generated(base("zeros-written"), tmp_path)
    assert result.published is not None
    assert result.reviewed is not None
    document = result.published.files["docx"].read_bytes()
    doubts = judge(changed("zeros-written", change), form, document, result.reviewed.findings)
    if why is not None:
        assert why in {doubt.why for doubt in doubts}
    elif "unit.name" not in str(doubts):
        assert [] == doubts


@pytest.mark.parametrize("old", [False, True])
def test_the_judge_sees_a_box_over_a_figure(old, tmp_path):
    """A text box of either kind, at two of its cells: it lies over the figure, and nobody says so."""
    form = find_form("gov2019")
    result = generated(base("zeros-written"), tmp_path)
    assert result.published is not None

    def change(package: Package) -> None:
        title, address = address_of(package, "requests.new.natural")
        row, col = int(address[1:]) - 1, ord(address[0]) - 65
        content = old_box(row, col, "9999") if old else anchor(row, col, box("9999"))
        draw(
            package,
            content,
            title=title,
            kind="vmlDrawing" if old else "drawing",
            name=f"xl/a.{'vml' if old else 'xml'}",
        )

    doubts = judge(changed("zeros-written", change), form, result.published.files["docx"].read_bytes(), ())
    assert ("requests.new.natural", "a box lies over it") in {(doubt.field, doubt.why) for doubt in doubts}
    assert "a box without a word" in {doubt.why for doubt in doubts}


def test_the_judge_passes_over_a_nameless_name_of_a_sheet():
    """A name that only one sheet has leads to no field, even where it lacks what it must have."""

    def change(package: Package) -> None:
        area = next(name for name in package.book.iter(f"{M}definedName") if name.get("localSheetId"))
        del area.attrib["name"]

    assert see(base("zeros-written")).names == see(changed("zeros-written", change)).names


def test_the_judge_sees_a_name_that_points_elsewhere(tmp_path):
    """Labels and name lead to two cells: both must show what is printed."""

    def point(package: Package) -> None:
        package.names()["requests.granted.natural"].text = reference("三 依申请公开", 9, 3)

    result = generated(base("zeros-written"), tmp_path)
    assert result.published is not None
    document = result.published.files["docx"].read_bytes()
    doubts = judge(changed("zeros-written", point), find_form("gov2019"), document, ())
    assert "requests.granted.natural" in {doubt.field for doubt in doubts}


@pytest.mark.parametrize(
    ("shown", "expected"),
    [("", ""), (" ", ""), ("12", 12), ("１２", 12), ("1,234", 1234), ("12件", 12), ("22（其中16件）", 22), ("/", "/"),
     ("—", "/"), ("无", "/"), ("约3", None), ("3-1", None), ("251000元", 25.1), ("25.1万元", 25.1), ("-8", -8),
     ("1200%", None), ("12.00 ", 12)],
)  # fmt: skip
def test_what_a_reader_takes_from_what_is_shown(shown, expected):
    """The judge's own reading, which knows nothing of the program's."""
    assert expected == figure(shown)


def test_memory_is_bounded():
    """No mutant of a few hundred kilobytes takes more than a few hundred megabytes."""
    tracemalloc.start()
    for seed in range(3):
        content = changed("zeros-written", lambda package, seed=seed: huge(Random(seed), package))
        assert try_out(Mutant(seed, ("huge",), content)).outcome in RIGHT
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 400 * 2**20
