"""What the type checker says about a definition, in Chinese: with the words that a key may hold."""

from __future__ import annotations

from typing import get_args

from xlreport.finding import Level
from xlreport.forms.definition import Prior
from xlreport.forms.kinds import KINDS
from xlreport.storage.data_slips import type_slip

#: What a key with fixed words may be.
_WORDS = {"kind": tuple(KINDS), "level": get_args(Level), "prior": get_args(Prior)}


def definition_slip(message: str, place: str) -> str:
    """A message of msgspec as a Chinese clause; `place` is its path, $.sections[0].fields[1].kind."""
    return type_slip(message, _WORDS.get(place.rpartition(".")[2], ()))
