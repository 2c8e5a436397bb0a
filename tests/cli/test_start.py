"""A command starts with what it needs, and nothing else."""

import json
import subprocess
import sys

NOT_NEEDED = {
    "apscheduler", "connectors.reddit", "connectors.x", "feedparser",
    "googleapiclient", "httpx2", "jinja2", "lark", "matplotlib", "monitor.digest",
    "monitor.outbox", "monitor.pipeline", "praw", "requests", "sklearn", "slack_sdk",
    "torch", "transformers", "tweepy",
}  # fmt: skip

PROGRAM = """
import contextlib, io, json, sys
from monitor.cli import app

with contextlib.redirect_stdout(io.StringIO()):
    try:
        app(sys.argv[1:])
    except SystemExit as end:
        code = end.code
print(json.dumps([code, sorted(sys.modules)]))
"""


def test_check_reads_only_what_its_config_needs(place):
    command = [sys.executable, "-c", PROGRAM, "check"]
    config = ["--config", str(place / "config.yaml")]

    done = subprocess.run([*command, *config], capture_output=True, text=True)

    code, modules = json.loads(done.stdout)
    assert code == 0
    assert NOT_NEEDED & set(modules) == set()
