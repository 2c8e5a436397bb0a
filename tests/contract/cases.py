"""Every connector under the contract. A new one adds its line, nothing else."""

from collections.abc import Sequence

from tests.contract.case import Case
from tests.contract.rss_case import CASE as RSS
from tests.fakes.folder import csv_text, folder_case, json_array, json_lines

CASES: Sequence[Case] = (
    folder_case("file-csv", ".csv", csv_text),
    folder_case("file-csv-utf16", ".csv", csv_text, "utf-16"),
    folder_case("file-jsonl", ".jsonl", json_lines),
    folder_case("file-json", ".json", json_array),
    RSS,
)
