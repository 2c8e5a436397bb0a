"""Starting workers, and killing them."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from tests.faults.worker import Order

ROOT = Path(__file__).parent.parent.parent


class Worker:
    """One running worker; one at a time."""

    def __init__(self, nursery: "Nursery", pid: int) -> None:
        self._nursery = nursery
        self.pid = pid

    def signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> int:
        """Kill it as the kernel does, and return its exit code."""
        self.signal(signal.SIGKILL)
        return self.ended()

    def ended(self) -> int:
        """Wait for its end and return its exit code; -9: it was killed."""
        word, *code = self._nursery.hear().split()
        while word != "ended":
            word, *code = self._nursery.hear().split()
        self._nursery.running = None
        return int(code[0])

    def reached(self) -> bool:
        """Wait until it stands at its step; False: it ended before."""
        word, *_ = self._nursery.hear().split()
        if word == "ended":
            self._nursery.running = None
        return word == "here"


class Nursery:
    """A process that has imported everything and forks a worker per order."""

    def __init__(self) -> None:
        self.running: Worker | None = None
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.worker"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.hear() == "ready"

    def start(self, order: Order) -> Worker:
        assert self.running is None, "one worker at a time"
        self._process.stdin.write(json.dumps(asdict(order)) + "\n")
        self._process.stdin.flush()
        self.running = Worker(self, int(self.hear()))
        return self.running

    def hear(self) -> str:
        line = self._process.stdout.readline()
        assert line, "the nursery is gone"
        return line.strip()

    def clear(self) -> None:
        if self.running:
            self.running.kill()

    def close(self) -> None:
        self.clear()
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()
