"""How fast, and in how much memory, a file of a million rows is read.

Usage: python benchmarks/file_rows.py [rows]

Writes a CSV (each tenth review over three lines, in quotes) and a JSON array,
polls each to its end as the service does, batch by batch through a JSON cursor,
and prints rows per CPU-second, as a ratio to reading the same file with Python's
own csv or json and doing nothing, and what the walk added to peak memory. The
last tenth of the polls against the first tenth shows that resuming is not
quadratic.
"""

import csv
import json
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from connectors.file import FileConnector, FileSource

WORDS = ("great", "phone", "screen", "broke", "after", "two", "days", "no", "answer")
HEADER = ("review_id", "author", "text", "rating", "created_at")
ROWS = 1_000_000


def rows(count):
    lots = Random(1)
    start = datetime(2020, 1, 1, tzinfo=UTC)
    for number in range(count):
        text = " ".join(lots.choices(WORDS, k=25))
        if number % 10 == 0:
            text = text.replace(" ", "\n", 2) + ', "really"'
        written_at = (start + timedelta(seconds=number)).isoformat()
        yield f"r{number}", f"author{number % 999}", text, number % 5 + 1, written_at


def write_csv(path, count):
    with path.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADER)
        writer.writerows(rows(count))


def write_json(path, count):
    with path.open("w") as out:
        for number, row in enumerate(rows(count)):
            told = json.dumps(dict(zip(HEADER, row, strict=True)))
            out.write(f"{',' if number else '['}\n{told}")
        out.write("\n]\n")


def bare(path):
    """CPU-seconds of the standard library alone over the same bytes."""
    begin = time.process_time()
    with path.open(newline="") as lines:
        if path.suffix == ".csv":
            for _ in csv.reader(lines):
                pass
        else:
            for line in lines:
                if line.startswith("{"):
                    json.loads(line.rstrip(",\n"))
    return time.process_time() - begin


def walk(path):
    """Poll a file to its end; print what it took. Runs in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    settings = FileSource(name="bench", type="file", path=str(path))
    connector = FileConnector(settings, now=lambda: time.time() + 60)
    cursor, seen, took, more = None, 0, [], True
    while more:
        begin = time.process_time()
        batch = connector.poll(cursor)
        cursor = json.loads(json.dumps(batch.cursor))
        took.append(time.process_time() - begin)
        seen += len(batch.posts)
        assert not batch.set_aside
        more = batch.more
    tenth = max(1, len(took) // 10)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    first = sum(took[1 : tenth + 1])  # the first poll also looks for the encoding
    told = {
        "rows": seen, "cpu": sum(took), "first_poll": took[0],
        "last_to_first": sum(took[-tenth:]) / first if first else 1.0,
        "peak_mib": peak / 1024, "added_mib": (peak - before) / 1024,
    }  # fmt: skip
    print(json.dumps(told))


def report(path, count):
    command = [sys.executable, __file__, "--walk", str(path)]
    told = json.loads(subprocess.check_output(command))
    assert told["rows"] == count
    print(
        f"{path.suffix:6} {path.stat().st_size / 2**20:6.0f} MiB"
        f" {count / told['cpu']:9,.0f} rows per CPU-second"
        f" ({told['cpu'] / bare(path):4.1f}x the time of the bare parser),"
        f" first poll (finds the encoding) {told['first_poll']:.2f} s,"
        f" last tenth of the polls {told['last_to_first']:.2f}x the first,"
        f" peak {told['peak_mib']:.0f} MiB (+{told['added_mib']:.0f})"
    )


def main():
    if sys.argv[1:2] == ["--walk"]:
        walk(Path(sys.argv[2]))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with TemporaryDirectory() as folder:
        for suffix, write in ((".csv", write_csv), (".json", write_json)):
            path = Path(folder) / f"reviews{suffix}"
            write(path, count)
            report(path, count)
            path.unlink()


if __name__ == "__main__":
    main()
