"""Texts that name brands; the one asked about stands in {braces}."""

import csv
import re
from pathlib import Path
from typing import NamedTuple

from sentiment import Label

COMPARISONS = Path(__file__).with_name("own_comparisons.tsv")


class Named(NamedTuple):
    """A text, and where the brand is named in it."""

    text: str
    spans: tuple[tuple[int, int], ...]


class Row(NamedTuple):
    """A text, how it feels toward the brand, and what kind of text it is."""

    label: Label
    group: str
    named: Named


def named(marked: str) -> Named:
    """Read `marked`, in which the brand's names stand in braces."""
    text, spans = "", []
    for at, part in enumerate(re.split(r"[{}]", marked)):
        if at % 2:
            spans.append((len(text), len(text) + len(part)))
        text += part
    return Named(text, tuple(spans))


def rows() -> list[Row]:
    with COMPARISONS.open(encoding="utf-8", newline="") as lines:
        found = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            Row(Label(one["label"]), one["group"], named(one["text"])) for one in found
        ]
