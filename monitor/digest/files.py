"""A digest as files: HTML, CSV, JSON, and the charts that Slack shows."""

import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from monitor.digest.build import Question, build
from monitor.digest.charts import Chart, charts
from monitor.digest.export import as_csv, as_json
from monitor.digest.page import page
from monitor.digest.report import Report


@dataclass(frozen=True, slots=True)
class Made:
    """A digest that lies in `folder`. `pictures` are the charts' files by name."""

    report: Report
    charts: tuple[Chart, ...]
    folder: Path
    html: Path
    csv: Path
    pictures: Mapping[str, Path]


def make(asked: Question, out: Path) -> Made:
    """Build a report and write its files below `out`, each whole or not at all.

    Raises:
        OSError: the folder cannot be written.
    """
    folder = out / _slug(asked.brand.name) / asked.period.label
    folder.mkdir(parents=True, exist_ok=True)
    report = build(asked)
    drawn = charts(report)
    html, table = folder / "digest.html", folder / "mentions.csv"
    _write(html, page(report, drawn).encode())
    # With its mark, without which a spreadsheet takes UTF-8 for something else.
    _write(table, as_csv(asked, report).encode("utf-8-sig"))
    _write(
        folder / "digest.json",
        json.dumps(as_json(report), ensure_ascii=False, indent=2).encode(),
    )
    pictures = {chart.name: folder / f"{chart.name}.png" for chart in drawn}
    for chart in drawn:
        _write(pictures[chart.name], chart.png)
    return Made(report, drawn, folder, html, table, pictures)


def _slug(brand: str) -> str:
    """Return a brand as a folder's name, different for different brands."""
    plain = re.sub(r"[^a-z0-9]+", "-", brand.casefold()).strip("-")
    if plain == brand.casefold().replace(" ", "-"):
        return plain
    mark = blake2b(brand.encode(), digest_size=3).hexdigest()
    return f"{plain}-{mark}".strip("-")


def _write(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        part.chmod(0o644)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
