"""Cold start of `everyreply check` and peak memory of `everyreply run`.

Bars: under 1.5 s, under 400 MiB. Each figure is a whole process, read from the
operating system's own accounting.
"""

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from monitor.cli.sample import sample_config

RUNS = 5


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = sample_config(Path(folder), Path(folder) / "bench.db")
        command = [sys.executable, "-m", "monitor"]
        check = [*command, "check", "--config", str(config)]
        subprocess.run(check, check=True, capture_output=True)
        spent = [_seconds(check) for _ in range(RUNS)]
        bare = [_seconds([sys.executable, "-c", "pass"]) for _ in range(RUNS)]
        print(f"check: median {median(spent):.2f} s wall (bar: 1.5 s),")
        print(f"       {median(spent) / median(bare):.0f} times a bare interpreter")
        peak = _peak_mib([*command, "run", "--config", str(config)])
        print(f"run:   peak memory {peak:.0f} MiB over the sample (bar: 400 MiB)")


def _seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def _peak_mib(command: list[str]) -> float:
    running = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(20)
    os.kill(running.pid, signal.SIGTERM)
    running.wait(timeout=30)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
