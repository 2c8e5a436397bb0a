"""python -m benchmarks [NAME ...]: run all of them, or the named ones."""

import importlib
import platform
import sys

NAMES = ("match", "classify", "pipeline", "store", "digest", "file_rows", "start")


def main() -> None:
    wanted = sys.argv[1:] or NAMES
    print(f"Python {platform.python_version()} on {platform.machine()}")
    for name in wanted:
        if name not in NAMES:
            sys.exit(f'no benchmark is named "{name}"; there are: {", ".join(NAMES)}')
        print(f"\n== {name}", flush=True)
        sys.argv = [f"benchmarks.{name}"]  # each reads options of its own
        importlib.import_module(f"benchmarks.{name}").main()


main()
