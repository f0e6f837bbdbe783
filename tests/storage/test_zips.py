"""What a zip file may cost is bounded before and while it is unpacked, and every damage is one exception."""

from __future__ import annotations

import io
import warnings
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlreport.storage.zips import BadZip, Limits, TooLarge, Zip


def packed(*parts: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name twice
        for name, content in parts:
            archive.writestr(name, content)
    return out.getvalue()


@given(st.dictionaries(st.text("abc/é报", min_size=1).filter(lambda name: name[-1] != "/"), st.binary()))
def test_parts_come_back_as_they_were_put_in(parts: dict[str, bytes]):
    """Whatever the names and the bytes, in the order of the directory."""
    archive = Zip(packed(*parts.items()))
    assert tuple(parts) == archive.names
    assert parts == archive.parts()
    assert all(name in archive and archive.size(name) == len(content) for name, content in parts.items())


def test_folders_are_named_and_are_no_parts():
    """They stand in the directory of the file."""
    archive = Zip(packed(("a/", b""), ("a/b", b"1")))
    assert (("a/", "a/b"), {"a/b": b"1"}) == (archive.names, archive.parts())


@pytest.mark.parametrize("limits", [Limits(parts=1), Limits(size=3)])
def test_the_directory_says_that_it_is_too_much(limits: Limits):
    """Too many parts, or too much in them: nothing is unpacked."""
    with pytest.raises(TooLarge):
        Zip(packed(("a", b"12"), ("b", b"34")), limits)


def test_what_is_packed_too_well_is_no_document():
    """40 MB of zeros in 40 kB are refused, within every other limit; as good a part that is small is not."""
    with pytest.raises(TooLarge):
        Zip(packed(("a", bytes(40_000_000))))
    assert 1_000_000 == len(Zip(packed(("a", bytes(1_000_000)))).read("a"))


def test_a_part_is_read_up_to_its_bound():
    """One byte more is too much."""
    archive = Zip(packed(("a", b"1234")))
    assert b"1234" == archive.read("a", 4)
    with pytest.raises(TooLarge):
        archive.read("a", 3)


def test_a_part_gives_no_more_than_it_says():
    """A directory that claims less than there is gives an error, never the rest."""
    content = packed(("a", b"x" * 50_000))
    size = (50_000).to_bytes(4, "little")
    with pytest.raises(BadZip):
        Zip(content.replace(size, (10).to_bytes(4, "little"))).read("a")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        packed(("a", b"1" * 999))[:-30],
        packed(("a", b"1"), ("a", b"2")),
        packed(("a", b"1"), method=zipfile.ZIP_LZMA),
        packed(("a", b"1" * 99), method=zipfile.ZIP_STORED).replace(b"11", b"12"),
    ],
    ids=["empty", "begun", "cut off", "a name twice", "another packing", "another content"],
)
def test_every_damage_is_a_bad_zip(content: bytes):
    """No exception of the standard library comes through."""
    with pytest.raises(BadZip):
        Zip(content).parts()
